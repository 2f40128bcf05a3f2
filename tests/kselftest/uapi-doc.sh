#!/bin/sh
# SPDX-License-Identifier: MIT
# usage: uapi-doc.sh [UAPI-DIRECTORY]
# Holds uapi/ipcpp.h and uapi/README.md together: every command has its heading and every heading its command, in the same
# order, nothing is named that the header does not have, and each errno is one of Linux'.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
uapi=${1:-$here/../../uapi}
header=$uapi/ipcpp.h
readme=$uapi/README.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0
failed=0

check() { # NAME FILE: the file lists what is wrong, and is empty when all is well
	number=$((number + 1))
	if [ -s "$2" ]; then
		failed=1
		sed 's/^/# /' "$2"
		echo "not ok $number $1"
	else
		echo "ok $number $1"
	fi
}

echo "TAP version 13"
echo "1..6"

sed -nE 's/^#define[[:space:]]+(IPCPP_IOC_[A-Z0-9_]+)[[:space:]]+_IO.*/\1/p' "$header" >"$work/commands"
sed -nE 's/^### (IPCPP_IOC_[A-Z0-9_]+)[[:space:]]*$/\1/p' "$readme" >"$work/headings"
if [ -s "$work/commands" ]; then : >"$work/none"; else echo "no command found in ipcpp.h" >"$work/none"; fi
check header_has_commands "$work/none"
diff -u "$work/commands" "$work/headings" >"$work/diff" || true
check every_command_has_its_heading_in_order "$work/diff"

# Under a heading there must be something.
awk '
	function flush() { if (name != "" && words < 3) print name ": says nothing" }
	/^#/ { flush(); name = /^### IPCPP_IOC_/ ? $2 : ""; words = 0; next }
	{ words += NF }
	END { flush() }
' "$readme" >"$work/empty"
check every_heading_is_followed_by_text "$work/empty"

grep -oE 'IPCPP_[A-Z0-9_]+' "$readme" | sort -u >"$work/named"
# A prefix that ends in an underscore stands for a family of names (IPCPP_WAIT_*).
while IFS= read -r name; do
	case $name in
	*_) grep -qE "(^|[^A-Z0-9_])${name}[A-Z0-9]" "$header" || echo "$name*: no such name in ipcpp.h" ;;
	*) grep -qE "(^|[^A-Z0-9_])${name}([^A-Z0-9_]|\$)" "$header" || echo "$name: not in ipcpp.h" ;;
	esac
done <"$work/named" >"$work/unknown"
check every_name_is_in_the_header "$work/unknown"

# EPERM .. EHWPOISON: as the compiler that builds the tests knows them.
# Poll events and the names of panics only look like them.
sed -E 's/[A-Z]+-[A-Z]+//g' "$readme" | grep -oE '\bE[A-Z0-9]{3,}\b' | grep -v '^EPOLL' | sort -u >"$work/errnos"
echo '#include <errno.h>' | "${CC:-cc}" -E -dM - | sed -nE 's/^#define (E[A-Z0-9]+) .*/\1/p' | sort -u >"$work/known"
comm -23 "$work/errnos" "$work/known" >"$work/strange"
check every_errno_exists "$work/strange"

# What the common table promises for any command needs no entry of its own; the rest must be explained where it is named.
sed -nE 's/^\| (E[A-Z0-9]+) \|.*/\1/p' "$readme" | sort >"$work/table"
sort -u "$work/table" | diff "$work/table" - >"$work/twice" || true
check common_errors_are_listed_once "$work/twice"

exit "$failed"
