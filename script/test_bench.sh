#!/usr/bin/env bash
# The site tests, tests/services and the stories in a browser on a bench: script/test_bench.sh BENCH [SITE]
# Database and queue are started when they are down. The code under test is this checkout, whatever the bench links to.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
bench=${1:-}
site=${2:-}
[ -d "$bench/sites" ] || { echo "BENCH=$bench is no bench: it has no sites folder. make test-bench BENCH=<dir> SITE=<site>" >&2; exit 2; }
bench=$(cd "$bench" && pwd)
python=$bench/env/bin/python

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi; }

answers() { (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; }

wait_for() {
	for _ in $(seq 100); do answers "$1" "$2" && return 0; sleep 0.2; done
	echo "nothing answers at $1:$2; start it and try again" >&2
	exit 3
}

# "host port" of what the bench's configuration names, one a line: the database first, then each Redis.
addresses=$("$python" - "$bench/sites/common_site_config.json" <<'PY'
import json, sys
from urllib.parse import urlparse

config = json.load(open(sys.argv[1]))
print(config.get("db_host", "127.0.0.1"), config.get("db_port", 3306))
for key in ("redis_cache", "redis_queue"):
    url = urlparse(config.get(key, "redis://127.0.0.1:6379"))
    print(url.hostname, url.port)
PY
)

first=1
while read -r host port; do
	if ! answers "$host" "$port"; then
		if [ $first -eq 1 ]; then
			as_root service mariadb start >/dev/null
		else
			redis-server --bind "$host" --port "$port" --daemonize yes --save "" --appendonly no >/dev/null
		fi
		wait_for "$host" "$port"
	fi
	first=0
done <<<"$addresses"

if [ -z "$site" ]; then
	site=$("$python" -c "
import json, pathlib, sys
sites = pathlib.Path(sys.argv[1])
default = json.loads((sites / 'common_site_config.json').read_text()).get('default_site')
current = sites / 'currentsite.txt'
print(default or (current.read_text().strip() if current.exists() else ''))" "$bench/sites")
fi
[ -d "$bench/sites/$site" ] && [ -n "$site" ] || { echo "SITE=$site is no site of $bench: make test-bench BENCH=<dir> SITE=<site>" >&2; exit 2; }

# Test tools go into a folder of ours, not into the bench's environment.
tools=$here/build/bench-tools-$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
if [ ! -d "$tools/playwright" ]; then
	"$bench/env/bin/pip" install --quiet --disable-pip-version-check --target "$tools" \
		'pytest>=8.3' 'pytest-timeout>=2.3' 'hypothesis>=6.112' 'playwright>=1.48' 'axe-playwright-python>=0.1.8'
fi

mkdir -p "$here/build"

# A long log that nobody reads when all is well: its end, and in full when something is wrong.
quietly() {
	local log=$here/build/$1.log
	shift
	if "$@" >"$log" 2>&1; then
		tail -4 "$log"
	else
		grep -E -A60 '^(FAIL|ERROR):' "$log" || true
		tail -40 "$log"
		echo "the whole of it: $log"
		return 1
	fi
}

cd "$bench/sites"
export PYTHONPATH=$here CI=1
frappe=("$python" -m frappe.utils.bench_helper frappe --site "$site")

echo "== $site: migrate"
quietly migrate "${frappe[@]}" migrate

# Frappe 16 does so before some kinds of tests alone, and what Education keeps needs a company.
quietly company "${frappe[@]}" execute vsv_app.tests.first_company.make

echo "== $site: run-tests --app vsv_app"
quietly run-tests "${frappe[@]}" run-tests --app vsv_app

export VSV_BENCH=$bench VSV_SITE=$site PYTHONPATH=$here:$tools
pytest=("$python" -m pytest -c "$here/pyproject.toml" --rootdir "$here" -q -W default)

echo "== $site: tests/services on the site's store"
"${pytest[@]}" "$here/tests/services"

echo "== $site: the stories in a browser (pictures in build/screens)"
"${pytest[@]}" "$here/tests/browser"
