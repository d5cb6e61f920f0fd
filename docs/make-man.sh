#!/bin/bash
# make-man.sh [FILE]: write the manual page (default docs/raylaunch.1; "-" is stdout).
#
# Verbs, options, settings and examples come from the program's own --help, so that the page
# cannot rot: tests/system/t0910-docs.t makes it anew and compares. Only the frame is written
# here. The program is RAYLAUNCH_BIN, by default build/release/raylaunch.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
program=${RAYLAUNCH_BIN:-$here/../build/release/raylaunch}
file=${1:-$here/raylaunch.1}
version=$("$program" version | awk '{print $2}')
export LC_ALL=C.UTF-8

verbs()
{
    "$program" help | awk '/^verbs:/ {on = 1; next} NF == 0 {on = 0} on {print $1}'
}

# Roff text of help text: a backslash, a dash, and a dot or quote that begins a line.
roff='function roff(s) {
    gsub(/\\/, "\\e", s); gsub(/-/, "\\-", s); gsub(/\x27/, "\\(aq", s); gsub(/`/, "\\(ga", s)
    if (s ~ /^\./) s = "\\&" s
    return s
}'

# "  -n, --name ARG    what it does" becomes a tagged paragraph.
options='function option(line,    tag, text, at) {
    if (line ~ /^ {20}/) {
        sub(/^ +/, "", line)
        print roff(line)
        return
    }
    sub(/^ +/, "", line)
    at = match(line, /  +/)
    if (!at && length(line) > 25 && line !~ / .* .* /) {
        print ".TP\n.B " roff(line)
        return
    }
    tag = at ? substr(line, 1, at - 1) : substr(line, 1, 31)
    text = at ? substr(line, at + RLENGTH) : substr(line, 32)
    sub(/^ +/, "", tag)
    print ".TP\n.B " roff(tag) "\n" roff(text)
}'

add_verb()
{
    "$program" "$1" --help | awk "$roff$options"'
        NR == 1 {sub(/^raylaunch /, ""); print ".SS " roff($0); next}
        /^usage: / {sub(/^usage: /, ""); print ".B " roff($0); next}
        /^examples:$/ {part = "examples"; print ".PP\n.EX"; next}
        /^options:$/ {part = "options"; next}
        # No "exit": the program would find its output closed.
        /^settings / {part = "settings"}
        part == "settings" {next}
        part == "examples" && NF == 0 {print ".EE"; part = ""; next}
        NF == 0 {next}
        part == "examples" {sub(/^  /, ""); print roff($0); next}
        part == "options" {
            if ($0 ~ /--(json|quiet|verbose|help|profile|file|no-config)( |$)/) next
            option($0)
            next
        }
        {if (!said) print ".PP"; said = 1; print roff($0)}'
}

add_common_options()
{
    "$program" sweep --help | awk "$roff$options"'
        /^options:$/ {on = 1; next}
        /^settings / {on = 0}
        on && /--(json|quiet|verbose|help|profile|file|no-config)( |$)/ {option($0)}'
}

add_settings()
{
    "$program" sweep --help | awk "$roff$options"'
        /^settings / {on = 1; next}
        on && NF {option($0)}'
}

make_page()
{
    local verb
    cat <<END
.\\" Made by docs/make-man.sh from the program's --help: change that, then make it anew.
.TH RAYLAUNCH 1 "" "raylaunch $version" "User Commands"
.SH NAME
raylaunch \\- from a command and a grid of parameters to a complete table of results, on Slurm
.SH SYNOPSIS
.B raylaunch
.I VERB
[\\fIoptions\\fR] \\&...
.br
.B raylaunch sweep
[\\fIoptions\\fR] \\-\\- \\fICOMMAND\\fR \\&... \\fIkey\\fR=\\fIvalue\\fR,\\fIvalue\\fR \\&...
.SH DESCRIPTION
.B raylaunch
runs a command over a grid of parameters: one Slurm job for each point, each job on a Ray cluster of its
own (or none), each result found in the job's output.
Typing the same command again finishes the sweep: no point runs twice, none is lost.
The program to run prints its result as one line
.PP
.EX
TMGG_RESULT:{"status":"completed","metrics":{"val_loss":0.25}}
.EE
.PP
with \(dqstatus\(dq: \(dqcompleted\(dq once, at the end. A result that says so counts however the job ends; one that
says failed or timeout is that; one without status counts if the program ends by itself with exit code 0.
.PP
Words behind the program that have the form
.IR key = value
are parameters; commas and
.IR range (0,5)
make a grid.
A verb without a sweep means the newest one in the output folder; a name or a path is accepted.
The product goes to standard output, everything else to standard error.
.SH VERBS
END
    for verb in $(verbs); do
        add_verb "$verb"
    done
    echo '.SH COMMON OPTIONS'
    add_common_options
    cat <<'END'
.SH SETTINGS
Each setting is an option, a key in files (with _ for \-), and an environment variable RAYLAUNCH_SET_<KEY>.
Nearer wins: built\-in, /etc/raylaunch/config.yaml, the user's file, raylaunch.yaml of the project, profile,
.BR \-\-file ,
environment, options.
.B raylaunch config \-\-origin
shows which value comes from where.
A switch has a
.B \-\-no\-
form too.
END
    add_settings
    cat <<'END'
.SH EXIT STATUS
.TP
.B 0
done
.TP
.B 1
done, but a point failed or is missing
.TP
.B 2
the command line was wrong
.TP
.B 3
a file has bad content
.TP
.B 4
the scheduler refused, or cannot be reached
.TP
.B 5
.B \-\-wait\-timeout
passed
.TP
.B 6
a file, a folder or the disk
.TP
.B 7
refused by a rule
.TP
.B 70
raylaunch is wrong, or out of memory
.TP
.B 128+n
ended by signal n
.SH FILES
.TP
.I slurm_outputs/<sweep>/
everything of a sweep: points.jsonl, journal.jsonl, points/, results.jsonl, results.csv, summary.json,
<sweep>.tar.zst
.TP
.I raylaunch.yaml
settings of a project, searched upwards from the working folder
.TP
.I $XDG_CONFIG_HOME/raylaunch/config.yaml
settings of the user (without XDG_CONFIG_HOME: ~/.config)
.TP
.I /etc/raylaunch/config.yaml
settings of the site
.SH ENVIRONMENT
.TP
.B RAYLAUNCH_SET_<KEY>
sets a setting; unknown keys are errors
.TP
.B SBATCH_*
read as a layer of settings below RAYLAUNCH_SET_<KEY>
.TP
.B RAYLAUNCH_PARAM_<KEY>, RAYLAUNCH_PARAMS_FILE
in the job: one parameter as text; a JSON file with all of them
.SH SEE ALSO
.BR sbatch (1),
.BR squeue (1),
.BR sacct (1),
.BR scancel (1)
END
}

if [ "$file" = - ]; then
    make_page
else
    make_page >"$file.part"
    mv "$file.part" "$file"
fi
