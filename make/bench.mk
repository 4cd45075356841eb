# What needs a real Frappe site: BENCH is a bench's folder, SITE one of its sites with the app and `allow_tests`.
# The crawl of every way in (vsv_app/tests/security/every_way_in) takes a sample of some minutes; VSV_SEED=<number> another one,
# and VSV_WHOLE=1 tries all of it, which takes hours.
.PHONY: test-bench

test-bench: ## the site tests, the services on the site's own store, and the stories in a browser
	script/test_bench.sh "$(BENCH)" "$(SITE)"
