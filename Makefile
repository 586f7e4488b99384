# Two commands: `make run` and `make test`. Each does all the set-up it needs.
PYTHON ?= python3
BIN := .venv/bin
TORCH_CPU := https://download.pytorch.org/whl/cpu
export OMP_NUM_THREADS = 1
export OPENBLAS_NUM_THREADS = 1

.PHONY: benchmark-places run test models check benchmark benchmark-dashboard benchmark-grouping benchmark-warning clean

run: .venv/run.stamp static/vendor/stamp var/models/stamp  ## start everything on this machine
	@exec $(BIN)/python -m connectors run

test: .venv/test.stamp node_modules/stamp static/vendor/stamp var/models/stamp check  ## everything CI runs
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: .venv/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

models: .venv/run.stamp  ## train the classifier (minutes; skipped when up to date)
	$(BIN)/python -m models train

benchmark: .venv/test.stamp static/vendor/stamp var/models/stamp
	$(BIN)/python -m tests.benchmarks.pipeline

benchmark-dashboard: .venv/test.stamp static/vendor/stamp var/models/stamp  ## 12 minutes
	$(BIN)/python -m tests.benchmarks.dashboard

benchmark-warning: .venv/test.stamp  ## false alarms and delay of early warning, simulated
	$(BIN)/python -m tests.benchmarks.early_warning

benchmark-grouping: .venv/benchmark.stamp var/models/stamp
	$(BIN)/python -m tests.benchmarks.news
	$(BIN)/python -m tests.benchmarks.grouping

benchmark-places: .venv/test.stamp var/models/stamp
	$(BIN)/python -m tests.benchmarks.places

.venv/run.stamp: requirements.txt
	test -d .venv || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	@# The CPU build of torch stands in an index of its own; asking that for every package is slow.
	$(BIN)/python -m pip install --quiet --no-deps --retries 0 --extra-index-url $(TORCH_CPU) \
	  "$$(grep -o '^torch==[0-9.]*' requirements.txt)"
	$(BIN)/python -m pip install --quiet -r requirements.txt
	@touch $@

.venv/test.stamp: .venv/run.stamp requirements-test.txt
	$(BIN)/python -m pip install --quiet -r requirements-test.txt
	@touch $@

.venv/benchmark.stamp: .venv/test.stamp requirements-benchmark.txt
	$(BIN)/python -m pip install --quiet -r requirements-benchmark.txt
	@touch $@

# Browser assets come from packages, never from git.
static/vendor/stamp: .venv/run.stamp static/fetch_assets.py
	$(BIN)/python static/fetch_assets.py
	@touch $@

var/models/stamp: .venv/run.stamp $(wildcard models/*.py) $(wildcard models/corpus/*/*.txt)
	$(BIN)/python -m models train
	@touch $@

# A second opinion on chat exports; without node its tests are skipped, in CI they fail.
node_modules/stamp: package-lock.json
	if command -v npm >/dev/null; then npm ci --silent; fi
	@mkdir -p node_modules && touch $@

clean:
	rm -rf .venv node_modules static/vendor var .mypy_cache .ruff_cache .pytest_cache
