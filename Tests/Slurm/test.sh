#!/bin/bash
# Sweeps on a real Slurm, as root or as anybody: a cluster of two nodes on the loopback interface, a node
# that only looks dead, a shard that is killed, a sweep that is cancelled and goes on.
#
#   test.sh DEVEMU PLUGIN    the built program, and the plugin that the runs are about
#
# Everything is in a folder of its own and ends with this script, however that ends.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR
. "$here/cluster.sh"

devemu=$(realpath "$1")
plugin=$(realpath "$2")
work=$(mktemp -d)
passed=0 failed=0

finish() {
    local status=$?
    cluster_stop
    if ((failed == 0 && status == 0)); then rm -rf "$work"; else echo "everything is kept in $work"; fi
}
trap finish EXIT

say() { printf '%3d s  %s\n' $SECONDS "$*"; }

# check CLAIM COMMAND…: the claim holds when the command succeeds.
check() {
    local claim=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
        say "ok: $claim"
    else
        failed=$((failed + 1))
        say "FAILED: $claim"
    fi
}

# await WHAT COMMAND…: until the command succeeds; the test is over when it never does.
await() {
    local what=$1 tries
    shift
    for ((tries = 0; tries < 900; tries++)); do
        if "$@"; then return; fi
        sleep 0.1
    done
    say "FAILED: waited 90 s in vain for $what"
    failed=$((failed + 1))
    squeue --array --states=all
    tail -n 20 "$work"/*/logs/*.log
    echo "$passed passed, $failed failed"
    exit 1
}

sweep() { "$devemu" sweep "$@"; }
exists() { [[ -e $1 ]]; }
absent() { [[ ! -e $1 ]]; }
says() { [[ $1 == *"$2"* ]]; }

# The process of a shard that runs: shard i/n of a folder.
shard_process() { pgrep -f -- "sweep shard .*--results $1 --shard $2 " | head -n 1; }
shard_runs() { compgen -G "$1/shard-0000${2%/*}-of-*.part-*.db" >/dev/null && [[ $(shard_process "$1" "$2") ]]; }
is_over() { [[ ! -e /proc/$1 ]] || grep -q '^State:.*Z' "/proc/$1/status"; }
waits_after_failure() { squeue --noheader --array --jobs="$1" --states=PENDING --format=%r | grep -q BeginTime; }
nothing_queued() { [[ -z $(squeue --noheader) ]]; }
complete() { sweep status "$1" | grep -q '^complete: '; }

# The results of every run, in an order that does not depend on who ran them when.
dump() {
    local table
    for table in results call_histograms areas area_samples; do
        echo "$table"
        sweep export --store "$1" --table $table --format jsonl | LC_ALL=C sort
    done
}
same_results() {
    dump "$1" >"$work/one.dump"
    [[ $(wc -l <"$work/one.dump") -gt $runs ]] && cmp "$work/one.dump" "$work/local.dump"
}

say "a cluster of two nodes"
cluster_start "$work/cluster"
cluster_idle || exit 1
say "both are idle"

runs=240
cat >"$work/grid.yaml" <<END
summary: which area a camera needs
plugins: [$plugin]
strategies: [as-asked, normal]
seeds: 15
vary:
  machine.areas[0].size: [32M, 64M]
  machine.pins: [0, 30, 100, 300]
END
plan=$work/plan.jsonl
sweep plan "$work/grid.yaml" -o "$plan" || exit 1

# 1. A node that only looks dead. Its shard stands still while Slurm gives the node up, and goes on when
#    another node has run the shard again: it comes to its end as the second one.
results="$work/it's one"
sweep submit "$plan" --slurm --results "$results" --shards 4 --limit 2 || exit 1
array=$(squeue --noheader --name=devemu-sweep --format=%F | head -n 1)
await "shard 2 to run" shard_runs "$results" 2/4
orphan=$(shard_process "$results" 2/4)
kill -STOP "$orphan"
node=$(squeue --noheader --jobs="${array}_2" --format=%N)
cluster_node_kill "${node#n}"
say "shard 2 stands still on $node, and the slurmd of $node is gone"

sweep run "$plan" --store "$work/local.db" >/dev/null
dump "$work/local.db" >"$work/local.dump"
say "meanwhile the plan was run here"
check "status tells what is missing" says "$(sweep status "$results")" "runs missing, all of them in the queue"

await "Slurm to give up $node" waits_after_failure "${array}_2"
say "Slurm gave up $node and wants to run shard 2 again in two minutes; now will do"
scontrol update JobId="${array}_2" StartTime=now
shard="$results/shard-00002-of-00004.db"
await "the second run of shard 2" exists "$shard"
first=$(stat -c %i "$shard")
check "the first run of shard 2 is still there" exists "/proc/$orphan"
kill -CONT "$orphan"
await "the end of the first run" is_over "$orphan"
check "the shard that was published first stays" test "$first" = "$(stat -c %i "$shard")"
check "the log tells of both runs, on two nodes" test \
    "$(grep -o '^shard 2 of 4 on n[12]' "$results/logs/shard-00002.log" | sort | uniq -c | grep -c ' 1 ')" = 2
await "the merge" complete "$results"
check "no part is left" test -z "$(find "$results" -name '*part*')"
check "the store is that of a local run" same_results "$results/store.db"

# 2. A shard that is killed, the rest cancelled, and all of it resumed.
cluster_node_start "${node#n}"
cluster_idle || exit 1
say "$node is back"
results=$work/two
sweep submit "$plan" --slurm --results "$results" --shards 4 --limit 1 || exit 1
await "shard 1 to run" shard_runs "$results" 1/4
kill -KILL "$(shard_process "$results" 1/4)"
await "shard 2 to run" shard_runs "$results" 2/4
sweep cancel "$results"
await "an empty queue" nothing_queued
status=$(sweep status "$results")
check "what was killed and cancelled is lost" says "$status" "  lost       4 shards: 1-4 (CANCELLED, FAILED)"
check "status says what to do" says "$status" "$runs runs missing; next: devemu sweep resume $results"
sweep resume "$results" || exit 1
await "the merge" complete "$results"
check "the resumed store is that of a local run" same_results "$results/store.db"
check "nothing is left to resume" says "$(sweep resume "$results")" "nothing is missing"

# 3. What Slurm refuses.
complaint=$(sweep submit "$plan" --slurm --results "$work/three" -- --partition=nowhere 2>&1)
check "a refusal is told in Slurm's words" says "$complaint" "invalid partition specified: nowhere"

echo "$passed passed, $failed failed"
((failed == 0))
