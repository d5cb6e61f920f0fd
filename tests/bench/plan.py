"""The peer of pair-plan.sh: the same 100,000 points, ids and JSON lines in plain Python."""

import hashlib
import itertools
import json

COMMAND = ["/bin/true"]
for index, (lr, seed) in enumerate(itertools.product(range(100), range(1000))):
    words = [f"lr={lr}", f"seed={seed}"]
    digest = hashlib.sha256("\0".join(COMMAND + words).encode()).hexdigest()
    point = {
        "type": "point",
        "index": index,
        "point": f"{words[0]},{words[1]}-{digest[:12]}",
        "params": {"lr": str(lr), "seed": str(seed)},
        "argv": COMMAND + words,
    }
    print(json.dumps(point))
