#!/bin/sh
# Collects what 'devemu import' starts from. Reads only; run it as root on the device:
#   sh collect.sh [FOLDER]        the capture goes to FOLDER, or ./devemu-capture
#   sh collect.sh - > capture.tar the same as a tar on standard output
# Needs a POSIX shell with cat, dd, mkdir and tr, as BusyBox has them; tar for '-'. PROC and SYS name other
# places than /proc and /sys.
set -u
PROC=${PROC:-/proc}
SYS=${SYS:-/sys}
out=${1:-devemu-capture}
archive=no
if [ "$out" = - ]; then
    archive=yes
    out=${TMPDIR:-/tmp}/devemu-capture.$$
fi
mkdir -p "$out" || exit 73
missing=

# keep FILE NAME: a copy, or a note that there is none.
keep() {
    mkdir -p "$out/${2%/*}" || exit 73
    if [ -r "$1" ] && cat "$1" > "$out/$2" 2> /dev/null && [ -s "$out/$2" ]; then
        return 0
    fi
    rm -f "$out/$2"
    missing="$missing $2"
    return 1
}

# frames FILE FIRST COUNT: the words of these page frames; blocks of 512 words where both allow it.
frames() {
    if [ $(($2 % 512)) -eq 0 ] && [ $(($3 % 512)) -eq 0 ]; then
        size=4096 first=$(($2 / 512)) count=$(($3 / 512))
    else
        size=8 first=$2 count=$3
    fi
    dd if="$PROC/$1" of="$out/proc/$1@$2" bs=$size skip=$first count=$count 2> /dev/null \
        && [ -s "$out/proc/$1@$2" ] && return 0
    rm -f "$out/proc/$1@$2"
    missing="$missing proc/$1@$2"
}

for file in version cmdline meminfo zoneinfo vmstat buddyinfo pagetypeinfo; do
    keep "$PROC/$file" "proc/$file"
done
# plain_name FOLDER: an area's name without blanks, and without the newline that Linux 6.1 may put behind it.
plain_name() {
    name=${1%/}
    printf %s "${name##*/}" | tr -d '\n' | tr ' \t' '__'
}

for folder in "$SYS"/kernel/mm/cma/*/; do
    [ -d "$folder" ] || continue
    name=$(plain_name "$folder")
    for file in alloc_pages_success alloc_pages_fail; do
        keep "$folder$file" "sys/kernel/mm/cma/$name/$file"
    done
    for file in release_pages_success available_pages total_pages; do
        [ -e "$folder$file" ] && keep "$folder$file" "sys/kernel/mm/cma/$name/$file"
    done
done
areas=0
for folder in "$SYS"/kernel/debug/cma/*/; do
    [ -d "$folder" ] || continue
    areas=$((areas + 1))
    name=$(plain_name "$folder")
    for file in base_pfn count order_per_bit used maxchunk bitmap; do
        keep "$folder$file" "sys/kernel/debug/cma/$name/$file"
    done
    for range in "$folder"ranges/*/; do
        [ -d "$range" ] || continue
        index=${range%/}
        for file in base_pfn bitmap; do
            keep "$range$file" "sys/kernel/debug/cma/$name/ranges/${index##*/}/$file"
        done
    done
    base=$(cat "$folder/base_pfn" 2> /dev/null) || continue
    pages=$(cat "$folder/count" 2> /dev/null) || continue
    case "$base$pages" in '' | *[!0-9]*) continue ;; esac
    frames kpageflags "$base" "$pages"
    frames kpagecount "$base" "$pages"
done
for folder in "$SYS/kernel/tracing" "$SYS/kernel/debug/tracing"; do
    if [ -r "$folder/trace" ]; then
        keep "$folder/trace" sys/kernel/tracing/trace
        break
    fi
done

if [ $areas -eq 0 ]; then
    echo "collect.sh: no $SYS/kernel/debug/cma: mount debugfs, and CONFIG_CMA_DEBUGFS has to be set;" \
        "without it, save $PROC/kpageflags whole and say --area NAME=SIZE@START at the import" >&2
fi
if [ -n "$missing" ]; then echo "collect.sh: not there, or not readable:$missing" >&2; fi
if [ $archive = yes ]; then
    tar -C "$out" -cf - . || exit 74
    rm -rf "$out"
else
    echo "collect.sh: the capture is in $out" >&2
fi
