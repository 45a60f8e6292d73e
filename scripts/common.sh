# shellcheck shell=bash
# Shared by the scripts: where the project is, and how we speak. Sourced, never run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export root

say() { printf '%s\n' "$*"; }
fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

# Compiler results are shared between clones, whatever folder they are in.
use_ccache() {
  export CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=true
  export CCACHE_SLOPPINESS="${CCACHE_SLOPPINESS:-pch_defines,time_macros}"
}

# A fresh folder in memory where there is room for test stores (2 GiB), else in TMPDIR. An LMDB commit costs a disk flush otherwise.
scratch_folder() {
  local base="${TMPDIR:-/tmp}" free
  if [ -d /dev/shm ] && [ -w /dev/shm ]; then
    free=$(df -Pk /dev/shm | awk 'NR == 2 { print $4 }')
    [ "${free:-0}" -gt 2097152 ] && base=/dev/shm
  fi
  mktemp -d "$base/tandem-test.XXXXXX"
}

# The header comment of the calling script, from its second line on: what --help prints.
print_help() {
  awk 'NR > 1 && /^#/ { sub(/^# ?/, ""); print; next } NR > 1 { exit }' "$0"
}
