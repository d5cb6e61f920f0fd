# The keeper: one on each node of a Ray job. It claims ports, runs the Ray of its node as a child,
# says on stdout what happens, takes orders on stdin, and ends everything it started when stdin ends.
# "keeper.py entry SOCKET WORDS" and "keeper.py step FOLDER WORDS" are its other uses: the parent of
# the entrypoint under "ray symmetric-run", or in a step of its own. What is said and ordered:
# docs/job-script.md of raylaunch.
#
# A job runs it as one file, "python3 -I -S -B keeper.py", so that no file of the user's project can
# come in its way. templates/join.sh makes that file of this package: the modules, each behind those
# that it takes names from, whole but for the lines "from .module import ...". So a name stands for
# one thing in all of them. Python 3.6 must do, as that is what RHEL 8 has.
