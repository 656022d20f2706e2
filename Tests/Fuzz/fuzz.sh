#!/bin/bash
# Runs the fuzz targets under AddressSanitizer, from Corpus and Findings on.
#
#     fuzz.sh run [TARGET] [SECONDS]    each target, or one, for so long (60)
#     fuzz.sh pack [TARGET]             what the runs found worth keeping, minimised, into Corpus
#     fuzz.sh build                     the program alone
#
# Everything is built and left in .build/fuzz of the repository.
set -euo pipefail
cd "$(dirname "$0")/../.."

action=${1:-run}
chosen=${2:-}
seconds=${3:-60}
here=Tests/Fuzz
out=.build/fuzz
driver=$out/driver

# Code as fast as it gets, with assertions; the C in between is instrumented as well.
instrumented=(--sanitize address -Xswiftc -sanitize=fuzzer -Xcc -fsanitize=fuzzer-no-link
    -Xswiftc -O -Xswiftc -assert-config -Xswiftc Debug)

# Only the modules behind FuzzTargets are built there, so that all objects belong to the driver, whose
# main() is libFuzzer's.
build() {
    swift build --scratch-path $out/build --target FuzzTargets "${instrumented[@]}"
    local products
    products=$(swift build --scratch-path $out/build --show-bin-path)
    find "$products" -name '*.o' ! -path '*-tool.build/*' -printf '"%p"\n' | sort > $out/objects
    swiftc -sanitize=fuzzer,address @$out/objects -lelf -o $driver
}

# The inputs of a target that are kept: the corpus, and what went wrong before.
unpack() {
    mkdir -p $out/corpus/$1 $out/findings/$1
    [ ! -f $here/Corpus/$1.tar.gz ] || tar --no-overwrite-dir -xzf $here/Corpus/$1.tar.gz -C $out/corpus/$1
    [ ! -d $here/Findings/$1 ] || cp $here/Findings/$1/* $out/corpus/$1/
}

fuzz() {
    local options=(-max_total_time=$seconds -seed=1 -timeout=20 -rss_limit_mb=4096 -max_len=65536 -detect_leaks=0
        -print_final_stats=1 -artifact_prefix=$out/findings/$1/)
    [ ! -f $here/Dictionaries/$1.dict ] || options+=(-dict=$here/Dictionaries/$1.dict)
    unpack $1
    ASAN_OPTIONS=detect_leaks=0 SWIFT_BACKTRACE=enable=no DEVEMU_FUZZ_TARGET=$1 $driver "${options[@]}" $out/corpus/$1
}

# Smallest inputs that reach what all of them reach, in one archive that is the same for the same inputs.
pack() {
    rm -rf $out/merged && mkdir -p $out/merged
    unpack $1
    ASAN_OPTIONS=detect_leaks=0 DEVEMU_FUZZ_TARGET=$1 $driver -merge=1 -max_len=65536 -detect_leaks=0 $out/merged $out/corpus/$1
    tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=644 -cf - -C $out/merged . \
        | gzip -9n > $here/Corpus/$1.tar.gz
    ls -l $here/Corpus/$1.tar.gz
}

every_target() { DEVEMU_FUZZ_TARGET= $driver Makefile 2>&1 | sed -n 's/^DEVEMU_FUZZ_TARGET is none of: //p' || true; }

build
case $action in
build) ;;
run)
    failed=()
    for target in ${chosen:-$(every_target)}; do
        echo "== $target, $seconds s =="
        fuzz $target 2>&1 | tee $out/$target.log \
            | grep -E '^(==|SUMMARY|stat::|#[0-9]+.*DONE|.*Fatal error)|Test unit' || true
        [ -z "$(ls -A $out/findings/$target)" ] || failed+=($target)
    done
    if ((${#failed[@]})); then
        echo "fuzz: findings in ${failed[*]/#/$out/findings/}; keep each in $here/Findings when it is mended" >&2
        exit 1
    fi ;;
pack) for target in ${chosen:-$(every_target)}; do pack $target; done ;;
*) echo "fuzz.sh: '$action' is none of run, pack, build" >&2; exit 64 ;;
esac
