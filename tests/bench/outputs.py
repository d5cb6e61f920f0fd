"""outputs.py FOLDER: make 2,000 output files of about 50 KB, each with one result line."""

import json
import os
import random
import sys

source = random.Random(1)
folder = sys.argv[1]
os.makedirs(folder + ".part", exist_ok=True)
for number in range(2000):
    lines = [
        f"epoch {epoch} step {step}: loss {source.random():.6f}, {source.random():.3f} s"
        for epoch in range(10)
        for step in range(110)
    ]
    result = {
        "status": "completed",
        "metrics": {"val_loss": source.random(), "accuracy": source.random()},
    }
    lines.insert(-3, "TMGG_RESULT:" + json.dumps(result))
    with open(f"{folder}.part/run-{number:04}.out", "w") as file:
        file.write("\n".join(lines) + "\n")
os.rename(folder + ".part", folder)
