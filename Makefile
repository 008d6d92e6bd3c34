# Everything that is done with Turnaround, a command each; `make` alone lists them. A command makes the environment that
# it needs, in .venv of this folder, and makes it again when the requirements change.
#
#   PYTHON=python3.13   the interpreter to use (default python3)
#   ARGS='...'          passed on to what the command runs
#   CHROMIUM=/path      the browser for the tests
#   WORKERS=1           how many tests run at once (default: three for two cores, for some wait)

PYTHON ?= python3
WORKERS ?= $(shell "$(PYTHON)" -c 'import os; print(max(2, 3 * os.cpu_count() // 2))')
VENV = .venv
PINNED = 3.11 3.12 3.13

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: help compare dashboard docs forecasts findings benchmark benchmark-sweeps benchmark-dashboards stored mutation test test-slow fuzz lowest lint format pins clean environment second-python compiled tested chromium FORCE

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s  %s\n", $$1, $$2 }' Makefile

compare: $(VENV)/.run ## compare nine regimes on England's real councils and write a report
	@$(VENV)/bin/python -m turnaround compare $(ARGS)

dashboard: $(VENV)/.run ## show the model in the browser (Ctrl-C stops it)
	@$(VENV)/bin/python -m turnaround dashboard $(ARGS)

docs: $(VENV)/.test ## build the documentation in site/, to be opened as files
	@NO_MKDOCS_2_WARNING=1 $(VENV)/bin/python -m mkdocs build --quiet $(ARGS)
	@echo "Open site/index.html"

forecasts: $(VENV)/.run ## make the forecast from the end of 2019 that is committed, to be scored later
	@$(VENV)/bin/python -m experiments.forecasts.register $(ARGS)

benchmark: $(VENV)/.test ## measure the engine, also against other frameworks, and write docs/benchmarks.md
	@$(VENV)/bin/python -m experiments.benchmarks $(ARGS)

benchmark-sweeps: $(VENV)/.test ## measure sweeps against the bare engine, executors and other runners
	@$(VENV)/bin/python -m experiments.benchmarks.sweeps $(ARGS)

benchmark-dashboards: $(VENV)/.test chromium ## measure the dashboards through a browser
	@mkdir -p results
	@CHROMIUM="$(chromium)" $(VENV)/bin/python -m dashboards.live.benchmark --out results/benchmark-dashboards.json $(ARGS)

stored: $(VENV)/.test ## make again what is stored of the model's own making (ARGS=--check: say what is stale)
	@$(VENV)/bin/python -m experiments.stored $(ARGS)

mutation: $(VENV)/.test ## change the rules in one place at a time, see whether their tests notice, and write docs/mutation.md
	@$(VENV)/bin/python tests/mutate.py $(or $(ARGS),--page)

findings: $(VENV)/.run ## hold the model against the record, try the claims, and write docs/findings (hours)
	@$(VENV)/bin/turnaround calibrate --out results/fit
	@$(VENV)/bin/turnaround hindcast --out results/hindcast
	@$(VENV)/bin/turnaround structures --out results/structures
	@$(VENV)/bin/turnaround claims --structure all --refitted results/structures --out results/claims
	@$(VENV)/bin/python -m experiments.forecasts.rolling --refit --out results/rolling
	@$(VENV)/bin/python -m experiments.findings results

test: ## check style and types, and run the tests on two Pythons
	@$(MAKE) --no-print-directory --jobs=2 chromium lint compiled
	@$(MAKE) --no-print-directory tested

# Apart from `test`, because which Pythons and browser there are is not known before the first command has ended.
tested:
	@TURNAROUND_PYTHONS="$(second-python)" CHROMIUM="$(chromium)" $(pytest) $(ARGS)

test-slow: $(VENV)/.test ## run the studies that `make test` leaves out
	@CHROMIUM="$(chromium)" $(pytest) -m slow -o faulthandler_timeout=7200 $(ARGS)

fuzz: $(VENV)/.test ## ask thousands of harmed inputs of every command, format and page (ARGS='--count 50')
	@$(VENV)/bin/python tests/fuzz.py $(ARGS)

lint: $(VENV)/.test ## check style and types
	@$(VENV)/bin/ruff check --quiet .
	@$(VENV)/bin/ruff format --check --quiet . || { echo "Not formatted, see above: run 'make format'."; exit 1; }
	@$(VENV)/bin/mypy

format: $(VENV)/.test ## format the code and mend what can be mended
	@$(VENV)/bin/ruff check --fix .
	@$(VENV)/bin/ruff format .

clean: ## remove environments and caches; results stay
	@rm -rf .venv .venv-* .venv*.python build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache test-results
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Each process takes a run of neighbouring tests, so that what a module makes for its tests is made once, and helps the
# other when it has done.
at-once = -n $(WORKERS) --dist worksteal
pytest = $(VENV)/bin/python -m pytest $(at-once)

# ---- Requirements -----------------------------------------------------------------------------------------------

uv = .venv-tools/bin/uv
with-tests = .[all,benchmark,mutation,test]

# One file for those who run the model and one for those who test it, with the same versions of what both have.
pins: $(uv) ## pin the requirements anew, as few changes as possible (ARGS=--upgrade: the newest of all)
	@for version in $(PINNED); do \
	    echo "Python $$version"; \
	    run=constraints/python$$version.txt; \
	    pin="$(uv) pip compile --quiet --generate-hashes --universal --fork-strategy fewest --no-annotate \
	        --no-emit-index-url --no-emit-find-links --python-version $$version --custom-compile-command"; \
	    $$pin "make pins" pyproject.toml --group build --extra all --output-file $$run $(ARGS) >/dev/null && \
	    $$pin "make pins" pyproject.toml --group build --extra all --extra benchmark --extra mutation --extra test --constraint $$run \
	        --output-file constraints/python$$version-test.txt $(ARGS) >/dev/null || exit 1; \
	done

# Python 3.11 is the oldest that is supported, so the oldest requirements are tried on it.
lowest: $(uv) ## run the tests with the oldest requirements that pyproject.toml allows
	$(if $(call python-at,3.11),,$(error The oldest requirements are tried on Python 3.11, which is not here: install it))
	@$(uv) venv --quiet --clear --python $(call python-at,3.11) .venv-lowest
	@$(uv) pip compile --quiet --resolution lowest-direct --no-annotate --no-header --python .venv-lowest/bin/python \
	    --output-file .venv-lowest/lowest.txt pyproject.toml
	@$(uv) pip install --quiet --python .venv-lowest/bin/python --constraint .venv-lowest/lowest.txt --editable '$(with-tests)' editables
	@CHROMIUM="$(chromium)" .venv-lowest/bin/python -m pytest $(at-once) $(ARGS)

$(uv): .venv-tools.python
	@"$(PYTHON)" -m venv --clear .venv-tools
	@.venv-tools/bin/python -m pip install -qq uv

# ---- Environments -----------------------------------------------------------------------------------------------

# The stamps .run and .test stand for a finished environment. They are removed before it is touched, so that after an
# interruption, as with another interpreter or in another folder, the environment is made anew.
requirements := pyproject.toml $(wildcard constraints/*.txt)
version = $(basename $(firstword $(shell cat $(VENV).python)))
pins = $(wildcard constraints/python$(version)$(1).txt)
# Not compiled on arrival: most modules are never imported, and setting up takes half the time.
pip = $(VENV)/bin/python -m pip install -qq --no-compile

environment: $(VENV)/.run ## make the environment that the commands need, in .venv

$(VENV)/.run: $(VENV).python $(requirements)
	@echo "Setting up $(VENV) with Python $(version), which takes about a minute and is done once."
	$(if $(call pins,),,@echo "There are no pins for Python $(version): installing the newest versions that fit.")
	@cmp -s $< $@ || "$(PYTHON)" -m venv --clear $(VENV)
	@rm -f $(VENV)/.run $(VENV)/.test
	$(if $(call pins,),@$(pip) --require-hashes --requirement $(call pins,))
	@$(pip) $(if $(call pins,),--no-deps --no-build-isolation )--editable '.[all]'
	@cp $< $@

$(VENV)/.test: $(VENV)/.run
	@rm -f $(VENV)/.run
	@$(pip) $(if $(call pins,-test),--require-hashes --requirement $(call pins,-test),--editable '$(with-tests)')
	@cp $(VENV).python $(VENV)/.run
	@cp $(VENV).python $@

# Names the interpreter and this folder; rewritten only when one of them changes.
%.python: FORCE
	$(eval found := $(shell "$(PYTHON)" -c '$(probe)' 2>/dev/null))
	$(if $(found),,$(error There is no Python called '$(PYTHON)': install Python 3.11 or newer, or name one as in 'make compare PYTHON=python3.13'))
	$(if $(filter old,$(found)),$(error Turnaround needs Python 3.11 or newer and $(PYTHON) is $(firstword $(found)): name another as in 'make compare PYTHON=python3.13'))
	$(if $(filter no-venv,$(found)),$(error $(PYTHON) cannot make virtual environments: install its venv module (on Debian: apt-get install python3-venv)))
	@echo '$(found)' | cmp -s - $@ || echo '$(found)' > $@

probe = import os, sys, importlib.util as modules; \
    state = "old" if sys.version_info < (3, 11) else "fine" if modules.find_spec("ensurepip") else "no-venv"; \
    print("%d.%d.%d" % sys.version_info[:3], state, sys.base_prefix, os.getcwd())

# ---- What the tests need beside Python packages -------------------------------------------------------------------

# Two versions of Python, because Mesa's and NumPy's newest versions differ between 3.11 and the later ones.
python-at = $(shell for python in python$(1) "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/$(1).*[0-9]/bin/python; do \
    "$$python" -c 'import ensurepip, sys, venv; sys.exit("%d.%d" % sys.version_info[:2] != "$(1)")' >/dev/null 2>&1 \
    && command -v "$$python" && break; done)
second-version = $(firstword $(foreach v,$(filter-out $(version),$(if $(filter 3.11,$(version)),3.13 3.12,3.11 3.13 3.12)),\
    $(if $(call python-at,$(v)),$(v))))
second-python = $(addprefix $(CURDIR)/.venv-,$(addsuffix /bin/python,$(second-version)))

second-python: $(VENV).python
	$(if $(second-version),@$(MAKE) --no-print-directory environment VENV=.venv-$(second-version) PYTHON=$(call python-at,$(second-version)),\
	    @echo "SKIPPED: the same results on two versions of Python, because only $(version) is here.")

# The engine once for each Python, side by side, rather than once in every process that tests at the same time.
compiled: $(VENV)/.test second-python
	@for python in $(VENV)/bin/python $(second-python); do \
	    $$python -c 'from experiments.runner import compile_engine; compile_engine()' & pids="$$pids $$!"; done; \
	    for pid in $$pids; do wait $$pid || exit 1; done

chromium = $(or $(CHROMIUM),$(shell for browser in chromium chromium-browser google-chrome google-chrome-stable; do \
    command -v $$browser && break; done))
root-with-apt = $(filter 0,$(shell command -v apt-get >/dev/null && id -u))

chromium:
	$(if $(chromium),,$(if $(root-with-apt),,$(error The tests open the report in Chromium, which is not here: install it (on Debian: apt-get install chromium) or name it with CHROMIUM=/path)))
	$(if $(chromium),,@echo "Installing Chromium for the tests.")
	$(if $(chromium),,@apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null)
