# What needs a real Frappe site: BENCH is a bench's folder, SITE one of its sites with the app and `allow_tests`.
.PHONY: test-bench

test-bench: ## the site tests, the services on the site's own store, and the stories in a browser
	script/test_bench.sh "$(BENCH)" "$(SITE)"
