# `make help` lists the targets. PYTHON=... chooses the interpreter, VENV=... the environment.
VENV   ?= .venv
OUT    ?= build/brief
PYTHON ?=

BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --no-compile --prefer-binary -c constraints.txt
BASE   := $(VENV)/.tertius-base
DEV    := $(VENV)/.tertius-dev
DOCS   := $(VENV)/.tertius-docs
INPUTS := pyproject.toml constraints.txt

# Where it is set, each command would compile the packages' sources anew: seconds at every start.
unexport PYTHONDONTWRITEBYTECODE

.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help brief test docs quotes bench bench-web walk-wheel fuzz audit release screenshots clean

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1 - /p' $(MAKEFILE_LIST)

brief: $(BASE)  ## install what the brief needs, then write the reference case to build/brief
	@echo "[3/3] tertius brief ukraine-2024 --out $(OUT)"
	@$(BIN)/tertius brief ukraine-2024 --out $(OUT)

# The laws are compiled beside the checks that need none of them, so that no test waits for it.
test: $(DEV)  ## ruff, mypy and every test
	@$(BIN)/python -c 'from tertius.engine.compiled import run_block; run_block()' & compiling=$$!; \
	echo "ruff check"; $(BIN)/ruff check . && \
	echo "ruff format --check" && $(BIN)/ruff format --check . && \
	echo "mypy --strict" && $(BIN)/mypy --strict src && \
	wait $$compiling
	@$(BIN)/python -m pytest -n auto --dist worksteal $(PYTEST_ARGS)

docs: $(DOCS)  ## build the site into site/
	@PATH="$(abspath $(BIN)):$$PATH" $(BIN)/mkdocs build --strict

quotes: $(DEV)  ## run the examples of the pages, and bring what they quote and draw up to date
	@PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python docs/examples.py

bench: $(BASE)  ## time the kernel, and say where a brief spends its time
	@$(BIN)/python -m benchmarks.kernel
	@$(BIN)/python -m benchmarks.brief --first-page
	@$(BIN)/python -m benchmarks.brief

bench-web: $(DEV)  ## time the workbench's pages for thirty readers, alone and beside three runs
	@$(BIN)/python -m benchmarks.readers --case ukraine-2024

walk-wheel: $(DEV)  ## install the wheel in empty environments of every Python here, as an ordinary user without a network; walk through it
	@$(BIN)/python scripts/elsewhere.py --walk

fuzz: $(DEV)  ## a million inputs made to harm (FUZZ='yaml --inputs 1000': of one kind, fewer); finds lie in build/fuzz
	@$(BIN)/python -W ignore -m benchmarks.fuzz $(or $(FUZZ),--inputs 1000000)

audit: $(BASE)  ## known vulnerabilities of the packages; fails where there are any, and where the database cannot be asked (AUDIT=--where-it-can: not then)
	@$(BIN)/python scripts/audit.py $(AUDIT)

release: $(DEV)  ## build wheel, sdist, list of parts and checksums into dist/, and try the wheel elsewhere (RELEASE=--trial: as it is)
	@$(BIN)/python scripts/release.py $(RELEASE)

screenshots: $(DEV)  ## pictures of the brief's page and of the workbench into build/screenshots, six into docs/images; needs playwright and a Chromium (CHROMIUM=FILE)
	@test -f $(OUT)/brief.html || $(BIN)/tertius brief ukraine-2024 --out $(OUT)
	@$(BIN)/python docs/screenshots.py $(OUT)/brief.html build/screenshots --shown docs/images $(if $(AXE),--axe $(AXE))
	@$(BIN)/python docs/screenshots_workbench.py build/workbench build/screenshots/workbench --shown docs/images $(if $(AXE),--axe $(AXE))

clean:  ## remove what these commands wrote, the environment too
	rm -rf $(VENV) build dist site .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find src tests docs benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# An environment is made once; one that is there already is used as it is.
$(BIN)/python:
	@echo "[1/3] environment: $(VENV)"
	@found=; \
	for candidate in $(or $(PYTHON),python3 python3.13 python3.12 python3.11 python); do \
	  if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$candidate; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "make: Tertius needs Python 3.11 or later; tried: $(or $(PYTHON),python3 python3.13 python3.12 python3.11 python)." >&2; \
	  echo "      Install one, or name it: make brief PYTHON=/path/to/python3.12" >&2; exit 1; \
	fi; \
	if ! "$$found" -c 'import ensurepip, venv' 2>/dev/null; then \
	  echo "make: $$found has no venv module (on Debian and Ubuntu: apt install python3-venv)." >&2; exit 1; \
	fi; \
	"$$found" -m venv $(VENV)

# Editable installs: only a change of the inputs calls for another.
$(BASE): $(INPUTS) | $(BIN)/python
	@echo "[2/3] packages (about 250 MB the first time)"
	@$(PIP) -e .
	@touch $@

$(DEV): $(INPUTS) | $(BIN)/python
	@echo "packages, with what the tests need"
	@$(PIP) -e '.[dev]'
	@touch $@ $(BASE)

$(DOCS): $(INPUTS) | $(BIN)/python
	@echo "packages, with what the site needs"
	@$(PIP) -e '.[docs]'
	@touch $@ $(BASE)
