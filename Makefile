# One command each; `make help` lists them. Nothing needs to be set up by hand.

PYTHON ?= python3
VENV := .venv
DONE := $(VENV)/.done
BIN := $(VENV)/bin
PY := $(BIN)/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --no-input -c config/constraints.txt
SEASON ?= race-data/2025
# The season that comes with the product is over: what a forecast is shows from its middle.
AS_OF ?= $(if $(filter race-data/2025,$(SEASON)),12)
SEASONS ?= 2022:2025
SEED ?= 1
TITLE_SEASONS ?= 2014:2025
NEEDS := requirements_incremental.txt
# Rooms whose tests start few processes; the tests marked slow are left out of them, too.
QUICK := $(addprefix tests/,rules disk evaluate features formats monitoring published report \
  season settings learn simulator circuit_fit test_errors.py test_fingerprint.py \
  test_folder_files.py test_random_streams.py)
# Rooms of plain Python, which has to be traced; compiled kernels cannot be, and training is slow.
MEASURED := $(addprefix predictor/,evaluate features formats published report season) \
  $(addprefix services/,disk monitoring settings)
# The lines between a group's heading and the next one; pip reads them from a file.
group = awk -v name='$(1)' '/^\# --- /{ on = ($$3 == name ":") } on' $(NEEDS)

# Images for containers often set it. Each of the many processes that tests start would then compile
# every module anew, half a second a time.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: docs help forecast demo watch cuda gpu-check train test quick coverage check pytest pictures planted soak fuzz wheel lock bench backtest titles plots scores validate clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{ printf "make %-11s %s\n", $$1, $$2 }' Makefile

forecast: $(DONE)/warm  ## forecast race-data/2025 as of its middle (AS_OF= for all of it, SEASON=... for another)
	@$(PY) run_full_season_incremental.py --train-data $(SEASON) --incremental-update \
	  $(if $(AS_OF),--as-of $(AS_OF))

demo: $(DONE)/serve $(DONE)/store  ## a recorded weekend as pages at http://127.0.0.1:8000/, replayed drop by drop
	@$(PY) -m services serve --demo

watch: $(DONE)/warm $(DONE)/watch  ## keep the forecast of race-data/2025 up to date (SEASON=...)
	@$(PY) -m services watch --train-data $(SEASON)

cuda: $(DONE)/cuda $(DONE)/warm  ## what an NVIDIA GPU needs beside its driver: forecasts then use it
	@$(PY) -m services warm

gpu-check: $(DONE)/test $(DONE)/cuda $(DONE)/warm  ## races, tests and speed on an NVIDIA GPU, into gpu-check.json
	@$(PY) -m benchmarks.gpu_check

test: check pytest  ## everything CI runs: check, then all tests

check: $(DONE)/test  ## lint, format, types, layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/codespell

quick: $(DONE)/test $(DONE)/warm  ## the rules and what needs few processes, in about two minutes
	@$(PY) -m pytest -q -n 2 -m 'not slow and not soak and not wheel' $(QUICK)

coverage: $(DONE)/test $(DONE)/warm  ## how much of some rooms their own tests enter, with a floor
	@$(PY) -m pytest -q -n 2 -m 'not slow and not soak and not wheel and not real_data' \
	  $(addprefix tests/,$(notdir $(MEASURED))) $(addprefix --cov=,$(MEASURED)) \
	  --cov-report=term:skip-covered

pytest: $(DONE)/test $(DONE)/warm
	@$(PY) -m pytest -q -n 4

docs: $(DONE)/test  ## write the pages that are made from the code
	@$(PY) -m tests.rules.decisions_page
	@$(PY) -m tests.rules.pages

pictures: $(DONE)/test $(DONE)/plots  ## take the README's pictures of the pages anew, in Chromium
	@$(PY) -m tests.browser.shots

planted: $(DONE)/test $(DONE)/warm  ## plant each fault in the engine, and see it found
	@$(PY) -m tests.incremental

soak: planted $(DONE)/test $(DONE)/warm  ## crashes, refused I/O and long runs; half an hour
	@$(PY) -m pytest -q -n 2 -m soak

fuzz: $(DONE)/test  ## read 10,000 changed real files, and see each refused or sane (SEED=... for others)
	@$(PY) -m tests.fuzz --cases 10000 --seed $(SEED)

wheel: $(DONE)/test  ## build the package, and forecast with it from a fresh environment
	@$(PY) -m pytest -q -m wheel tests/deploy/test_wheel.py

lock: $(DONE)/venv $(NEEDS)  ## pin every package that any group brings: uv.lock, config/constraints.txt
	@$(call group,release) > $(DONE)/release.txt && $(PIP) -r $(DONE)/release.txt
	@$(BIN)/uv lock --quiet --python $(PY)
	@{ echo '# Every package that any group brings, pinned; `make lock` writes this file from uv.lock.'; \
	  $(BIN)/uv export --quiet --format requirements-txt --no-hashes --no-annotate --no-header \
	  --all-extras --no-emit-project; } > config/constraints.txt

train: $(DONE)/warm $(DONE)/learn  ## train a model for --use-ml-layer on race-data/, a candidate; minutes
	@$(PY) -m services models train --data race-data

bench: $(DONE)/warm $(DONE)/watch $(DONE)/bayes  ## races per CPU-second, and what a run costs after a change
	@$(PY) -m benchmarks

backtest: $(DONE)/warm  ## forecasts of 2022-2025 beside reference models (SEASONS=2014:2021)
	@$(PY) -m services backtest --seasons $(SEASONS)

titles: $(DONE)/warm  ## title odds after every round of 2014-2025, scored; minutes
	@$(PY) -m services titles --seasons $(TITLE_SEASONS)

plots: $(DONE)/plots $(DONE)/warm  ## backtest, titles, and reliability diagrams of both in plots/
	@$(PY) -m services backtest --seasons $(SEASONS) --json plots/backtest.json
	@$(PY) -m services titles --seasons $(TITLE_SEASONS) --json plots/titles.json
	@$(PY) -m services plots plots/backtest.json plots/titles.json

scores: $(DONE)/warm  ## walk-forward scores of one past season, in short
	@$(PY) -m services scores --train-data $(SEASON)

validate: $(DONE)/study $(DONE)/bayes $(DONE)/warm  ## compare simulated races with real ones
	@set -e; for script in $$(grep -l '^if __name__' tests/validation/*.py); do PYTHONPATH=. $(PY) $$script; done

clean:  ## remove what the other targets made, forecasts excepted
	rm -rf $(VENV) .fuzz predictions/.cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(DONE)/venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1)." >&2; \
	  echo "  do: install one, then make PYTHON=/path/to/python3.11 ..." >&2; exit 1; }
	@echo "setting up $(VENV)" && $(PYTHON) -m venv $(VENV)
	@mkdir -p $(DONE) && touch $@

$(DONE)/run: $(DONE)/venv $(NEEDS)
	@echo "installing what a forecast needs" && $(call group,run) > $(DONE)/run.txt
	@$(PIP) -r $(DONE)/run.txt && touch $@

$(DONE)/bayes: $(DONE)/run $(NEEDS)
	@echo "installing what --use-bayesian adds" && $(call group,bayes) > $(DONE)/bayes.txt
	@$(PIP) -r $(DONE)/bayes.txt && touch $@

$(DONE)/test: $(DONE)/watch $(DONE)/bayes $(DONE)/learn $(DONE)/serve $(DONE)/postgres $(DONE)/notices $(DONE)/notebook $(DONE)/browser $(DONE)/study $(NEEDS)
	@echo "installing what the tests need" && $(call group,test) > $(DONE)/test.txt
	@$(PIP) -r $(DONE)/test.txt && touch $@

$(DONE)/serve: $(DONE)/run $(NEEDS)
	@echo "installing what the page needs" && $(call group,serve) > $(DONE)/serve.txt
	@$(PIP) -r $(DONE)/serve.txt && touch $@

$(DONE)/store: $(DONE)/run $(NEEDS)
	@echo "installing what the archive needs" && $(call group,store) > $(DONE)/store.txt
	@$(PIP) -r $(DONE)/store.txt && touch $@

$(DONE)/postgres: $(DONE)/store $(NEEDS)
	@echo "installing what an archive in PostgreSQL needs" && $(call group,postgres) > $(DONE)/postgres.txt
	@$(PIP) -r $(DONE)/postgres.txt && touch $@

$(DONE)/notices: $(DONE)/run $(NEEDS)
	@echo "installing what notices by MQTT need" && $(call group,notices) > $(DONE)/notices.txt
	@$(PIP) -r $(DONE)/notices.txt && touch $@

$(DONE)/notebook: $(DONE)/run $(NEEDS)
	@echo "installing what notebooks need" && $(call group,notebook) > $(DONE)/notebook.txt
	@$(PIP) -r $(DONE)/notebook.txt && touch $@

$(DONE)/browser: $(DONE)/run $(NEEDS)
	@echo "installing what the tests in a browser need" && $(call group,browser) > $(DONE)/browser.txt
	@$(PIP) -r $(DONE)/browser.txt && touch $@

$(DONE)/learn: $(DONE)/run $(NEEDS)
	@echo "installing what training a model needs" && $(call group,learn) > $(DONE)/learn.txt
	@$(PIP) -r $(DONE)/learn.txt && touch $@

$(DONE)/watch: $(DONE)/run $(NEEDS)
	@echo "installing what the daemon adds" && $(call group,watch) > $(DONE)/watch.txt
	@$(PIP) -r $(DONE)/watch.txt && touch $@

$(DONE)/plots: $(DONE)/run $(NEEDS)
	@echo "installing what diagrams need" && $(call group,plots) > $(DONE)/plots.txt
	@$(PIP) -r $(DONE)/plots.txt && touch $@

$(DONE)/cuda: $(DONE)/run $(NEEDS)
	@echo "installing what a GPU needs" && $(call group,cuda) > $(DONE)/cuda.txt
	@$(PIP) -r $(DONE)/cuda.txt 'numba-cuda[cu13]' && touch $@

$(DONE)/study: $(DONE)/notebook $(NEEDS)
	@echo "installing what the studies need" && $(call group,study) > $(DONE)/study.txt
	@$(PIP) -r $(DONE)/study.txt && touch $@

# Compiled kernels live beside their source, so an edit there compiles them again.
$(DONE)/warm: $(DONE)/run $(wildcard predictor/simulator/*.py predictor/simulator/*/*.py) predictor/random_streams.py
	@echo "compiling the simulation kernels" && $(PY) -m services warm && touch $@
