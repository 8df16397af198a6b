# Everything below needs Python (3.11 or newer, with venv) and make; the rest is installed into .venv.
PYTHON ?= python3
BIN := .venv/bin
export PYTHONPATH :=
# Empty is unset: what is compiled is kept, or each of the hundreds of processes that tests start would compile it again.
export PYTHONDONTWRITEBYTECODE :=

# Locks are complete (tests/contracts/test_locks.py), so nothing is resolved: what was published today changes nothing.
# Python compiles a module when it is first loaded; compiled at once, all of them weigh 40 MB and cost seconds.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-compile
LOCKED := $(INSTALL) --require-hashes
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate

.PHONY: setup dev spark demo test processes check bench long lock docs sbom audit clean

# To run: what Evenhand imports, and the few parts that install this folder.
setup: .venv/ready

# To work on it: the test tools, the type checkers, the second solver.
dev: .venv/ready-dev

.venv/ready: requirements/run.txt requirements/build.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(LOCKED) -r requirements/run.txt -r requirements/build.txt
	$(INSTALL) --no-build-isolation -e .
	@# z3's wheel has one library of 29 MB under two names: one file is enough.
	@for lib in .venv/lib/python*/site-packages/z3/lib/libz3.so; do cmp -s $$lib.* $$lib && ln -f $$lib.* $$lib || true; done
	touch $@

.venv/ready-dev: .venv/ready requirements/dev.txt
	$(LOCKED) -r requirements/dev.txt
	touch $@

# Spark, of which nothing else needs anything: 610 MB, a minute. pyspark is published as source alone, so what packs it comes first.
spark: .venv/ready-spark

.venv/ready-spark: .venv/ready requirements/spark.txt requirements/spark-build.txt
	$(LOCKED) -r requirements/spark-build.txt
	$(LOCKED) --no-build-isolation -r requirements/spark.txt
	touch $@

demo: setup
	$(BIN)/evenhand demo demo-network

check: dev
	$(BIN)/ruff format --check --quiet src tests benchmarks tools
	$(BIN)/ruff check --quiet src tests benchmarks tools
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy --num-workers 2
	$(BIN)/interrogate --quiet src
	$(BIN)/codespell src tests benchmarks tools docs README.md CHANGELOG.md
	$(BIN)/deptry .
	$(BIN)/python -m tools.plain_words

# Tests that need other processes have a target of their own, which CI runs too.
# With COVERAGE=1 branches are counted and must reach 95 %, as before each release; that takes half as long again.
# One seed, since the workers must agree on the names of the tests, and some are those of sets.
test: check
	PYTHONHASHSEED=0 $(BIN)/pytest -n auto --dist worksteal -m "not long and not processes" $(if $(COVERAGE),--cov --cov-report=term-missing:skip-covered)

# Browsers, services, Spark, programs that are traced or killed: they wait, so there is one more worker than cores.
processes: dev
	PYTHONHASHSEED=0 $(BIN)/pytest -n $$(($$(nproc) + 1)) --dist worksteal -m "processes and not long" tests

# The sweeps, and each property on 2,000 inputs that no run has seen.
long: dev
	HYPOTHESIS_PROFILE=long $(BIN)/pytest -m "long or hypothesis" tests

bench: dev
	$(BIN)/python -m benchmarks.river
	$(BIN)/python -m benchmarks.screening
	$(BIN)/python -m benchmarks.screening_rescreen
	$(BIN)/python -m benchmarks.policy_replay
	$(BIN)/python -m benchmarks.policy_proof
	$(BIN)/python -m benchmarks.ledger_append
	$(BIN)/python -m benchmarks.gate
	$(BIN)/python -m benchmarks.gate_shadow
	$(BIN)/python -m benchmarks.reasons
	$(BIN)/python -m benchmarks.settlement

lock: dev
	$(COMPILE) pyproject.toml -o requirements/run.txt
	$(COMPILE) --extra dev pyproject.toml -c requirements/run.txt -o requirements/dev.txt
	$(COMPILE) requirements/build.in -c requirements/dev.txt -o requirements/build.txt
	$(COMPILE) requirements/gate.in -c requirements/run.txt -o requirements/gate.txt
	$(COMPILE) requirements/gate-signed.in -c requirements/run.txt -o requirements/gate-signed.txt
	$(COMPILE) requirements/postgres.in -c requirements/dev.txt -o requirements/postgres.txt
	$(COMPILE) requirements/objects.in -c requirements/dev.txt -o requirements/objects.txt
	$(COMPILE) requirements/spark-build.in -o requirements/spark-build.txt
	$(COMPILE) requirements/spark.in -c requirements/dev.txt -o requirements/spark.txt
	$(COMPILE) requirements/docs.in -c requirements/dev.txt -o requirements/docs.txt

# The site, in site/: open site/index.html, or serve it for the search (python3 -m http.server -d site). A broken link or anchor fails; nothing is fetched while it is built or read.
docs: .venv/ready-docs
	@# Not --quiet: with it warnings are not counted, and nothing fails.
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --clean
	@! grep -rlE '<(script|link|img)[^>]+(src|href)="?https?:' site --include='*.html'

.venv/ready-docs: .venv/ready requirements/docs.txt
	$(LOCKED) -r requirements/docs.txt
	touch $@

# Every package of the plain install, with licence and requirements, in CycloneDX: `make -s sbom > evenhand.cdx.json`.
sbom: dev
	@$(BIN)/python -m tools.sbom

# Known advisories of all locked versions; needs the OSV database, and says so where it cannot be reached.
audit: dev
	@$(BIN)/python -m tools.audit

clean:
	rm -rf .venv demo-network site .coverage .coverage.* .mypy_cache .ruff_cache .import_linter_cache .hypothesis
