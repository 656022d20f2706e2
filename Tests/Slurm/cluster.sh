# A Slurm cluster of two nodes on the loopback interface of this machine, for tests only: whoever reaches
# its ports is let in (auth/none), and they listen on 127.0.0.1. Sourced by what needs one.
#
#   cluster_start FOLDER    state, logs and configuration go there; SLURM_CONF is exported
#   cluster_idle            waits until both nodes take work
#   cluster_node_start N    starts the slurmd of node nN
#   cluster_node_kill N     ends that slurmd at once, and nothing that it had started
#   cluster_stop            ends whatever was started, tasks included

cluster_folder=

# The first of eight ports in a row that nobody listens on.
cluster_free_ports() {
    local base port
    for ((base = 17810; base < 18800; base += 10)); do
        for ((port = base; port < base + 3; port++)); do
            if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then continue 2; fi
        done
        echo "$base"
        return
    done
    echo "no free ports from 17810 to 18800 on 127.0.0.1" >&2
    return 1
}

cluster_configuration() {
    local folder=$1 base=$2 host user
    host=$(uname -n)
    user=$(id -un)
    cat <<END
ClusterName=loopback
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$base
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/none
CredType=cred/none
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool-%n
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd-%n.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SwitchType=switch/none
MpiDefault=none
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,bf_interval=1,sched_min_interval=100000
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
# Nodes that are not what the machine is: one processor each, whatever it has.
SlurmdParameters=config_overrides
# A node that does not answer for this long is down; one that answers again is up.
SlurmdTimeout=4
ReturnToService=2
KillWait=5
CommunicationParameters=NoInAddrAny
NodeName=n[1-2] NodeHostname=$host NodeAddr=127.0.0.1 Port=[$((base + 1))-$((base + 2))] CPUs=1
PartitionName=all Nodes=n[1-2] Default=YES MaxTime=INFINITE State=UP
END
}

cluster_start() {
    cluster_folder=$1
    mkdir -p "$cluster_folder"/{state,spool-n1,spool-n2}
    cluster_configuration "$cluster_folder" "$(cluster_free_ports)" >"$cluster_folder/slurm.conf"
    export SLURM_CONF=$cluster_folder/slurm.conf
    slurmctld -D -i </dev/null >"$cluster_folder/slurmctld.out" 2>&1 &
    cluster_controller=$!
    cluster_node_start 1
    cluster_node_start 2
}

cluster_node_start() {
    slurmd -D -N "n$1" </dev/null >"$cluster_folder/slurmd-n$1.out" 2>&1 &
    printf -v "cluster_node_$1" %s $!
}

cluster_node_kill() {
    local process=cluster_node_$1
    kill -KILL "${!process}"
    wait "${!process}" 2>/dev/null || true
}

cluster_idle() {
    local tries
    for ((tries = 0; tries < 300; tries++)); do
        [[ $(sinfo --noheader --format=%T 2>/dev/null | sort -u) == idle ]] && return
        sleep 0.2
    done
    echo "the nodes did not come up; logs are in $cluster_folder" >&2
    return 1
}

cluster_stop() {
    [[ $cluster_folder ]] || return 0
    [[ -z ${cluster_controller:-} ]] || scancel --quiet --state=PENDING --user="$(id -un)" 2>/dev/null || true
    local process folder
    # Tasks and their slurmstepd run in, or carry the name of, a folder that only this cluster has.
    for process in "${cluster_controller:-}" "${cluster_node_1:-}" "${cluster_node_2:-}"; do
        [[ $process ]] && kill -KILL "$process" 2>/dev/null
    done
    for folder in /proc/[0-9]*; do
        process=${folder#/proc/}
        if [[ $process != "$$" ]] && { tr '\0' '\n' <"$folder/environ" | grep -qxF "SLURM_CONF=$SLURM_CONF"; } 2>/dev/null
        then
            [[ $(ps -o sid= -p "$process" 2>/dev/null | tr -d ' ') == "$(ps -o sid= -p $$ | tr -d ' ')" ]] \
                || kill -KILL "$process" 2>/dev/null
        fi
    done
    wait 2>/dev/null
    cluster_folder=
}
