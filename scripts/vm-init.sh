#!/bin/sh
# SPDX-License-Identifier: MIT
# Process 1 of the virtual machines that scripts/vm boots. Runs one command with the module loaded and reports back.
# Two homes: an initramfs under QEMU, the host's own root, read-only, under User-Mode Linux ($ipcpp_run is set there).
# Nothing here may exit: the kernel panics when process 1 does.
# Not a busybox shell: that starts its applets through /proc/self/exe, which on a hostfs root is UML itself.

export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export HOME=/root USER=root LOGNAME=root LANG=C.UTF-8 TERM="${TERM:-dumb}"

run=${ipcpp_run:-/ipcpp-run}
if [ -n "${ipcpp_run-}" ]; then uml=1; else uml=; fi
# Gives $kernel $top $module $mode $leak_scan, each_add and, as positional parameters, the command.
kernel='' top='' module='' mode='' leak_scan=''
# shellcheck source=/dev/null
. "$run/conf"

log() { echo "ipcpp-vm: $*" >/dev/kmsg; }

# --- file systems --------------------------------------------------------------------------------------------------

# Starting a program is slow on the kernels with checkers, so there are few here.
busybox mount -t proc proc /proc
busybox mount -t devtmpfs dev /dev 2>/dev/null
busybox mkdir -p /dev/pts /dev/shm
# Not every kernel has all of these; what a test needs and is not there, the test tells.
busybox mount -a -T "$run/fstab" 2>/dev/null
for link in fd:/proc/self/fd stdin:/proc/self/fd/0 stdout:/proc/self/fd/1 stderr:/proc/self/fd/2; do
	[ -e "/dev/${link%%:*}" ] || busybox ln -s "${link#*:}" "/dev/${link%%:*}"
done

# Ordinary users must reach the checkout even where it lies below a home directory that is closed to them.
reveal_top() {
	part='' rest=${top#/}
	while [ "$rest" != "${rest#*/}" ]; do
		part=$part/${rest%%/*}
		rest=${rest#*/}
		case $(busybox stat -c %A "$part" 2>/dev/null) in
		d????????[xt]*) ;;
		'') break ;;
		*) busybox mount -t tmpfs -o mode=755 way "$part"; break ;;
		esac
	done
	[ -d "$top" ] && [ "$part" != "/${rest%%/*}" ] && [ -e "$top/scripts" ] && return
	busybox mkdir -p "$top"
	busybox mount --bind /run/top "$top"
}

adds=0
hold_add() { # HOST GUEST: keeps hold of a path that a mount is about to cover
	adds=$((adds + 1))
	if [ -d "$1" ]; then busybox mkdir -p "/run/add$adds"; else : >"/run/add$adds"; fi
	busybox mount --bind "$1" "/run/add$adds"
}
place_add() { # HOST GUEST
	adds=$((adds + 1))
	[ "$1" = "$2" ] && [ -e "$2" ] && return
	if [ -d "/run/add$adds" ]; then
		busybox mkdir -p "$2" 2>/dev/null
	else
		busybox mkdir -p "${2%/*}" 2>/dev/null
		[ -e "$2" ] || : >"$2"
	fi
	busybox mount --bind "/run/add$adds" "$2" || echo "ipcpp-vm: --add: nothing at $2 to mount over" >/dev/kmsg
}

if [ "$uml" ]; then
	back=/mnt
	busybox mkdir -p /run/top /run/home
	busybox mount --bind "$top" /run/top
	busybox mount -t hostfs none "$back" -o "$run/back"
	busybox cp "$run/passwd" "$run/group" /run
	[ -z "$module" ] || { busybox cp "$run/ipcpp.ko" /run && module=/run/ipcpp.ko; }
	each_add hold_add
	# The files read so far may lie below /tmp.
	busybox mount -t tmpfs -o mode=1777 tmp /tmp
	reveal_top
	adds=0
	each_add place_add
	busybox mount --bind "$back/out" "$top/build/vm/out"
	# The host's user list lacks the two users that the tests switch to.
	busybox mount --bind /run/passwd /etc/passwd
	busybox mount --bind /run/group /etc/group
	export HOME=/run/home
	if [ "$mode" != shell ]; then busybox stty -F /dev/tty1 raw -echo; fi
	busybox stty -F /dev/tty2 raw -echo
	port_stdout=/dev/tty1 port_stderr=/dev/tty2
	port_early=$back/early port_leaks=$back/leaks port_out=/dev/null port_status=$back/status
else
	# The root is a tmpfs already; another one on /tmp could cover the checkout, or what --add brought.
	busybox chmod 1777 /tmp
	for ko in "$run"/modules/*.ko; do
		[ -e "$ko" ] && busybox insmod "$ko"
	done
	port_stdout=/dev/vport0p1 port_stderr=/dev/vport0p2
	port_early=/dev/vport0p3 port_leaks=/dev/vport0p4 port_out=/dev/vport0p5 port_status=/dev/vport0p6
	# The ports appear by message from the host, in order, some time after the driver.
	tries=0
	while [ ! -c "$port_status" ] && [ "$tries" -lt 3000 ]; do
		busybox usleep 10000
		tries=$((tries + 1))
	done
fi

busybox ip link set lo up 2>/dev/null || busybox ifconfig lo 127.0.0.1 up 2>/dev/null
busybox hostname ipcpp-vm
# shellcheck disable=SC3045
ulimit -c 0
echo 60 >/proc/sys/kernel/hung_task_timeout_secs 2>/dev/null
echo 10 >/proc/sys/kernel/hung_task_warnings 2>/dev/null
export IPCPP_OUT="$top/build/vm/out" IPCPP_KERNEL="$kernel" IPCPP_KO="$module"

# --- the end -------------------------------------------------------------------------------------------------------

finish() { # STATUS WORDS...
	log "end $*"
	echo "$*" >"$port_status"
	busybox sync
	if [ "$uml" ]; then
		busybox umount "$top/build/vm/out" "$back" 2>/dev/null
		busybox poweroff -f
	else
		# QEMU was told to end at a reboot; this needs no ACPI in the guest.
		busybox reboot -f
	fi
	while :; do busybox sleep 1000; done
}

# Ends what the command left behind: it would hold the module, and the pipes.
kill_leftovers() {
	round=0
	while [ "$round" -lt 250 ]; do
		found=
		for entry in /proc/[0-9]*; do
			pid=${entry#/proc/}
			case " 1 $keep " in *" $pid "*) continue ;; esac
			# Kernel threads and the dead have no memory map.
			read -r _ 2>/dev/null <"$entry/maps" || continue
			[ "$round" -ne 0 ] || log "left running: $pid $(busybox tr '\0' ' ' <"$entry/cmdline" 2>/dev/null)"
			kill -9 "$pid" 2>/dev/null
			found=1
		done
		[ "$found" ] || return 0
		busybox usleep 20000
		round=$((round + 1))
	done
	log "cannot end what the command left running"
}

unload() {
	[ -d /sys/module/ipcpp ] || return 0
	round=0
	# A process that was just ended may still be giving its descriptors back.
	while ! busybox rmmod ipcpp 2>/run/rmmod; do
		round=$((round + 1))
		if [ "$round" -ge 50 ]; then
			log "rmmod failed: $(cat /run/rmmod) (users: $(cat /sys/module/ipcpp/refcnt 2>/dev/null))"
			return 1
		fi
		busybox usleep 100000
	done
}

find_leaks() {
	[ -w "$leaks" ] && [ "$leak_scan" ] || return 0
	# kmemleak takes nothing for lost that is younger than five seconds (MSECS_MIN_AGE), and wants to see it twice.
	busybox sleep 6
	echo scan >"$leaks"
	echo scan >"$leaks"
	busybox cat "$leaks" >/run/leaks
	[ -s /run/leaks ] || return 0
	busybox cat /run/leaks >"$port_leaks"
	return 1
}

# --- the command ---------------------------------------------------------------------------------------------------

busybox dmesg >"$port_early"
# From here on the console shows every message, so that the log is complete even if the machine dies.
echo '8 4 1 7' >/proc/sys/kernel/printk
leaks=/sys/kernel/debug/kmemleak
if [ -w "$leaks" ]; then
	echo scan=off >"$leaks"
	echo clear >"$leaks"
fi
taint_before=$(cat /proc/sys/kernel/tainted)
log begin

keep=
if [ "$module" ] && ! busybox insmod "$module" 2>/run/insmod; then
	finish 125 "insmod failed: $(cat /run/insmod)"
fi

cd "$top" || finish 125 "no $top in the guest"
if [ "$mode" = shell ]; then
	if [ "$uml" ]; then tty=/dev/tty1; else tty=/dev/ttyS1; fi
	busybox stty -F "$tty" sane
	[ $# -gt 0 ] || set -- bash -i
	busybox setsid -c /usr/bin/env "$@" <"$tty" >"$tty" 2>&1
	status=$?
else
	busybox mkfifo /run/stdout /run/stderr
	busybox cat </run/stdout >"$port_stdout" &
	keep=$!
	busybox cat </run/stderr >"$port_stderr" &
	keep="$keep $!"
	# Not from this shell, in which an applet would win over a program of the same name.
	/usr/bin/env "$@" </dev/null >/run/stdout 2>/run/stderr &
	wait $!
	status=$?
fi
log "command ended: $status"
kill_leftovers
# Both copiers end when the last writer has.
[ "$keep" ] && wait $keep

unload || finish 125 "$(busybox dmesg | busybox grep 'ipcpp-vm: rmmod' | busybox tail -n 1)"
find_leaks || finish 125 "kmemleak found leaks, see the log"
# Bits for: bad page, died, warned, soft lockup.
taint=$(($(cat /proc/sys/kernel/tainted) & ~taint_before & (32 | 128 | 512 | 16384)))
[ "$taint" -eq 0 ] || finish 125 "the kernel is tainted ($taint)"
if [ ! "$uml" ]; then (cd "$IPCPP_OUT" && busybox tar -cf "$port_out" .); fi
finish "$status"
