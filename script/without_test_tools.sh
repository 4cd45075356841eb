#!/usr/bin/env bash
# Runs a command where Mosquitto and Chromium are not, whatever is installed: script/without_test_tools.sh make test
# In a mount namespace of its own /dev/null lies over their programs; ends with status 75 where this machine allows none.
set -euo pipefail

programs=()
for name in mosquitto chromium; do
	while read -r path; do programs+=("$path"); done < <(PATH=$PATH:/usr/sbin:/usr/local/sbin type -ap "$name")
done
export VSV_INSTALL=no
[ ${#programs[@]} -gt 0 ] || exec "$@"

# shellcheck disable=SC2016 the inner shell fills them in
hide='until [ "$1" = -- ]; do mount --bind /dev/null "$1"; shift; done; shift; exec "$@"'
if [ "$(id -u)" -eq 0 ]; then
	unshare=(unshare --mount) back=()
else
	# Root of a namespace of users may mount; the tests run as who we are.
	unshare=(unshare --mount --map-root-user) back=(unshare --user --map-user="$(id -u)" --map-group="$(id -g)")
fi
if ! "${unshare[@]}" bash -ec "$hide" - "${programs[@]}" -- "${back[@]}" true 2>/dev/null; then
	echo "Mosquitto and Chromium cannot be hidden: this machine allows no mount namespace" >&2
	exit 75
fi
exec "${unshare[@]}" bash -ec "$hide" - "${programs[@]}" -- "${back[@]}" "$@"
