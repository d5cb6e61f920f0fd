# calls.awk - who uses whose symbols, out of the object files
#
#   nm -A launcher/a.o collector/b.o … | awk -f tests/calls.awk
#
# A line for each pair of files: the one that uses, the one that defines, the symbols. Names of
# files are those of their sources. What no object defines (the C library) is left out.
{
    file = $1
    sub(/\.o:.*/, ".c", file)
    sub(/^build\/[^\/]*\//, "", file)
    kind = $(NF - 1)
    if (kind ~ /^[UwW]$/) {
        used[file, $NF] = file
    } else if (kind ~ /^[TDRBCV]$/) {
        owner[$NF] = file
    }
}
END {
    for (key in used) {
        split(key, part, SUBSEP)
        to = owner[part[2]]
        if (to != "" && to != part[1])
            pairs[part[1] " " to] = pairs[part[1] " " to] " " part[2]
    }
    for (pair in pairs)
        print pair pairs[pair]
}
