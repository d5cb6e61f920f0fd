#!/bin/sh
# deps.sh quickstart|check [--dry-run]: the Debian packages that raylaunch needs.
#
#   quickstart   what it takes to build raylaunch and to run its first sweep
#   check        that, and what "make check", "make lint" and the test cluster use
#   --dry-run    print what is missing and the command; change nothing
#
# With nothing missing it needs no root and no network. Otherwise it prints the
# command and runs it: as root, by "sudo -n", or after a yes on the terminal. Newly
# installed services are kept from starting: the test cluster brings its own.
# Exit: 0 all there, 1 something is missing and could not be installed, 2 usage.
set -eu

quickstart='gcc libc6-dev make pkg-config libjansson-dev libarchive-dev
libyaml-dev libssl-dev python3 python3-venv'
check="$quickstart clang clang-format llvm libclang-rt-dev shellcheck cppcheck valgrind
perl bash slurmctld slurmd slurmdbd slurm-client slurm-wlm-basic-plugins
slurm-wlm-mysql-plugin munge mariadb-server-core mariadb-client-core iproute2 tini
procps util-linux mount bubblewrap faketime strace zstd git openssl"

# The same elsewhere. Only Debian's packages are tried by the project's own tests.
dnf_quickstart='gcc glibc-devel make pkgconf-pkg-config jansson-devel libarchive-devel
libyaml-devel openssl-devel python3'
dnf_check="$dnf_quickstart clang clang-tools-extra llvm compiler-rt ShellCheck cppcheck
valgrind perl-Test-Harness bash slurm slurm-slurmctld slurm-slurmd slurm-slurmdbd munge
mariadb-server iproute tini procps-ng util-linux bubblewrap libfaketime strace zstd git
openssl"
conda='c-compiler make pkg-config jansson libarchive yaml openssl python'

policy=/usr/sbin/policy-rc.d
policy_mark='written by deps.sh of raylaunch'

usage()
{
    echo 'usage: deps.sh quickstart|check [--dry-run]' >&2
    exit 2
}

# The words of $@ that are not installed, on one line.
missing()
{
    have=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true)
    want=
    for package in "$@"; do
        printf '%s\n' "$have" | grep -qx "installed $package" || want="$want $package"
    done
    echo "${want# }"
}

# Only a file that we wrote is removed: a machine's own policy stays as it is.
policy_release()
{
    if grep -qs "$policy_mark" "$policy"; then
        rm -f "$policy"
    fi
}

# As root. A second run at the same time waits for the first one.
install_packages()
{
    export DEBIAN_FRONTEND=noninteractive
    exec 9>/run/raylaunch-deps.lock
    flock 9
    policy_release
    trap policy_release EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\n# %s\nexit 101\n' "$policy_mark" >"$policy"
        chmod 755 "$policy"
    fi
    set -- apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=120 "$@"
    # Lists that are absent or too old name files that the mirror no longer has, and an
    # earlier run may have been killed.
    if ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1 && "$@" </dev/null 9>&-; then
        return 0
    fi
    dpkg --configure -a </dev/null 9>&- || return 1
    apt-get update 9>&- && "$@" </dev/null 9>&-
}

[ $# -ge 1 ] || usage
group=$1
case $group in
quickstart) packages=$quickstart dnf=$dnf_quickstart ;;
check) packages=$check dnf=$dnf_check ;;
*) usage ;;
esac
dry_run=
case ${2:-} in
'') ;;
--dry-run) dry_run=1 ;;
*) usage ;;
esac
[ $# -le 2 ] || usage

if ! command -v apt-get >/dev/null 2>&1; then
    echo "deps: no apt-get on this system: install what 'make $group' needs yourself:"
    # shellcheck disable=SC2086 # a list of words, joined to one line
    echo "  dnf install" $dnf
    echo "  conda install -c conda-forge $conda"
    exit 1
fi

# shellcheck disable=SC2086 # a list of package names
want=$(missing $packages)
if [ -z "$want" ]; then
    echo "deps: everything for 'make $group' is installed"
    exit 0
fi
echo "deps: missing: $want"
echo "deps: apt-get install --no-install-recommends $want"
[ -z "$dry_run" ] || exit 0

if [ "$(id -u)" = 0 ]; then
    # shellcheck disable=SC2086 # a list of package names
    install_packages $want || true # what is still missing is said below
elif sudo -n true 2>/dev/null; then
    exec sudo -n sh "$0" "$group"
elif [ -t 0 ] && [ -t 1 ]; then
    printf 'deps: run this as root through sudo now? [y/N] '
    read -r answer
    case $answer in
    y | Y | yes) exec sudo sh "$0" "$group" ;;
    esac
    echo "deps: nothing was installed; type: sudo sh $0 $group" >&2
    exit 1
else
    echo "deps: cannot become root here; type: sudo sh $0 $group" >&2
    exit 1
fi

# shellcheck disable=SC2086 # a list of package names
want=$(missing $packages)
if [ -n "$want" ]; then
    echo "deps: apt-get did not install: $want" >&2
    exit 1
fi
echo "deps: everything for 'make $group' is installed"
