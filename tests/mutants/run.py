#!/usr/bin/env python3
"""run.py [--check] [--jobs N] [MUTANT|PATH ...]: do the tests see it when the code is wrong?

Each mutant is one bug, planted by search and replace into a copy of the tree. The copy is
built, and the tests that belong to the file are run: one of them must fail. A mutant is
written in one of the files *.txt beside this one:

    lock-not-confirmed launcher/submit/submit.c
    call: a holder that was taken for dead goes on writing
    test: test_submit t0200-local-sweep
    -    if (lock_confirm(lock, err) < 0)
    -        return -1;
    +    (void)lock;

The first line is its name and the file. "call" takes a call (or a step) out, "condition"
changes a condition or a value; then what would go wrong. "test" names the tests of
check-fast, the quickest first. The lines with "-" are exact text (part of a line, too) that
stands in the file once; those with "+" replace it.

    --check   only look whether every text is there, once, whether the tests exist, and
              whether every folder has its two mutants
    --jobs N  so many copies side by side (as many as there are cores)

Exit: 0 all caught, 1 one survived or cannot be planted or built, 2 usage.
"""

import argparse
import concurrent.futures
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TABLES = os.path.join(ROOT, "tests", "mutants")
BUILD = "build/release"
TEST_SECONDS = 180  # a test that hangs has seen the mutant
ROOMS = ("launcher", "collector")  # every folder with a .c below these has two mutants
EACH_ROOM, IN_TEMPLATES, IN_ALL = 2, 10, 60


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


class Mutant:
    def __init__(self, where, words):
        self.where = where
        self.name, self.path = words
        self.kind = self.breaks = ""
        self.tests, self.old, self.new = [], [], []

    def complaint(self):
        """Why it cannot be planted, or None."""
        if self.kind not in ("call", "condition"):
            return "neither a line 'call: …' nor 'condition: …'"
        if not self.tests:
            return "no line 'test: …'"
        for test in self.tests:
            if not os.path.exists(os.path.join(ROOT, test_source(test))):
                return "there is no test '%s'" % test
        try:
            count = read(os.path.join(ROOT, self.path)).count("\n".join(self.old)) if self.old else 0
        except OSError:
            return "there is no such file"
        if count != 1:
            return "its text stands %d times in the file, must be once" % count
        return None


def test_source(test):
    folder = "tests/unit" if test.startswith("test_") else "tests/system"
    return "%s/%s.%s" % (folder, test, "c" if test.startswith("test_") else "t")


def test_program(test):
    return "%s/tests/unit/%s" % (BUILD, test) if test.startswith("test_") else test_source(test)


def read_tables():
    mutants = []
    for table in sorted(name for name in os.listdir(TABLES) if name.endswith(".txt")):
        mutant = None
        for number, line in enumerate(read(os.path.join(TABLES, table)).split("\n"), 1):
            where = "tests/mutants/%s:%d" % (table, number)
            word, _, rest = line.partition(":")
            if line.startswith("#"):
                continue
            if not line:
                mutant = None
            elif mutant and line[0] in "-+":
                (mutant.old if line[0] == "-" else mutant.new).append(line[1:])
            elif mutant and word in ("call", "condition") and not mutant.kind:
                mutant.kind, mutant.breaks = word, rest.strip()
            elif mutant and word == "test" and not mutant.tests:
                mutant.tests = rest.split()
            elif not mutant and len(line.split()) == 2:
                mutant = Mutant(where, line.split())
                mutants.append(mutant)
            else:
                sys.exit("%s: not a line of a mutant: %s" % (where, line))
    return mutants


def check(mutants):
    """Complaints about the tables as a whole and about each mutant."""
    found = ["%s: %s: %s" % (m.where, m.name, m.complaint()) for m in mutants if m.complaint()]
    names = [m.name for m in mutants]
    found += ["'%s' names two mutants" % name for name in sorted(set(names)) if names.count(name) > 1]
    rooms = {"templates": IN_TEMPLATES}
    for room in ROOMS:
        for folder, _, files in os.walk(os.path.join(ROOT, room)):
            folder = os.path.relpath(folder, ROOT)
            if any(name.endswith(".c") for name in files) and folder != "launcher":
                rooms[folder] = EACH_ROOM
    for room, least in sorted(rooms.items()):
        below = room == "templates"
        n = sum(m.path.startswith(room + "/") if below else os.path.dirname(m.path) == room for m in mutants)
        if n < least:
            found.append("%s has %d mutants, must have %d" % (room, n, least))
    if len(mutants) < IN_ALL:
        found.append("there are %d mutants, must be %d" % (len(mutants), IN_ALL))
    n_calls = sum(m.kind == "call" for m in mutants)
    if not len(mutants) * 2 <= n_calls * 5 <= len(mutants) * 3:
        found.append("%d of %d mutants take out a call: not about half" % (n_calls, len(mutants)))
    return found


def run(words, folder, seconds, temp):
    """(exit code or None where it hung, what it printed), and nothing of it is left."""
    environment = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MODE", "WERROR")}
    environment.update(TMPDIR=temp, RAYLAUNCH_BIN=os.path.join(folder, BUILD, "raylaunch"))
    child = subprocess.Popen(
        words, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, start_new_session=True)
    try:
        said, _ = child.communicate(timeout=seconds)
        code = child.returncode
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        said, code = b"", None
        child.wait()
    return code, said.decode("utf-8", "replace")


def only_sources(folder, names):
    """Of the tree, and of what was built the plain program and its tests."""
    is_top, is_build = os.path.samefile(folder, ROOT), os.path.basename(folder) == "build"
    return [n for n in names if (is_top and n in (".git", "slurm_outputs", "dist")) or (is_build and n != "release")]


class Copy:
    """A copy of `source` in which mutants are planted, one after the other."""

    def __init__(self, folder, source):
        self.folder = os.path.join(folder, "tree")
        self.temp = os.path.join(folder, "tmp")
        os.makedirs(self.temp)
        shutil.copytree(source, self.folder, symlinks=True, ignore=only_sources)  # with times: nothing is old

    def build(self, tests):
        targets = [test_program(test) for test in tests if test.startswith("test_")]
        targets.append(BUILD + "/raylaunch")
        return run(["make", "-s"] + targets, self.folder, 900, self.temp)

    def failing(self, tests):
        """The first test that fails, with its first failure; None if all succeed."""
        for test in tests:
            code, said = run([os.path.join(self.folder, test_program(test))], self.folder, TEST_SECONDS, self.temp)
            wrong = [line for line in said.split("\n") if line.startswith("not ok")]
            if code is None:
                return "%s: hangs" % test
            if code != 0 or wrong:
                return "%s: %s" % (test, wrong[0] if wrong else "exit code %d" % code)
        return None

    def try_mutant(self, mutant):
        """(is it caught, what to say)."""
        path = os.path.join(self.folder, mutant.path)
        text = read(path)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace("\n".join(mutant.old), "\n".join(mutant.new)))
        try:
            code, said = self.build(mutant.tests)
            if code != 0:
                return False, "cannot be built:\n" + said
            failure = self.failing(mutant.tests)
            return (True, failure) if failure else (False, "SURVIVED (%s): %s" % (" ".join(mutant.tests), mutant.breaks))
        finally:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)


def run_all(mutants, n_jobs):
    with tempfile.TemporaryDirectory(prefix="raylaunch-mutants.") as folder:
        os.chmod(folder, 0o711)  # a test runs the program as another user
        first = Copy(os.path.join(folder, "0"), ROOT)
        tests = sorted({test for mutant in mutants for test in mutant.tests})
        code, said = first.build(tests)
        failure = said if code != 0 else first.failing(tests)
        if failure:
            print("mutants: without any of them: %s" % failure, file=sys.stderr)
            return 1
        copies = queue.Queue()
        copies.put(first)
        for i in range(1, min(n_jobs, len(mutants))):
            copies.put(Copy(os.path.join(folder, str(i)), first.folder))
        n_caught = 0
        with concurrent.futures.ThreadPoolExecutor(copies.qsize()) as pool:

            def try_one(mutant):
                copy = copies.get()
                try:
                    return (mutant,) + copy.try_mutant(mutant)
                finally:
                    copies.put(copy)

            for done in concurrent.futures.as_completed([pool.submit(try_one, m) for m in mutants]):
                mutant, is_caught, said = done.result()
                n_caught += is_caught
                print("%-6s %s (%s): %s" % ("ok" if is_caught else "NOT OK", mutant.name, mutant.path, said), flush=True)
    print("%d of %d caught" % (n_caught, len(mutants)))
    return 0 if n_caught == len(mutants) else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("what", nargs="*", metavar="MUTANT|PATH")
    asked = parser.parse_args()
    mutants = read_tables()
    if asked.check:
        found = check(mutants)
        print("\n".join(found), file=sys.stderr, end="\n" if found else "")
        return 1 if found else 0
    for what in asked.what:
        if not any(what == m.name or (m.path + "/").startswith(what.rstrip("/") + "/") for m in mutants):
            parser.error("no mutant and no path of one: '%s'" % what)
    if asked.what:
        mutants = [m for m in mutants
                   if any(what == m.name or (m.path + "/").startswith(what.rstrip("/") + "/") for what in asked.what)]
    wrong = ["%s: %s: %s" % (m.where, m.name, m.complaint()) for m in mutants if m.complaint()]
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
        return 1
    return run_all(mutants, max(asked.jobs, 1))


if __name__ == "__main__":
    sys.exit(main())
