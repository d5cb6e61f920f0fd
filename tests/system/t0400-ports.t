#!/bin/bash
# raylaunch ports: slices, first jobs, maps of users, Ray's documented layout, and the ports
# that ray start arguments may not name.
# shellcheck disable=SC2154 # rc, out and err are harness.sh's
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/harness.sh"
cd "$WORK" || exit 1
ports() { run "$RAYLAUNCH_BIN" ports --ephemeral 32768-60999 "$@"; }

# Bad input first.
ports alice
is_rc 2 'a word is a usage error'
err_has 'did you mean --user alice' 'with the option that was meant'
ports --user no-such-user-here
is_rc 2 'an unknown user'
err_has "no user 'no-such-user-here'" 'is named'
run "$RAYLAUNCH_BIN" ports --ephemeral 1-2
is_rc 2 'a bad range'
ports --layout compact
is_rc 2 'an unknown layout'
err_has 'grains, ray-docs' 'says which there are'
ports --ports-first 12000 --ports-last 12100
is_rc 2 'a range without a whole grain'
ports --users missing.txt
is_rc 6 'no such map'
printf 'one 10112-12159\n\ntwo 10112\n' >bad.txt
ports --users bad.txt
is_rc 3 'a bad map'
err_has 'bad.txt:3: .10112. is no range' 'names file and line'
is "$(wc -c <"$out")" 0 'and nothing on stdout'
printf 'one 10112-12159\n\0two 10112-12159\n' >bad.txt
ports --users bad.txt
is_rc 3 'a map with a NUL byte'
err_has 'bad.txt.* holds a NUL byte' 'is not read up to there'
run "$RAYLAUNCH_BIN" render --ray-start-args=--node-manager-port=6700 -- ./fit
is_rc 2 'a port of Ray in --ray-start-args'
err_has "gives --node-manager-port, which each job chooses itself" 'is refused by name'
printf 'ray_start_args: [--min-worker-port=10002]\n' >raylaunch.yaml
chmod 644 raylaunch.yaml
ports
is_rc 3 'and in a file'
err_has 'raylaunch.yaml:1.*--min-worker-port' 'with its line'
rm raylaunch.yaml

# One user.
ports --user 1001
is_rc 0 'a user by number'
out_has '^1001 +1001 +1 +12160-14207$' 'has the slice of the uid'
out_has 'takes first: 12160-12287 \(1 grain\)' 'and its first job a grain'
out_has '100 workers 12177-12276' 'with its workers'
ports --user 1001 --cpus-per-task 64 --json
is "$(json_count type ports "$out")" 1 'a row for the user'
is "$(json_count type job_ports "$out")" 1 'a row for the job'
out_has '"grains":5,"ports":\[12160,12799\].*"gcs":12161,.*"workers":512' 'more CPUs, more grains'
ports --user 1009 --ports-strict --cpus-per-task 1000
out_has 'finds no room' 'a job that no slice holds'
ports
is_rc 0 'without a word: yours'
out_has "^[^ ]+ +$(id -u) " 'by your uid'

# Overlaps.
ports --user 1001 --user 1011
is_rc 1 'two users of one slice'
out_has '^overlap: 1001 and 1011 share 12160-14207$' 'are named'
ports --user 1001 --user 1002
is_rc 0 'two users of two slices'
out_lacks '^overlap' 'share nothing'
printf '# the lab\nalice 10112-12159\nbob 12160-14207 # beside her\n1002\n' >good.txt
ports --users good.txt
is_rc 0 'a map without overlaps'
is "$(wc -c <"$err")" 0 'nothing on stderr'
printf 'carol 14000-16255\n' >>good.txt
ports --users good.txt --json
is_rc 1 'a map with overlaps'
is "$(json_count type overlap "$out")" 2 'two pairs'
out_has '"users":\["bob","carol"\],"ports":\[14000,14207\]' 'bob and carol'
out_has '"users":\["carol","1002"\],"ports":\[14208,16255\]' 'carol and the slice of 1002'

# Ray's documentation.
ports --layout ray-docs
is_rc 0 'the two users of the Ray documentation'
out_has '^  port +6380$' 'the second port'
out_has '^  worker-ports +20002-29999$' 'the second worker range'
out_has 'ports: \{first: 20002, last: 29999\}' 'and the setting to write'
ports --layout ray-docs --user a --user b --user c --json
is_rc 1 'a third user does not fit'
out_has '"type":"problem","user":"c","message":"the worker ports lie among the ephemeral' 'and why'
ports --layout ray-docs --user a --user b --user c --user d --user e --user f
is_rc 2 'six users'
finish
