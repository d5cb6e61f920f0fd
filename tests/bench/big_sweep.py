"""big_sweep.py FOLDER POINTS FINAL: the folder of a sweep of POINTS points, without any job.

The first FINAL points are final (every twentieth of them failed) and have their files; the
others are accepted and wait. Job ids count from 1001 on; names are "big-TOKEN". It prints the
job ids and tokens of those that wait, one job a line.
"""

import hashlib
import json
import os
import sys

SETTINGS = "0badcafe"


def name_of(index):
    return f"i={index}-{hashlib.sha256(str(index).encode()).hexdigest()[:12]}"


def events(points, n_final):
    time = "2026-11-21T13:42:10.257Z"
    yield {"event": "sweep", "name": "big", "command": ["true"], "folder": "/tmp", "version": "0"}
    yield {"event": "settings", "id": SETTINGS, "entry_file": "", "values": {"nodes": "1"}}
    for index in range(points):
        yield {"event": "submitting", "point": name_of(index), "attempt": 1,
               "token": f"{index:012x}", "base": base_of(index, points), "settings": SETTINGS}
        yield {"event": "submitted", "point": name_of(index), "attempt": 1,
               "token": f"{index:012x}", "job_id": str(1001 + index)}
    for index in range(n_final):
        is_bad = index % 20 == 0
        yield {"event": "final", "point": name_of(index), "attempt": 1, "token": f"{index:012x}",
               "job_id": str(1001 + index), "state": "failed" if is_bad else "completed",
               "cause": "entrypoint_exit" if is_bad else "",
               "raw_state": "FAILED" if is_bad else "COMPLETED", "signal": "",
               "message": "Traceback: ValueError: no" if is_bad else "", "started_at": time,
               "ended_at": time, "exit_code": int(is_bad), "warnings": []}  # fmt: skip


def base_of(index, points):
    shard = f"{index // 1000 * 1000:05d}/" if points > 1000 else ""
    return f"points/{shard}{name_of(index)}"


def write_lines(path, values):
    with open(path, "w", encoding="utf-8") as file:
        for value in values:
            file.write(json.dumps(value, separators=(",", ":")) + "\n")


def main():
    folder, points, n_final = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    os.makedirs(folder)
    write_lines(
        f"{folder}/points.jsonl",
        (
            {"index": i, "point": name_of(i), "params": {"i": str(i)}, "argv": ["true", f"i={i}"]}
            for i in range(points)
        ),
    )
    write_lines(
        f"{folder}/journal.jsonl",
        (
            {"v": 1, "seq": seq + 1, "time": "2026-11-21T13:42:10.238Z", **event}
            for seq, event in enumerate(events(points, n_final))
        ),
    )
    for index in range(n_final):
        base = f"{folder}/{base_of(index, points)}"
        os.makedirs(os.path.dirname(base), exist_ok=True)
        with open(base + ".out", "w", encoding="utf-8") as file:
            if index % 20:
                file.write('TMGG_RESULT:{"metrics":{"val_loss":%d}}\n' % index)
        state = "completed" if index % 20 else "failed"
        with open(base + ".verdict.json", "w", encoding="utf-8") as file:
            json.dump({"v": 1, "phase": "done", "state": state, "exit_code": 0}, file)
        os.symlink(str(1001 + index), base + ".claim")
    for index in range(n_final, points):
        print(1001 + index, f"{index:012x}")


if __name__ == "__main__":
    main()
