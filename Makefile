# Two commands set everything up: `make run` opens the chat, `make test` runs the tests.

PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
PYTHONDONTWRITEBYTECODE :=
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run build test check model clean

run: .venv/installed
	@$(BIN)/rag status >/dev/null 2>&1 || $(BIN)/rag build
	@$(BIN)/python app.py

build: .venv/installed
	$(BIN)/rag build

# Two workers, each of which has whole files, as a file's tests share what is slow to make. Threads that wait for others
# of their process would keep the other worker from working.
test: .venv/installed-dev
	OMP_WAIT_POLICY=PASSIVE $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: .venv/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

# Makes both models anew: minutes on a large GPU, by the time of its steps a day on two cores; a run that was stopped
# goes on behind its last epoch.
PAIRS ?= ../shared/bilingual/data
QUESTIONS ?= ../shared/qa
model: .venv/installed-dev
	$(BIN)/python -m training --pairs $(PAIRS) --questions $(QUESTIONS)

clean:
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Belegt needs Python 3.11 or newer; name it with: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv .venv

# Installed again only when the dependencies change. Compiling once saves each later start several seconds.
.venv/installed: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

.venv/installed-dev: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable ".[dev]"
	touch .venv/installed $@
