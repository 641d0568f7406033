# shellcheck shell=bash
# What every script here needs: the paths, the kernel version, die(), and --help.
# Sourced, not run.
# shellcheck disable=SC2034 # used by the scripts that source this

overlay_tools=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$overlay_tools/../.." && pwd)
build=$top/build
KERNEL=${KERNEL:-7.3}
# The makes that are called here are no part of the make that called this.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES

die() {
	printf '%s: %s\n' "${0##*/}" "$1" >&2
	shift
	[ $# -eq 0 ] || printf '  %s\n' "$@" >&2
	exit 1
}

say() {
	printf '%s\n' "$*" >&2
}

# The comment at the head of a script is its help.
usage() {
	sed -n '2,/^[^#]/s/^# //p' "$0"
}

case ${1:-} in
-h | --help)
	usage
	exit 0
	;;
esac

# Name of the kernel that is worked on; a tree given by hand goes by its directory's name.
kernel_name() {
	if [ -n "${KERNEL_SRC:-}" ]; then
		printf 'src-%s\n' "$(basename "$(realpath -- "$KERNEL_SRC")")"
	else
		printf '%s\n' "$KERNEL"
	fi
}
