#!/bin/bash
# The parts of TLS between nodes (templates/parts/tls.sh, templates/keeper/tls.py), without Slurm and
# Ray. The faults: a certificate that the other end would refuse (address, date, authority), a key
# that others can read, one that reaches the wrong node, and a choice that is not what was asked.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/harness.sh"
templates=$(cd "$(dirname "$0")/../../templates" && pwd)
cd "$WORK" || exit 1
if ! type openssl >/dev/null 2>&1; then
    echo '1..0 # SKIP there is no openssl (make deps-check)'
    exit 0
fi
cat >choose.sh <<SH
rl_job=12_3 rl_trouble='' rl_ray_version=2.60.0
rl_warn() { echo "warning: \$1"; }
rl_say() { echo "said: \$1"; }
rl_fail() { echo "failed: \$1: \$2"; exit; }
rl_ray_since() { [ "\${older:-0}" = 0 ]; }
. "$templates/parts/tls.sh"
SH
choose() # RAY_TLS EXCLUSIVE SETTINGS…: what comes of it, and rl_tls
{
    rm -rf temp
    mkdir -m 700 temp
    run bash -uc '. ./choose.sh
        rl_tmp=$PWD/temp rl_ray_tls=$1 rl_exclusive=$2
        shift 2
        for word in "$@"; do declare "$word"; done
        rl_choose_tls
        echo "tls=$rl_tls"' choose "$@"
}
choose auto 0
is "$(cat "$out")" tls=1 'auto, shared nodes: TLS'
is "$(stat -c '%a' temp/ca temp/ca/ca.key | xargs)" '700 600' 'of an authority that is the owner'"'"'s alone'
choose auto 1
is "$(cat "$out") $(ls temp)" 'tls=0 ' 'auto, exclusive nodes: none'
choose on 1
is "$(cat "$out")" tls=1 'on: TLS there, too'
choose off 0
is "$(cat "$out")" tls=0 'off: none'
choose auto 0 RAY_USE_TLS=1
out_has 'RAY_USE_TLS is set to 1' 'auto, where the job has certificates of its own: said'
out_has '^tls=0$' 'and left to it'
choose auto 0 older=1
out_has '^warning: .*before 2.49' 'auto, an old Ray: a warning'
out_has '^tls=0$' 'and none'
choose on 0 older=1
is "$(cat "$out")" tls=1 'on: tried'
# A system whose openssl cannot: it knows no option of ours, or is not there.
mkdir bin
# shellcheck disable=SC2016
printf '#!/bin/sh\n[ "$1" = version ] || { echo "req: unknown option"; exit 1; }\n' >bin/openssl
chmod a+x bin/openssl
sed "s|PATH=/usr/bin:/bin|PATH=$WORK/bin|" "$templates/parts/tls.sh" >other.sh
sed -i 's|^\. .*|. ./other.sh|' choose.sh
choose auto 0
out_has '^warning: .*makes no certificate: req: unknown option' 'an openssl that cannot: a warning with its words'
choose on 0
out_has '^failed: ray_tls: .*unknown option' 'on: the cause ray_tls'
# shellcheck disable=SC2016
sed -i 's|-- "$rl_tmp/ca"|-- /nonexistent/ca|' other.sh
choose auto 0
out_has '^warning: .*makes no certificate' 'a folder that cannot be made: a warning'
sed -i "s|^\. .*|. $templates/parts/tls.sh|" choose.sh

# ---- leaves: what is sent, and what the keepers make of it
cat >leaves.sh <<'SH'
. ./choose.sh
rl_tmp=$PWD/temp rl_ray_tls=on rl_exclusive=0
rl_choose_tls
exec {pipe}>orders
rl_send_leaf n1 10.9.8.7,127.0.0.1,192.168.3.4 "$pipe"
rl_send_leaf n2 '10.9.8.6,x,DNS:evil' "$pipe"
rl_send_leaf n1 10.9.8.7 "$pipe"
echo "trouble: $rl_trouble"
mv temp/ca temp/gone
rl_send_leaf n3 10.9.8.5 "$pipe"
echo "trouble: $rl_trouble"
mv temp/gone temp/ca
rl_end_authority
ls -A temp
env | grep ^RAY_ | sort
SH
rm -rf temp && mkdir -m 700 temp
run bash -u leaves.sh
is "$(cat "$out")" "trouble: 
trouble: ray_tls openssl on $HOSTNAME made no certificate for node n3
RAY_TLS_CA_CERT=$PWD/temp/tls/ca.crt
RAY_TLS_SERVER_CERT=$PWD/temp/tls/node.crt
RAY_TLS_SERVER_KEY=$PWD/temp/tls/node.key
RAY_USE_TLS=1" 'an authority that fails is told, in the end nothing of it stays, and the program is told where its files are'
is "$(cut -d' ' -f1,2 orders | xargs)" 'leaf n1 leaf n2' 'one certificate for each node'
cat >take.py <<'PY'
import sys, types
sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
import keeper.orders as orders
def hears(name):
    one = orders.Orders()
    one.outer, one.has_leaf, one.address, one.stopping, one.child = name, False, "", False, None
    orders.NODE = name
    for line in open("orders"):
        one.order(line.split())
    return one
print(hears("n1").has_leaf, hears("n2").has_leaf, hears("n3").has_leaf)
from keeper.tls import all_addresses, tls_environment
print("127.0.0.1" in all_addresses().split(","), sorted(tls_environment("/x").items()))
PY
umask 000
run python3 -S take.py "$templates"
is "$(cat "$out")" "True True False
True [('RAY_TLS_CA_CERT', '/x/tls/ca.crt'), ('RAY_TLS_SERVER_CERT', '/x/tls/node.crt'), ('RAY_TLS_SERVER_KEY', '/x/tls/node.key'), ('RAY_USE_TLS', '1')]" \
    'each node takes its own'
umask 022
is "$(stat -c '%a' n1/tls n1/tls/* | xargs)" '700 600 600 600' 'into files for itself, whatever the umask'
for node in n1 n2; do
    run openssl verify -CAfile n1/tls/ca.crt "$node/tls/node.crt"
    is_rc 0 "$node: of this authority"
    is "$(openssl pkey -in $node/tls/node.key -pubout)" "$(openssl x509 -in $node/tls/node.crt -noout -pubkey)" 'its key fits'
done
openssl x509 -in n1/tls/node.crt -noout -text >text
file_has text 'DNS:localhost, IP Address:127.0.0.1, IP Address:10.9.8.7, IP Address:192.168.3.4' 'n1 has all its addresses'
file_has text 'Not Before: Jan  1 00:00:00 1970' 'from the first second of all clocks'
file_has text 'Not After : Dec 31 23:59:59 2099' 'to the end of the century'
file_has text 'Server Authentication, TLS Web Client Authentication' 'for both ends of a connection'
openssl x509 -in n2/tls/node.crt -noout -text >text
file_has text 'DNS:localhost, IP Address:127.0.0.1, IP Address:10.9.8.6$' 'n2 has what is an address of what it said'
is "$(openssl x509 -in n1/tls/ca.crt -noout -dates -ext basicConstraints | xargs)" \
    'notBefore=Jan 1 00:00:00 1970 GMT notAfter=Dec 31 23:59:59 2099 GMT X509v3 Basic Constraints: critical CA:TRUE' 'so long holds the authority'
run openssl verify -CAfile n1/tls/node.crt n2/tls/node.crt
must_fail 'no node can sign for another'
cp n1/tls/ca.crt first.crt
rm -rf temp orders && mkdir -m 700 temp
run bash -u leaves.sh
run python3 -S take.py "$templates"
run openssl verify -CAfile first.crt n1/tls/node.crt
must_fail 'another job'"'"'s certificate is not of this one'
finish
