# Everything below needs Python (3.11 or newer, with venv) and make; the rest is installed into .venv.
PYTHON ?= python3
BIN := .venv/bin
export PYTHONPATH :=

.PHONY: setup demo test check bench long lock clean

setup: .venv/ready

.venv/ready: requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

demo: setup
	$(BIN)/evenhand demo demo-network

check: setup
	$(BIN)/ruff format --check --quiet src tests benchmarks
	$(BIN)/ruff check --quiet src tests benchmarks
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy
	$(BIN)/interrogate --quiet src
	$(BIN)/codespell src tests benchmarks docs README.md CHANGELOG.md
	$(BIN)/deptry .

# One seed, since the workers must agree on the names of the tests, and some are those of sets.
test: check
	PYTHONHASHSEED=0 $(BIN)/pytest -n auto -m "not long" --cov --cov-report=term-missing:skip-covered

long: setup
	HYPOTHESIS_PROFILE=long $(BIN)/pytest -m long tests

bench: setup
	$(BIN)/python -m benchmarks.river
	$(BIN)/python -m benchmarks.screening
	$(BIN)/python -m benchmarks.screening_rescreen
	$(BIN)/python -m benchmarks.policy_replay
	$(BIN)/python -m benchmarks.policy_proof
	$(BIN)/python -m benchmarks.ledger_append
	$(BIN)/python -m benchmarks.gate
	$(BIN)/python -m benchmarks.gate_shadow
	$(BIN)/python -m benchmarks.reasons

lock: setup
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate pyproject.toml -o requirements/run.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --extra dev pyproject.toml -o requirements/dev.txt

clean:
	rm -rf .venv demo-network .coverage .coverage.* .mypy_cache .ruff_cache .import_linter_cache .hypothesis
