#!/bin/bash
# Join the keeper's package to the one file that a job runs: join.sh FOLDER > keeper.py
# First the package's own words (__init__.py), then __main__.py, and each module behind those that
# it takes names from. All stays as it is, comments too, but for the lines "from .module import …":
# in one file all names are in one place. So no name may stand for two things.
set -eu
folder=$1
taken=' '

put() # MODULE
{
    local module=$1 needed
    case $taken in *" $module "*) return ;; esac
    taken+="$module "
    while read -r needed; do
        put "$needed"
    done < <(sed -n 's/^from \.\([a-z_]*\) import .*/\1/p' "$folder/$module.py")
    printf '\n\n'
    sed '/^from \.[a-z_]* import /d' "$folder/$module.py"
}

cat "$folder/__init__.py"
put __main__
