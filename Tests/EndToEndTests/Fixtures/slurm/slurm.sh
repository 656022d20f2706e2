#!/bin/bash
# Stands in for sbatch, squeue, scancel and scontrol, by the name that it is called by: runs arrays here and
# now, one task after the other, and lets happen what a test wishes. FAKE_SLURM is its folder:
#
#   calls          a line for each command that came
#   tasks          job|index|state|reason of each task, as squeue tells them
#   max-array      MaxArraySize, 1001 when there is none
#   down           nobody answers
#   refuse         sbatch refuses, in these words; refuse-merge: a job that waits for another one only
#   forgotten      squeue knows no job any more
#   fate           lines of 'index STATE': that task is not run and ends so, or waits (PENDING), or RUNNING
#   twice          indices of tasks that are run twice, as of a node that only looked dead
#   devemu         a program that runs in place of devemu, when there is one
set -u
name=${0##*/}
cd "$FAKE_SLURM" || exit 70
echo "$name $*" >>calls
touch tasks

complain() {
    echo "$name: error: $*" >&2
    exit 1
}

[[ ! -e down ]] || complain "Unable to contact slurm controller (connect failure)"

# The value of an option on an #SBATCH line of the script, out of its quotes.
directive() { sed -n "s/^#SBATCH --$1=//p" "$script" | sed -e 's/^"\(.*\)"$/\1/' -e 's/\\"/"/g'; }

indices() {
    local part
    for part in ${1//,/ }; do seq "${part%-*}" "${part#*-}"; done
}

has() { [[ -e $1 ]] && grep -qx -- "$2" "$1"; }

# Runs the script as task $1, started anew $2 times before; its exit code is this one's.
execute() {
    local task=$1 count=$2 log spooled=spool-$job-$1.sh
    cp "$script" "$spooled"
    if [[ -e devemu ]]; then
        sed -E "s#^(exec )?[^ ]*/devemu sweep #\1$FAKE_SLURM/devemu sweep #" "$script" >"$spooled"
    fi
    log=$(directive output)
    log=${log//%5a/$(printf %05d "${task:-0}")}
    log=${log//%%/%}
    (cd / && env -i PATH=/usr/bin:/bin SLURMD_NODENAME=fake SLURM_JOB_ID=$((job * 1000 + ${task:-0})) \
        ${task:+SLURM_ARRAY_TASK_ID=$task} $([[ $count == 0 ]] || echo "SLURM_RESTART_COUNT=$count") \
        bash "$FAKE_SLURM/$spooled" </dev/null >>"$log" 2>&1)
}

run_task() {
    local index=$1 fate
    fate=$([[ -e fate ]] && sed -n "s/^$index //p" fate)
    case $fate in
    "") ;;
    PENDING) echo "$job|$index|PENDING|Resources" >>tasks; return ;;
    *) echo "$job|$index|$fate|None" >>tasks; return ;;
    esac
    fate=COMPLETED
    execute "$index" 0 || fate=FAILED
    if has twice "$index"; then execute "$index" 1 || fate=FAILED; fi
    echo "$job|$index|$fate|None" >>tasks
}

case $name in
sbatch)
    [[ ! -e refuse ]] || complain "$(cat refuse)"
    [[ $* != *--dependency* || ! -e refuse-merge ]] || complain "$(cat refuse-merge)"
    script=${*: -1}
    job=$(($(cat last 2>/dev/null || echo 100) + 1))
    echo $job >last
    array=$(directive array)
    if [[ $array ]]; then
        for index in $(indices "${array%\%*}"); do run_task "$index"; done
    elif grep -qE '\|(PENDING|RUNNING)\|' tasks; then
        echo "$job|N/A|PENDING|Dependency" >>tasks
    else
        state=COMPLETED
        execute "" 0 || state=FAILED
        echo "$job|N/A|$state|None" >>tasks
    fi
    echo $job
    ;;
squeue)
    [[ ! -e forgotten ]] || complain "Invalid job id specified"
    wanted=,${*: -1},
    wanted=${wanted/--jobs=/}
    while IFS= read -r line; do [[ $wanted != *",${line%%|*},"* ]] || echo "$line"; done <tasks
    ;;
scancel)
    for job; do sed -i -E "s/^($job\|[^|]*)\|(PENDING|RUNNING)\|.*/\1|CANCELLED|None/" tasks; done
    ;;
scontrol)
    echo "MaxArraySize            = $(cat max-array 2>/dev/null || echo 1001)"
    ;;
esac
exit 0
