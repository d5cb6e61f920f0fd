#!/bin/bash
# lint.sh [CHECK…]: what a machine can see without running the program. All checks by default:
#
#   format    clang-format with .clang-format ("lint.sh fix-format" rewrites the files)
#   shell     shellcheck of every script and of every template, filled in
#   cppcheck  warnings, performance, portability
#   layers    includes go only down the list of tests/layers.txt, by full path
#   circles   by the symbols of the object files no file calls one that calls it, however far
#             around, and no folder calls up (build/release must be built: make)
#   exports   what no other object file calls is static, or is said to be public for its test
#             or its fuzzer, which then call it
#   mutants   the text of each planted bug is there (tests/mutants/run.py --check)
#   rooms     no folder of more than 25 modules; a .c without a header says in its first line
#             what it is
#   size      no file over 700 lines, no function over 50, no line over 88 columns
#   banned    functions with a better one, and printing or leaving below the commands
#   statics   in launcher/commands no two files have a static function of one name, so that a
#             backtrace tells which verb it is
#   notes     no marks of unfinished work, no numbers of requirements
#
# A tool that is not installed is a failure (`make deps-check` installs them).
# Exit: 0 clean, 1 findings, 2 usage.
set -u
cd "$(dirname "$0")/.." || exit 2
failed=0
work=$(mktemp -d "${TMPDIR:-/tmp}/raylaunch-lint.XXXXXX")
trap 'rm -rf "$work"' EXIT

complain()
{
    printf '%s\n' "$*" >&2
    failed=1
}

need()
{
    command -v "$1" >/dev/null && return
    complain "lint: there is no $1; type: make deps-check"
    return 1
}

# Everything but what is built. Not `git ls-files`: new files count too.
files()
{
    find . \( -name .git -o -name build -o -name slurm_outputs -o -name dist \) -prune \
        -o -type f \( "$@" \) -print | sed 's|^\./||' | sort
}
mapfile -t c_files < <(files -name '*.c' -o -name '*.h')
mapfile -t sources < <(files -path './launcher/*.[ch]' -o -path './collector/*.[ch]')

check_format()
{
    need clang-format || return
    clang-format --dry-run --Werror "${c_files[@]}" >"$work/format" 2>&1 && return
    sed -n 's/^\([^ :]*:[0-9]*\):[0-9]*: error:.*/\1/p' "$work/format" | sort -u -t: -k1,1 >&2
    complain 'lint: format; type: tests/lint.sh fix-format'
}

# A template as shellcheck can read it: parts put in, each placeholder a word.
fill_template()
{
    awk -v folder=templates '
    function put(path,    line, name) {
        while ((getline line < path) > 0) {
            if (match(line, /^\{\{include [^}]*\}\}$/)) {
                name = substr(line, 11, length(line) - 12)
                put(folder "/" name)
                continue
            }
            if (line ~ /^\{\{(if [a-z_]+|else|end)\}\}$/) continue
            sub(/^\{\{interpreter\}\}/, "#!/bin/bash", line)
            if (line == "{{directives}}" || line == "{{environment}}") line = "#"
            gsub(/\{\{[a-z_]+\}\}/, "word", line)
            print line
        }
        close(path)
    }
    BEGIN { put(ARGV[1]) }' "$1"
}

check_shell()
{
    local script name
    need shellcheck || return
    while read -r script; do
        # SC2317, SC2119, SC2120: this shellcheck does not see calls through "$@" and traps
        shellcheck -x -e SC2317,SC2119,SC2120 "$script" >&2 || complain "lint: shellcheck of $script"
    done < <({
        files -name '*.sh' -o -name '*.t' | grep -Ev '^templates/(parts|runtime)/'
        files -path './.ci/*' -o -path './configs/*.bash'
    })
    for script in templates/*.sbatch templates/whole/*.sbatch templates/runtime/*.sh; do
        name=$work/$(tr / - <<<"$script")
        fill_template "$script" >"$name"
        grep -n '{{' "$name" >&2 && complain "lint: $script has an unknown placeholder"
        bash -n "$name" || complain "lint: $script is no bash"
        shellcheck -s bash "$name" >&2 || complain "lint: shellcheck of $script"
    done
}

check_cppcheck()
{
    need cppcheck || return
    mkdir -p build/cppcheck
    cppcheck --quiet --std=c11 --language=c -j "$(nproc)" --inline-suppr -I. \
        --enable=warning,performance,portability --error-exitcode=1 \
        --cppcheck-build-dir=build/cppcheck --suppress=missingIncludeSystem \
        -D_GNU_SOURCE -DHAVE_ARCHIVE=1 '-DRAYLAUNCH_VERSION=""' \
        launcher collector >&2 || complain 'lint: cppcheck'
}

check_layers()
{
    awk '
    FILENAME == ARGV[1] { if ($0 !~ /^#/ && NF) level[$1] = ++count; next }
    function folder(path) {
        if (path in level) return path
        sub(/\.[ch]$/, "", path)
        if (!(path in level)) sub(/\/[^\/]*$/, "", path)
        return path
    }
    /^[ \t]*#[ \t]*include[ \t]*"/ {
        split($0, quoted, "\"")
        from = folder(FILENAME)
        to = folder(quoted[2])
        if (!(from in level) && !(from in told)) {
            printf "%s: the folder %s is not in tests/layers.txt\n", FILENAME, from
            told[from] = 1
        } else if (!(to in level)) {
            printf "%s:%d: \"%s\" is not a full path to a layer\n", FILENAME, FNR, quoted[2]
        } else if (level[to] < level[from]) {
            printf "%s:%d: %s may not include %s\n", FILENAME, FNR, from, quoted[2]
        }
    }' tests/layers.txt "${sources[@]}" >"$work/layers"
    [ ! -s "$work/layers" ] || complain "$(cat "$work/layers")"
}

# "caller callee symbols…" in $work/calls; fails where an object is missing or old.
find_calls()
{
    local objects=() source object
    for source in "${sources[@]}"; do
        [ "${source##*.}" = c ] || continue
        object=build/release/${source%.c}.o
        if [ ! "$object" -nt "$source" ]; then
            complain "lint: $object is not newer than its source; type: make"
            return 1
        fi
        objects+=("$object")
    done
    nm -A "${objects[@]}" >"$work/symbols"
    awk -f tests/calls.awk "$work/symbols" | sort >"$work/calls"
}

check_exports()
{
    local symbol object headers
    find_calls || return
    mapfile -t headers < <(printf '%s\n' "${sources[@]}" | grep '\.h$')
    awk '
    $(NF - 1) == "U" { used[$NF] = 1 }
    $(NF - 1) ~ /^[BCDRTVW]$/ { file[$NF] = $1 }
    END { for (symbol in file) if (symbol != "main" && !(symbol in used)) print symbol, file[symbol] }' \
        "$work/symbols" | sed 's|:[0-9a-f]*$||; s| build/release/| |' | sort >"$work/exports"
    # The names behind a comment that says whom they are public for; a blank line ends it.
    awk '
    /^$/ { comment = ""; inside = 0 }
    inside || /^\/\*/ { inside = !/\*\/$/; sub(/^ \*/, ""); comment = comment $0; next }
    tolower(comment) ~ /public for (its|their) (test|fuzzer)/ {
        for (; match($0, /[a-z_0-9]+\(/); $0 = substr($0, RSTART + RLENGTH))
            print substr($0, RSTART, RLENGTH - 1)
    }' "${headers[@]}" | sort >"$work/public"
    while read -r symbol object; do
        if ! grep -qx "$symbol" "$work/public"; then
            complain "lint: nobody calls $symbol of ${object%.o}.c from outside: make it static"
        elif ! grep -rqw --include='*.[ch]' "$symbol" tests/unit tests/fuzz; then
            complain "lint: $symbol of ${object%.o}.c is public for a test that does not call it"
        fi
    done <"$work/exports"
}

check_mutants()
{
    need python3 || return
    python3 tests/mutants/run.py --check || complain 'lint: mutants; see docs/CONTRIBUTING.md'
}

# tsort names the files of each circle on stderr, behind a line that says so.
check_circles()
{
    find_calls || return
    if ! cut -d' ' -f1,2 "$work/calls" | tsort 2>"$work/circles" >/dev/null; then
        awk '
        FILENAME == ARGV[1] { if (/contains a loop/) ++circle; else of[$2] = of[$2] " " circle " "; next }
        $1 in of && $2 in of {
            for (i = 1; i <= circle; i++)
                if (of[$1] ~ " " i " " && of[$2] ~ " " i " ") {
                    print
                    next
                }
        }' "$work/circles" "$work/calls" >&2
        complain 'lint: these files call each other in a circle; what the lower one uses of the other is a file'
    fi
    awk '
    FILENAME == ARGV[1] { if ($0 !~ /^#/ && NF) level[$1] = ++count; next }
    function folder(path) {
        if (path in level) return path
        sub(/\.[ch]$/, "", path)
        if (!(path in level)) sub(/\/[^\/]*$/, "", path)
        return path
    }
    level[folder($2)] < level[folder($1)] { print }' tests/layers.txt "$work/calls" >"$work/up"
    [ ! -s "$work/up" ] || complain "$(cat "$work/up")"$'\n''lint: a folder calls up'
}

check_rooms()
{
    local source name
    printf '%s\n' "${sources[@]}" | sed 's/\.[ch]$//' | sort -u | sed 's|/[^/]*$||' | sort | uniq -c |
        awk '$1 > 25 { print $2 ": " $1 " modules; more than 25 are two folders" }' >"$work/rooms"
    [ ! -s "$work/rooms" ] || complain "$(cat "$work/rooms")"
    for source in "${sources[@]}"; do
        name=${source##*/}
        if [ "${source##*.}" = h ] || [ -f "${source%.c}.h" ]; then
            continue
        fi
        head -n 1 "$source" | grep -qF "/* $name - " ||
            complain "$source: its first line does not say what it is: /* $name - … */"
    done
}

check_size()
{
    local lines file
    while read -r lines file; do
        [ "$file" = total ] || [ "$lines" -le 700 ] ||
            complain "$file: $lines lines; more than 700 are two files"
    done < <(wc -l "${c_files[@]}")
    # clang-format leaves comments as they are written: lists in them shall stay lists.
    LC_ALL=C.UTF-8 grep -nE '^.{89,}' "${c_files[@]}" >"$work/wide" &&
        complain "$(cut -c1-80 "$work/wide")"$'\n''lint: a line over 88 columns'
    awk '
    FNR == 1 { start = 0 }
    /^\{$/ { start = FNR }
    /^\}/ && start {
        if (FNR - start - 1 > 50)
            printf "%s:%d: a function of %d lines; name a part of it\n", FILENAME, start, FNR - start - 1
        start = 0
    }' "${sources[@]}" >"$work/size"
    [ ! -s "$work/size" ] || complain "$(cat "$work/size")"
}

# grep_code REGEX WHAT FILES…: outside of comments and strings, as far as one line tells.
grep_code()
{
    local regex=$1 what=$2
    shift 2
    [ $# -gt 0 ] || return
    grep -nE "$regex" /dev/null "$@" |
        grep -vE '^[^:]*:[0-9]+:[[:space:]]*(/\*|\*|//)' |
        awk -v regex="$regex" '{
            code = $0
            sub(/^[^:]*:[0-9]+:/, "", code)
            gsub(/\\"/, "", code)
            gsub(/"[^"]*"/, "\"\"", code)
            sub(/\/\*.*/, "", code)
            if (code ~ regex) print
        }' >"$work/banned"
    [ ! -s "$work/banned" ] || complain "$(cat "$work/banned")"$'\n'"lint: $what"
}

check_banned()
{
    local word='(^|[^A-Za-z0-9_.>])' below=()
    grep_code "$word(v?sprintf|strcat|strcpy|strncpy|strncat|gets|strtok|alloca|tmpnam|mktemp)[(]" \
        'use text.h, memory.h or mkstemp' "${c_files[@]}"
    grep_code "$word(atoi|atol|atoll|atof)[(]" 'use strtol and look at errno' "${c_files[@]}"
    grep_code "$word(system|popen|wordexp)[(]" 'use child.h: no shell in between' "${sources[@]}"
    grep_code "$word(gmtime|localtime|ctime|asctime)[(]" 'use clock.h' "${sources[@]}"
    # Escapes and commas are json_write.h's. With a blank behind the colon it is text for people.
    if grep -nE '[{,]\\"|\\":' "${sources[@]}" | grep -v -e '^launcher/common/trees/' -e '\\": ' \
        >"$work/banned"; then
        complain "$(cat "$work/banned")"$'\n''lint: write JSON with json_write.h'
    fi
    # Those that mean nothing else; a typo in an enumerator does not compile.
    local words='no_result|bad_result|reported_(failed|timeout)|entrypoint_(exit|signal)|import_error'
    words+='|command_not_found|port_in_use|cuda_(oom|missing)|ray_(oom|connect|missing|start|died)'
    words+='|output_path|launch_failed|time_limit|out_of_memory|by_(user|other)|oom|preempted'
    words+='|node_fail|boot_fail|no_trace|submitting|adopted|absent|archived|collect_job'
    if grep -nE "\"($words)\"" "${sources[@]}" |
        grep -vE '^(collector/outcome/(causes|states)|launcher/sweep/events)\.h:|:[0-9]+: \*' >"$work/banned"; then
        complain "$(cat "$work/banned")"$'\n''lint: write the enumerator of causes.h, states.h or events.h'
    fi
    if grep -nE 'strcmp\(settings_text\([^()]*, SETTING_(GPU_SYNTAX|WARN_SIGNAL|STYLE|BOOTSTRAP|RAY_LOGS|RAY_TLS|HEAD_STEP|MODE|THROTTLE|DIRECTION|PICK)' \
        "${sources[@]}" >"$work/banned"; then
        complain "$(cat "$work/banned")"$'\n''lint: ask settings_chose()'
    fi
    mapfile -t below < <(printf '%s\n' "${sources[@]}" |
        grep -vE '^launcher/(main\.c|commands/.*|common/memory\.c)$')
    grep_code "$word(malloc|calloc|realloc|strdup|strndup|asprintf|vasprintf)[(]" 'use memory.h' \
        "${below[@]}"
    grep_code "$word(v?printf|puts|putchar|perror|exit)[(]|[^_]stdout[^_]" \
        'only commands print and only main leaves' "${below[@]}"
    mapfile -t below < <(printf '%s\n' "${sources[@]}" | grep -v '^launcher/scheduler/')
    grep -nE '^#include "launcher/scheduler/([a-z]+/|scheduler_ops\.h)' /dev/null "${below[@]}" >&2 &&
        complain 'lint: ask scheduler.h for a function or an ability'
    grep_code 'ops->' 'ask scheduler.h for a function or an ability' "${below[@]}"
}

check_statics()
{
    local name
    while read -r name; do
        complain "$(grep -nE "^static .*[ *]$name\(" "${sources[@]}" /dev/null | grep '^launcher/commands/')"
        complain "lint: two files of launcher/commands have a static $name(); name them for their verb"
    done < <(printf '%s\n' "${sources[@]}" | grep '^launcher/commands/' |
        xargs sed -nE '/^static /{F;s/^static ([^(]*[ *])?([A-Za-z0-9_]+)\(.*/\2/p}' |
        awk '/\.[ch]$/ {file = $0; next} /^[A-Za-z0-9_]+$/ {print $0, file}' | sort -u |
        cut -d' ' -f1 | uniq -d)
}

check_notes()
{
    local marks='\b(TO''DO|FIX''ME|HA''CK)\b'
    grep -rnIE --exclude-dir=.git --exclude-dir=build --exclude-dir=slurm_outputs "$marks" . >&2 &&
        complain 'lint: unfinished work is an issue, not a comment'
    grep -nE '§|\bS[0-4]-[0-9]+\b|\bseed 0[0-9]+' "${c_files[@]}" templates/*.* templates/*/*.* >&2 &&
        complain 'lint: requirements are named in docs/requirements.md, not in code'
}

all=(format shell cppcheck layers circles exports mutants rooms size banned statics notes)
[ $# -gt 0 ] || set -- "${all[@]}"
for check in "$@"; do
    case " ${all[*]} " in
    *" $check "*)
        "check_$check"
        continue
        ;;
    esac
    if [ "$check" = fix-format ]; then
        clang-format -i "${c_files[@]}"
    else
        echo "usage: lint.sh [${all[*]} fix-format]" >&2
        exit 2
    fi
done
exit $failed
