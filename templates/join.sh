#!/bin/bash
# Join the parts of the keeper to the one program that a job's script carries: join.sh PART…
# Comments, docstrings and empty lines stay behind, so that the script of a job is short; what
# a part may hold is therefore simple: a comment has its line to itself or two spaces before
# it, a docstring begins and ends with """ at the beginning and the end of a line, and no other
# text of several lines is there.
set -eu
exec awk '
    inside { if (/"""$/) inside = 0; next }
    /^ *"""/ { if (!/""".*"""$/) inside = 1; next }
    /^ *#/ || /^ *$/ { next }
    { sub(/  # [^"]*$/, ""); print }
    END { if (inside) exit 1 }
' "$@"
