#!/usr/bin/env python3
"""hostile_files.py RAYLAUNCH [SEED [ROUNDS]]: output files that nobody meant to write, and what `collect` makes of them.

Each round makes a folder of 40 output files: result lines that are cut, split, glued, coloured, prefixed, in other
encodings, with odd numbers, between megabytes of other bytes, beside pipes, links and files that cannot be read. In
each stands one good result with a number of its own, at the end, or none. Then `raylaunch collect FOLDER --json`:
it must end by itself within 60 s, with an exit code below 128 and JSON lines only, and each good result must be a
row's. What is wrong is printed with the seed, and its folder is kept.

Exit: 0 nothing wrong, 1 something was, 2 usage.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

FILES = 40


def good(number):
    return b'TMGG_RESULT:{"status":"completed","metrics":{"n":%d}}\n' % number


def noise(rng):
    """One piece of what may stand before a result: never a whole one, and it ends its line."""
    line = good(rng.randrange(1 << 30))[:-1]
    kinds = (
        lambda: line[: rng.randrange(1, len(line) - 1)],  # torn
        lambda: b"TMGG_RESULT:" + rng.randbytes(rng.randrange(200)).replace(b"{", b"<"),
        lambda: rng.randbytes(rng.randrange(1 << 16)).replace(b"TMGG", b"tmgg"),
        lambda: b"\x1b[31m" * rng.randrange(100) + b"TMGG_RESULT:",
        lambda: b"TMGG_RESULT:" + b"{" * rng.randrange(1, 5000),
        lambda: b'TMGG_RESULT:{"metrics":{"n":1e999999,' + b'"n":1,' * rng.randrange(1000),
        lambda: "TMGG_RESULT:{'metrics': {'n': 1}}".encode(rng.choice(("utf-8", "utf-16", "utf-32"))),
        lambda: b"\r".join(b"%d%%|###" % one for one in range(rng.randrange(3000))),
        lambda: "‮\u2066\ufeff".encode() * rng.randrange(500),
        lambda: b"\0" * rng.randrange(1 << 20),
        lambda: b"x" * rng.randrange(1 << 21),
        lambda: b"(fit pid=7) TMGG_RESULT:{\n(fit pid=7) }",
    )
    return rng.choice(kinds)() + b"\n"


def make(folder, rng):
    """The numbers that must be found, each in a file of its own."""
    numbers = []
    for index in range(FILES):
        data = b"".join(noise(rng) for _ in range(rng.randrange(6)))
        if rng.random() < 0.7:
            numbers.append(1_000_000 + index)
            data += good(numbers[-1])
        path = os.path.join(folder, *["d"] * rng.randrange(4), f"j{index}_{index}.out")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
    os.mkfifo(os.path.join(folder, "pipe.out"))
    os.symlink("/dev/zero", os.path.join(folder, "zero.out"))
    os.symlink("loop.out", os.path.join(folder, "loop.out"))
    os.mkdir(os.path.join(folder, "folder.out"))
    return numbers


def complaint(program, folder, numbers):
    try:
        done = subprocess.run(
            [program, "collect", folder, "--json"], capture_output=True, stdin=subprocess.DEVNULL, timeout=60, check=False
        )
    except subprocess.TimeoutExpired:
        return "it did not end within 60 s"
    if not 0 <= done.returncode < 128:
        return f"exit code {done.returncode}"
    try:
        rows = [json.loads(line) for line in done.stdout.splitlines()]
    except ValueError as error:
        return f"no JSON: {error}"
    found = {(row.get("metrics") or {}).get("n") for row in rows}
    lost = sorted(set(numbers) - found)
    return f"lost: {lost}" if lost else None


def main(words):
    if len(words) not in (2, 3, 4) or words[1].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    seed = int(words[2]) if len(words) > 2 else random.randrange(1 << 32)
    rounds = int(words[3]) if len(words) > 3 else 20
    n_wrong = 0
    for one in range(seed, seed + rounds):
        folder = tempfile.mkdtemp(prefix="hostile-files.")
        wrong = complaint(os.path.abspath(words[1]), folder, make(folder, random.Random(one)))
        if wrong:
            n_wrong += 1
            print(f"seed {one}: {wrong}; see {folder}")
        else:
            shutil.rmtree(folder)
    print(f"{rounds} rounds of {FILES} files from seed {seed}: {n_wrong} wrong")
    return 1 if n_wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
