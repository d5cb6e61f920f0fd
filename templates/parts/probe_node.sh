# One node of "raylaunch check --probe": by Python where there is one, else what bash can see.
name=${SLURMD_NODENAME:-$HOSTNAME}
name=${name%%.*}
for python in python3 python; do
    if "$python" -I -S -c 'import sys; sys.exit(sys.version_info < (3, 6))' 2>/dev/null; then
        exec "$python" -I -S -B -c "$RL_PROBE" node
    fi
done
printf '{"clock":%s}\n' "$(date +%s)" >"$RL_FOLDER/.ready.$name" &&
    mv "$RL_FOLDER/.ready.$name" "$RL_FOLDER/ready.$name" || exit 1
tries=0
until [ -s "$RL_FOLDER/canary.$name" ] || [ $tries -ge 450 ]; do
    tries=$((tries + 1))
    ls "$RL_FOLDER" >/dev/null
    sleep 0.2
done
cp "$RL_FOLDER/canary.$name" "$RL_FOLDER/.seen.$name" && mv "$RL_FOLDER/.seen.$name" "$RL_FOLDER/seen.$name"
free_mib() {
    df -Pm "$1" 2>/dev/null | awk 'NR == 2 {print $4 + 0; found = 1} END {if (!found) print "null"}'
}
read -r low high </proc/sys/net/ipv4/ip_local_port_range
limit=$(ulimit -Hn)
[ "$limit" != unlimited ] || limit=-1
printf '{"node":"%s","ephemeral":[%d,%d],"shm_mib":%s,"temp_mib":%s,"files":%s}\n' "$name" \
    "$low" "$high" "$(free_mib /dev/shm)" "$(free_mib "$RL_TEMP")" "$limit" >"$RL_FOLDER/.node.$name" &&
    mv "$RL_FOLDER/.node.$name" "$RL_FOLDER/node.$name"
