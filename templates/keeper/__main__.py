# Where it begins.
import os
import sys

from .base import OPTIONS, Failure, options
from .entry import entry_main, step_main
from .life import Keeper, move_in
from .orders import say


def main(words):
    if words[0] == "entry":
        return entry_main(words[1], words[2:])
    if words[0] == "step":
        return step_main(words[1], words[2:])
    try:
        if sys.argv[0] == "-c":
            path, outer = move_in(options(words), globals()["keeper"])
            words = [outer if word.startswith("outer=") else word for word in words]
            os.execv(sys.executable, [sys.executable] + OPTIONS + [path] + words)
        Keeper(options(words)).live()
    except Failure as failure:
        say("failed", failure.cause + " " + failure.text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
