"""collect.py FOLDER: the peer of pair-collect-python.sh: find the lines, print rows."""

import json
import os
import sys

for entry in sorted(os.scandir(sys.argv[1]), key=lambda entry: entry.name):
    with open(entry.path, errors="replace") as file:
        for line in file:
            if line.startswith("TMGG_RESULT:"):
                result = json.loads(line[12:])
                row = {"point": entry.name, "state": result["status"]}
                print(json.dumps({**row, "metrics": result["metrics"]}))
