"""turns.py TITLE ENDS A_NAME N A… B_NAME B…: run two commands by turns and print a line.

N is the number of words of A. One warm-up each, then A and B by turns, at least seven times
and at least for a second; minimum, median, and the ratio of the minima. Where a median
exceeds twice its minimum something disturbed it: the pair is repeated, three times at most,
and marked "noisy" if it stays so. ENDS are the good exit codes.
`turns.py --header` prints the table's head.
"""

import os
import statistics
import sys
import time

TURNS, LEAST_SECONDS, MOST_TURNS, TRIES = 7, 1.0, 200, 3
LINE = "{:<44} {:<20} {:>9} {:>9}  {:<20} {:>9} {:>9}  {:>8}"


def run(words, ends):
    """Seconds from start to end of one run; posix_spawn costs the least of our own."""
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
    ]
    started = time.perf_counter()
    pid = os.posix_spawnp(words[0], words, os.environ, file_actions=actions)
    _, status = os.waitpid(pid, 0)
    took = time.perf_counter() - started
    code = os.waitstatus_to_exitcode(status)
    if code not in ends:
        sys.exit(f"bench: '{' '.join(words)}' ended with {code}")
    return took


def measure(a, b, ends):
    run(a, ends)
    run(b, ends)
    times_a, times_b = [], []
    started = time.perf_counter()
    while len(times_a) < TURNS or (
        time.perf_counter() - started < LEAST_SECONDS and len(times_a) < MOST_TURNS
    ):
        times_a.append(run(a, ends))
        times_b.append(run(b, ends))
    return times_a, times_b


def is_noisy(times):
    return statistics.median(times) > 2 * min(times)


def shown(seconds):
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def main():
    if sys.argv[1:] == ["--header"]:
        print(LINE.format("what", "A", "min", "median", "B", "min", "median", "B/A"))
        return
    title, ends, a_name, count, *words = sys.argv[1:]
    a, b_name, b = words[: int(count)], words[int(count)], words[int(count) + 1 :]
    good = {int(end) for end in ends.split()}
    for _ in range(TRIES):
        times_a, times_b = measure(a, b, good)
        if not is_noisy(times_a) and not is_noisy(times_b):
            note = ""
            break
        note = "  noisy"
    cells = [shown(f(t)) for t in (times_a, times_b) for f in (min, statistics.median)]
    ratio = f"{min(times_b) / min(times_a):.2f} x{note}"
    print(LINE.format(title, a_name, *cells[:2], b_name, *cells[2:], ratio), flush=True)


if __name__ == "__main__":
    main()
