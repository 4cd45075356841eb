#!/usr/bin/env bash
# Installs from Debian what `make test` needs beyond python3 and does not find. Where it may not, it says what to run; the tests that need
# it are then left out. VSV_INSTALL=no changes nothing on this machine.
set -euo pipefail

missing=() failed=()
has() { local path; path=$(PATH=$PATH:/usr/sbin:/usr/local/sbin command -v "$1") && [ -x "$path" ]; }
for program in mosquitto chromium openssl; do has $program || missing+=($program); done
[ -x .venv/bin/pip ] || "${PYTHON:-python3}" -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" -eq 0 ]; then root=(env); else root=(sudo -n); fi
remedy="apt-get install --no-install-recommends ${missing[*]}"
[ "$(id -u)" -eq 0 ] || remedy="sudo $remedy"

leave_out() {
	echo "make test: without ${missing[*]}, as $1. To have all tests run: $remedy"
	exit 0
}

[ "${VSV_INSTALL:-yes}" != no ] || leave_out "VSV_INSTALL=no says to install nothing"
command -v apt-get >/dev/null || leave_out "there is no apt-get to install them with"
"${root[@]}" true 2>/dev/null || leave_out "installing needs root or a sudo without a password"

echo "make test: installing ${missing[*]} from Debian (VSV_INSTALL=no leaves them out)"
apt=("${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 -o Acquire::Retries=1 -o Acquire::http::Timeout=20)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
"${apt[@]}" update >"$log" 2>&1 || true
for package in "${missing[@]}"; do
	"${apt[@]}" install -y --no-install-recommends "$package" >>"$log" 2>&1 </dev/null || failed+=("$package")
done
if [ ${#failed[@]} -gt 0 ]; then
	tail -5 "$log" >&2
	missing=("${failed[@]}")
	leave_out "apt-get failed"
fi
