# ---- TLS between the nodes of a job ------------------------------------------------------------
# Ray shows its token to whoever listens where one of its processes did, and on a shared node a
# neighbour can. With TLS it talks to nobody without a certificate of this job's own authority. That
# lives here, on the first host, until all nodes are up; each node gets a certificate for its
# addresses, with its key, through the pipe of its orders. No clock matters: all dates are wide.
rl_tls=0
declare -A rl_leaf=()
rl_authority='[ca]
default_ca = job
[job]
database = index
serial = serial
new_certs_dir = .
certificate = ca.crt
private_key = ca.key
default_md = sha256
policy = names
unique_subject = no
[names]
commonName = supplied
[req]
distinguished_name = nothing
[nothing]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth, clientAuth
subjectAltName = DNS:localhost, IP:127.0.0.1'

rl_ask_openssl() { # command and its words, in the folder of the authority
    (umask 077 && cd -- "$rl_tmp/ca" && exec timeout 30 "${rl_openssl[@]}" "$@" </dev/null >said 2>&1)
}

rl_certify() { # name, extensions, more words: a key and a certificate, both of that name
    local name=$1 extensions=$2
    shift 2
    rl_ask_openssl req -new -config conf -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256 \
        -subj "/CN=raylaunch $name of job $rl_job" -keyout "$name.key" -out "$name.csr" &&
        rl_ask_openssl ca -batch -notext -config conf -extensions "$extensions" -in "$name.csr" -out "$name.crt" \
            -startdate 700101000000Z -enddate 20991231235959Z "$@"
}

rl_make_authority() { # else rl_text: why there is none
    local said
    rl_text='there is no openssl'
    # The system's own openssl, alone: what a module has put into LD_LIBRARY_PATH may not fit it.
    rl_openssl=(env -i PATH=/usr/bin:/bin HOME=/nonexistent openssl)
    "${rl_openssl[@]}" version >/dev/null 2>&1 || rl_openssl=(openssl)
    "${rl_openssl[@]}" version >/dev/null 2>&1 || return 1
    (umask 077 && mkdir -- "$rl_tmp/ca" && cd -- "$rl_tmp/ca" && : >index && echo 01 >serial &&
        printf '%s\n' "$rl_authority" >conf) 2>/dev/null &&
        rl_certify ca authority -selfsign -keyfile ca.key && [ -s "$rl_tmp/ca/ca.crt" ] && return
    said=$(tail -n 1 "$rl_tmp/ca/said")
    rl_text="openssl on $HOSTNAME makes no certificate${said:+: $said}"
    return 1
} 2>/dev/null

rl_choose_tls() { # rl_tls
    case $rl_ray_tls in
    off) return 0 ;;
    auto)
        [ "$rl_exclusive" = 0 ] || return 0
        if [ -n "${RAY_USE_TLS:-}" ]; then # by --env or a setup line
            rl_say "RAY_USE_TLS is set to $RAY_USE_TLS: TLS is left to it"
            return 0
        fi
        ;;
    esac
    rl_text="TLS is not tried with a Ray before 2.49, this is $rl_ray_version"
    if { [ "$rl_ray_tls" = on ] || rl_ray_since 2 49; } && rl_make_authority; then
        rl_tls=1
    elif [ "$rl_ray_tls" = on ]; then
        rl_fail ray_tls "ray_tls is on, but $rl_text"
    else
        rl_warn "Ray speaks no TLS: $rl_text; others on its nodes may catch its token"
    fi
}

rl_flat() { # rl_text: the file as one word
    rl_text=$(<"$rl_tmp/ca/$1")
    rl_text=${rl_text//$'\n'/,}
    rl_text=${rl_text// /_}
}

rl_send_leaf() { # node, its addresses, the pipe of its orders
    local one leaf='' names=DNS:localhost,IP:127.0.0.1 rl_text=''
    [ "$rl_tls" = 1 ] && [ -z "${rl_leaf[$1]:-}" ] || return 0
    for one in ${2//,/ }; do
        case $one in *[!0-9.]* | 127.0.0.1) ;; *) names+=,IP:$one ;; esac
    done
    if ! { printf '%s\nsubjectAltName = %s\n' "${rl_authority%$'\n'*}" "$names" >"$rl_tmp/ca/conf" &&
        rl_certify node leaf && [ -s "$rl_tmp/ca/node.crt" ]; }; then
        [ -n "$rl_trouble" ] || rl_trouble="ray_tls openssl on $HOSTNAME made no certificate for node $1"
        return 0
    fi
    for one in node.crt node.key ca.crt; do
        rl_flat "$one"
        leaf+=" $rl_text"
    done
    rl_leaf[$1]=sent
    printf 'leaf %s%s\n' "$1" "$leaf" >&"$3"
} 2>/dev/null

rl_end_authority() { # the nodes are up: nobody else shall get a certificate
    rm -rf -- "$rl_tmp/ca"
    [ "$rl_tls" = 0 ] || export RAY_USE_TLS=1 RAY_TLS_SERVER_CERT=$rl_tmp/tls/node.crt \
        RAY_TLS_SERVER_KEY=$rl_tmp/tls/node.key RAY_TLS_CA_CERT=$rl_tmp/tls/ca.crt
}
