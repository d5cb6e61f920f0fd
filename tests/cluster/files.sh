# shellcheck shell=bash
# files.sh - what the test cluster's machines read: their /etc, Slurm's configuration,
# keys and folders. Part of cluster.sh, which sets LAB, CLUSTER, NODES, USERS and NET.
# RAYLAUNCH_SLURM_CONF_EXTRA: more lines of slurm.conf, instead of those of the same key.

write_etc()
{
    local etc=$CLUSTER/etc name i=0 uid=21000
    mkdir -p "$etc"
    # What is secret on this machine has no use there.
    tar -C /etc --exclude=./shadow* --exclude=./gshadow* --exclude=./ssh \
        --exclude=./ssl/private --exclude=./munge --exclude=./slurm --exclude=./sudoers* \
        -cf - . | tar -C "$etc" -xpf -
    echo rl-ctl >"$etc/hostname"
    : >"$etc/resolv.conf" # no name server can be reached: fail at once
    sed -i 's/^hosts:.*/hosts: files/' "$etc/nsswitch.conf"
    printf '127.0.0.1 localhost\n%s.1 rl-ctl\n' "$NET" >"$etc/hosts"
    for name in $NODES; do
        i=$((i + 1))
        echo "$NET.1$i $name" >>"$etc/hosts"
    done
    for name in $USERS; do
        uid=$((uid + 1))
        while getent passwd "$uid" >/dev/null || getent group "$uid" >/dev/null; do
            uid=$((uid + 1))
        done
        sed -i "/^$name:/d" "$etc/passwd" "$etc/group"
        echo "$name:x:$uid:$uid::$LAB/home/$name:/bin/bash" >>"$etc/passwd"
        echo "$name:x:$uid:" >>"$etc/group"
        [ -d "$LAB/home/$name" ] || install -d -o "$uid" -g "$uid" "$LAB/home/$name"
    done
}

# set_slurm_conf LINE…: each "Key=Value…" instead of the line of that key (of that
# partition or node), or as a new one; slurm.conf may hold a key only once.
set_slurm_conf()
{
    local file=$CLUSTER/etc/slurm/slurm.conf line key
    for line in "$@"; do
        [[ $line =~ ^[A-Za-z]+= ]] || fail "not a line of slurm.conf: '$line'"
        key=${line%%=*}=
        case $line in PartitionName=* | NodeName=*) key="${line%% *} " ;; esac
        awk -v key="$key" -v line="$line" '
            BEGIN { n = length(key) }
            tolower(substr($0 " ", 1, n)) != tolower(key) { print; next }
            !done { print line; done = 1 }
            END { if (!done) print line }' "$file" >"$file.new"
        cat "$file.new" >"$file"
        rm "$file.new"
    done
}

write_slurm_conf()
{
    local name i=0 more=()
    mkdir -p "$CLUSTER/etc/slurm"
    {
        cat <<CONF
ClusterName=rltest
SlurmctldHost=rl-ctl($NET.1)
SlurmUser=slurm
AuthType=auth/munge
AuthInfo=socket=$CLUSTER/munge/socket
CredType=cred/munge
StateSaveLocation=$CLUSTER/state
SlurmdSpoolDir=$CLUSTER/spool/%n
SlurmctldPidFile=$CLUSTER/run/slurm/slurmctld.pid
SlurmdPidFile=$CLUSTER/run/slurm/slurmd.%n.pid
SlurmctldLogFile=$CLUSTER/log/slurmctld.log
SlurmdLogFile=$CLUSTER/log/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerType=sched/backfill
# Jobs start within a second, so that a test need not wait for the next round.
SchedulerParameters=sched_min_interval=0,bf_interval=1,batch_sched_delay=1
ReturnToService=2
SlurmctldTimeout=30
SlurmdTimeout=30
MinJobAge=300
# From TERM to KILL at the time limit: 30 by default.
KillWait=5
GresTypes=gpu
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=1
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=localhost
AccountingStoragePass=$CLUSTER/munge/socket
AccountingStorageTRES=gres/gpu
# What sacctmgr says of limits, QoS and accounts holds.
AccountingStorageEnforce=associations,limits,qos
AccountingStoreFlags=job_comment
MaxJobCount=20000
MaxArraySize=10001
# The nodes are what is written here, whatever the machine has.
SlurmdParameters=config_overrides
PartitionName=gpu Nodes=ALL Default=YES MaxTime=INFINITE State=UP
PartitionName=cpu Nodes=ALL MaxTime=60 State=UP
CONF
        for name in $NODES; do
            i=$((i + 1))
            echo "NodeName=$name NodeAddr=$NET.1$i CPUs=32 Boards=1 SocketsPerBoard=1" \
                "CoresPerSocket=32 ThreadsPerCore=1 RealMemory=64000 Gres=gpu:2"
        done
    } >"$CLUSTER/etc/slurm/slurm.conf"
    mapfile -t more < <(grep -v '^[[:space:]]*$' <<<"${RAYLAUNCH_SLURM_CONF_EXTRA:-}")
    set_slurm_conf "${more[@]}"
    cp "$CLUSTER/etc/slurm/slurm.conf" "$CLUSTER/etc/slurm/slurm.conf.first"
    echo "Name=gpu Count=2 File=$CLUSTER/gpu[0-1]" >"$CLUSTER/etc/slurm/gres.conf"
    echo 'CgroupPlugin=autodetect' >"$CLUSTER/etc/slurm/cgroup.conf"
    cat >"$CLUSTER/etc/slurm/slurmdbd.conf" <<CONF
AuthType=auth/munge
AuthInfo=socket=$CLUSTER/munge/socket
DbdHost=localhost
SlurmUser=slurm
StorageType=accounting_storage/mysql
StorageHost=localhost
StorageUser=slurm
StorageLoc=slurm_acct_db
LogFile=$CLUSTER/log/slurmdbd.log
PidFile=$CLUSTER/run/slurm/slurmdbd.pid
CONF
    chown slurm: "$CLUSTER/etc/slurm/slurmdbd.conf"
    chmod 600 "$CLUSTER/etc/slurm/slurmdbd.conf"
}

write_files()
{
    local name
    mkdir -p "$LAB/home" "$CLUSTER/run" "$CLUSTER/spool"
    for name in log state run/slurm; do
        install -d -o slurm -g slurm "$CLUSTER/$name"
    done
    install -d -o slurm -g slurm -m 700 "$CLUSTER/db"
    install -d -o munge -g munge "$CLUSTER/munge"
    for name in $NODES; do mkdir -p "$CLUSTER/spool/$name"; done
    (umask 077 && head -c 128 /dev/urandom >"$CLUSTER/munge/key")
    chown munge: "$CLUSTER/munge/key"
    mknod -m 666 "$CLUSTER/gpu0" c 1 3
    mknod -m 666 "$CLUSTER/gpu1" c 1 5
    write_etc
    write_slurm_conf
}
