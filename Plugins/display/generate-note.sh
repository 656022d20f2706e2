#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# generate-note.sh PLUGIN.H <note.txt >Note.swift
#
# Writes the plugin's ELF note as words, because Swift lays out no strings in a section. The layout is
# that of DEVEMU_PLUGIN_NOTE in devemu/plugin.h.
set -eu
header=$1
revision() { sed -n "s/^#define $1 //p" "$header"; }
fields=$(printf 'abi-min=%s\nabi=%s\n' "$(revision DEVEMU_ABI_MIN)" "$(revision DEVEMU_ABI)"; cat)

# Each line becomes a string with its terminator; the last word is filled up with zeros.
size=$(printf '%s\n' "$fields" | wc -c)
echo "// Written by generate-note.sh from note.txt."
echo
echo "// swift-format-ignore"
echo "@section(\".note.devemu\") @used"
echo "let note: [$(((size + 3) / 4 + 5)) of UInt32] = ["
printf '    7, %d, 0x44455601,\n' "$size"
{ printf 'DEVEMU\0\0'; printf '%s\n' "$fields" | tr '\n' '\0'; printf '\0\0\0' | head -c $((-size & 3)); } \
    | od -An -v -t x4 --endian=little -w32 | sed 's/ \([0-9a-f]*\)/ 0x\1,/g; s/^/   /'
echo "]"
