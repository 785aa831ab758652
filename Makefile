# Every target sets up what it needs: `make site`, `make test` and `make verify` work on a fresh clone.
# Setting up says what it does on standard error: standard output is the program's, which may be JSON or SARIF.

.DEFAULT_GOAL := help
SHELL := /bin/sh

find_python := environments/find-python.sh
install := -m pip --disable-pip-version-check install --quiet
editable := .venv/bin/python $(install) --constraint environments/generator.txt --editable

.PHONY: help
help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo 'Options go into ARGS: make check ARGS=--fix'
	@echo 'make ends with 2 whatever went wrong; .venv/bin/hubpages tells findings (1) from the rest, see README.md'

.PHONY: site
site: .venv/.ready-site ## the site in site/, from hub_pages/ and the evidence at hand
	@.venv/bin/hubpages build $(ARGS)

.PHONY: serve
serve: .venv/.ready-serve ## the site on this machine, rebuilt and reloaded while it is being written
	@.venv/bin/hubpages serve $(ARGS)

.PHONY: verify
verify: .venv/.ready-verify .venv-megengine/.ready ## every snippet of every page, in a real kernel
	@.venv/bin/hubpages verify $(ARGS)

.PHONY: mend
mend: .venv/.ready-verify .venv-megengine/.ready ## repairs of the pages that fail, each seen to run: ARGS=--write makes them
	@.venv/bin/hubpages mend $(ARGS)

.PHONY: environments
environments: .venv/.ready-verify .venv-megengine/.ready ## what `verify` needs, and no more

.PHONY: environment-pytorch
environment-pytorch: .venv-pytorch/.ready ## the kernels of pages for PyTorch, 6 GB; tests of such pages run where it is

.PHONY: program
program: .venv/.ready-site ## hubpages itself, without what runs snippets

.PHONY: check
check: .venv/.ready-site ## what is wrong with the pages, without running them
	@.venv/bin/hubpages check $(ARGS)

.PHONY: new
new: .venv/.ready-site ## a new page: make new ID=<org>_<task>_<name>
	@test -n "$(ID)" || { echo 'which page? make new ID=megengine_vision_resnet' >&2; exit 2; }
	@.venv/bin/hubpages new "$(ID)" $(ARGS)

.PHONY: test
test: .venv/.ready-test .venv-megengine/.ready tests/audits/node_modules/.ready ## all tests and checks
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/pytest --numprocesses auto --dist loadgroup $(ARGS)

.PHONY: fuzz
fuzz: .venv/.ready-test ## pages and evidence that nobody meant, ten minutes of them: what is found is in .hub/fuzzing
	@.venv/bin/python -m tests.fuzzing $(ARGS)

.PHONY: soak
soak: .venv/.ready-test .venv-megengine/.ready ## 200 rounds of kills, full disks and other faults: what is lost and what is left over
	@.venv/bin/python -m tests.soak --rounds 200 $(ARGS)

.PHONY: bench
bench: .venv/.ready-test .venv-megengine/.ready ## the figures of the README, measured here
	.venv/bin/python -m benchmarks $(ARGS)

.PHONY: costs
costs: .venv-megengine/.ready ## multiply-adds and activations of the models in an archive: make costs REPOSITORY=Models ARCHIVE=master.zip
	@test -n "$(ARCHIVE)" -a -f "benchmarks/costs/$(REPOSITORY)/subjects.json" || { echo 'of which repository? make costs REPOSITORY=Models ARCHIVE=master.zip' >&2; exit 2; }
	.venv-megengine/bin/python -B benchmarks/costs/count.py "$(ARCHIVE)" --subjects "benchmarks/costs/$(REPOSITORY)/subjects.json" >"benchmarks/costs/$(REPOSITORY)/.costs.json"
	mv "benchmarks/costs/$(REPOSITORY)/.costs.json" "benchmarks/costs/$(REPOSITORY)/costs.json"

.PHONY: bench-peers
bench-peers: .venv/.ready-site .venv-peers/.ready ## the same corpus with Hugo, Zensical and MkDocs, measured here
	@.venv/bin/python -m benchmarks.peers $(ARGS)

.PHONY: screenshots
screenshots: .venv/.ready-test ## the pictures of the README, taken from a site built here
	.venv/bin/python -m tests.browser.screenshots docs

.PHONY: lighthouse
lighthouse: .venv/.ready-test ## Lighthouse's four figures of index, card and tag page, as a phone sees them
	@test -d tests/audits/node_modules/lighthouse || .venv/bin/python -m tests.audits.npm ci --ignore-scripts
	@touch tests/audits/node_modules/.ready
	@.venv/bin/python -m tests.audits.lighthouse $(ARGS)

.PHONY: docs
docs: .venv/.ready-test ## what is generated: the rules in CONTRIBUTING.md, the repairs in docs/mending.md, the schema, SPDX
	.venv/bin/python -m tests.checking.spdx_list
	.venv/bin/hubpages rules --write CONTRIBUTING.md
	.venv/bin/hubpages schema >hub_pages/hub1.schema.json
	.venv/bin/python -m tests.mending.documentation

.PHONY: pins
pins: ## the pinned requirements again, at today's versions; needs uv
	uv pip compile -q --universal --python-version 3.11 --extra test --no-annotate --no-header \
	    --no-emit-index-url pyproject.toml -o environments/generator.txt
	uv pip compile -q --universal --python-version 3.11 --no-annotate --no-header --no-emit-index-url \
	    environments/peers.in -o environments/peers.txt
	cd environments && for name in megengine-build megengine; do \
	    uv pip compile -q --python-version 3.10 --generate-hashes --no-emit-index-url --no-header \
	        $$name.in -o $$name.txt; \
	done
	cd environments && uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    pytorch.in -o pytorch.txt

.PHONY: clean
clean: ## remove the site and every environment; .hub/ and its evidence stay
	rm -rf site .venv .venv-megengine .venv-pytorch .venv-peers tests/audits/node_modules
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

.SILENT: .venv/bin/python .venv/.ready-site .venv/.ready-serve .venv/.ready-verify .venv/.ready-test
.SILENT: tests/audits/node_modules/.ready .venv-megengine/.ready .venv-pytorch/.ready .venv-peers/.ready

.venv/bin/python:
	echo 'setting up .venv' >&2
	python=$$($(find_python) 3.11 3.12 3.13 3.14) && "$$python" -m venv .venv >&2

.venv/.ready-site: pyproject.toml environments/generator.txt | .venv/bin/python
	$(editable) . >&2
	touch $@

.venv/.ready-serve .venv/.ready-verify .venv/.ready-test: .venv/.ready-%: .venv/.ready-site
	$(editable) '.[$*]' >&2
	touch $@

# What the tests need of them; `make lighthouse` installs the rest.
tests/audits/node_modules/.ready: tests/audits/package-lock.json tests/audits/.npmrc | .venv/.ready-test
	.venv/bin/python -m tests.audits.npm ci --omit=dev --ignore-scripts >&2
	touch $@

# hubpages writes the stamp last, so an installation that was interrupted is done again.
.venv-megengine/.ready: environments/megengine.txt environments/megengine-build.txt | .venv/.ready-site
	echo 'setting up .venv-megengine: this takes some minutes' >&2
	.venv/bin/hubpages kernel install >&2

# PyTorch's takes 6 GB: only its own tests need it, and pages that name it.
.venv-pytorch/.ready: environments/pytorch.txt | .venv/.ready-site
	echo 'setting up .venv-pytorch: this takes some minutes and 6 GB' >&2
	.venv/bin/hubpages kernel install --framework pytorch >&2

# What `make bench-peers` compares hubpages with; nothing else needs it.
.venv-peers/.ready: environments/peers.txt
	echo 'setting up .venv-peers' >&2
	python=$$($(find_python) 3.11 3.12 3.13 3.14) && "$$python" -m venv .venv-peers >&2
	.venv-peers/bin/python $(install) --requirement environments/peers.txt >&2
	touch $@
