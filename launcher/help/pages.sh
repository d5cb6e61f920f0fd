#!/bin/bash
# Write the pages of --help as one C table: pages.sh FILE… > help_pages.c
#
# A page is a text file. A line that begins at its left edge names a section; the lines of a
# section are indented by two spaces; '#' at the left edge begins a comment; the sections:
#
#   summary    half a sentence: it stands in the list of verbs
#   usage      what stands behind "raylaunch <verb>"; may be left out
#   examples   whole commands, a line each (tests/system/t0910-docs.t runs them)
#   details    prose, printed as it stands: at most 88 columns
#   options    a line an option: its name without dashes, two spaces or more, what it does;
#              lines that are indented more go on with it (printed as one line)
#   settings   the same
#
# What cannot be read ends the build, with the line that is meant.
set -eu
export LC_ALL=C
exec awk '
function quote(text) {
    gsub(/\\/, "\\\\\\\\", text)
    gsub(/"/, "\\\"", text)
    gsub(/\n/, "\\n", text)
    return "\"" text "\""
}
function wrong(what) {
    printf "%s:%d: %s\n", FILENAME, FNR, what > "/dev/stderr"
    is_wrong = 1
    exit 1
}
function end_page(    i, section) {
    if (page == "") return
    printf "static const struct help_entry entries_%d[] = {\n", n_pages
    for (i = 1; i <= n_entries; i++)
        printf "    {%s, %s},\n", quote(names[i]), quote(texts[i])
    print "    {0},\n};\n"
    row = "    {" quote(page)
    for (i = 1; i <= 4; i++) {
        section = order[i]
        row = row ",\n     " (section in text ? text[section] : "\"\"")
    }
    rows = rows row ",\n     entries_" n_pages "},\n"
    n_pages++
}
function begin_page() {
    page = FILENAME
    sub(/.*\//, "", page)
    sub(/\.txt$/, "", page)
    split("", text); split("", is_known); section_now = ""; n_entries = 0; n_blank = 0
}
function add_line(line) {
    if (section_now == "summary" || section_now == "usage") {
        if (section_now in text) wrong("one line is enough")
        text[section_now] = quote(line)
        return
    }
    line = (section_now == "examples" ? "  " : "") line "\n"
    for (; n_blank; n_blank--) line = "\n" line
    text[section_now] = text[section_now] "\n     " quote(line)
}
function add_entry(line,    at, name) {
    if (line ~ /^ /) {
        if (!n_entries) wrong("what does this go on with?")
        sub(/^ +/, "", line)
        texts[n_entries] = texts[n_entries] " " line
        return
    }
    at = match(line, /  +/)
    if (!at) wrong("a name, two spaces, and what it does")
    name = substr(line, 1, at - 1)
    if (name in is_known) wrong("\"" name "\" is here twice")
    is_known[name] = 1
    names[++n_entries] = name
    texts[n_entries] = substr(line, at + RLENGTH)
}
BEGIN {
    n_pages = 0
    split("summary usage examples details", order, " ")
    for (i = 1; i <= 4; i++) is_section[order[i]] = 1
    is_list["options"] = is_list["settings"] = 1
    print "/* made by launcher/help/pages.sh */\n#include \"launcher/help/help.h\"\n"
}
FNR == 1 { end_page(); begin_page() }
/^#/ { next }
/^$/ { n_blank++; next }
/\t/ || / $/ { wrong("a tab, or a space at the end") }
/^[a-z]+$/ {
    if (!($0 in is_section) && !($0 in is_list)) wrong("there is no section \"" $0 "\"")
    if ($0 in text) wrong("the section \"" $0 "\" is here twice")
    section_now = $0
    n_blank = 0
    next
}
!/^  / || section_now == "" { wrong("neither a section nor a line of one") }
{
    line = substr($0, 3)
    if (section_now in is_list) add_entry(line)
    else add_line(line)
    n_blank = 0
}
END {
    if (is_wrong) exit 1
    end_page()
    if (is_wrong) exit 1
    print "const struct help_page help_pages[] = {\n" rows "    {0},\n};"
}' "$@"
