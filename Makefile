# DigitLens: `make` alone lists what can be made. Everything is installed into .venv, nothing elsewhere.
# PYTHON=python3.12 chooses the Python that .venv is made with; ARGS="..." is passed on to what is run.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
PIP := $(RUN) -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help app train test check docs bench lock python-for-tensorflow

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' Makefile | expand -t 14

app: $(VENV)/requirements-app.installed ## the web app, in your browser
	@$(VENV)/bin/digitlens app $(ARGS)

train: $(VENV)/requirements-train.installed ## train the network on MNIST
	$(RUN) train_model.py $(ARGS)

test: $(VENV)/requirements-dev.installed ## all tests, in several processes
	$(RUN) -m pytest -n auto --dist worksteal $(ARGS)

check: $(VENV)/requirements-dev.installed ## style, format and types
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/pyright

docs: $(VENV)/requirements-docs.installed ## the documentation site, in site/; warnings are errors
	NO_MKDOCS_2_WARNING=1 $(VENV)/bin/mkdocs build --strict $(ARGS)

bench: $(VENV)/requirements-dev.installed ## the benchmarks, as a table
	$(RUN) benchmarks/run.py $(ARGS)

# One file per purpose, each a part of the largest, with the same versions. ARGS=--upgrade takes newer ones.
LOCK := uv pip compile pyproject.toml --group build --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-annotate --custom-compile-command "make lock" --quiet

lock: ## the files in requirements/, from pyproject.toml (needs uv)
	$(LOCK) $(ARGS) --extra dev --output-file requirements/dev.txt
	$(LOCK) $(ARGS) --extra app --extra train --constraints requirements/dev.txt --output-file requirements/train.txt
	$(LOCK) $(ARGS) --extra app --constraints requirements/dev.txt --output-file requirements/app.txt
	$(LOCK) $(ARGS) --extra api --constraints requirements/dev.txt --output-file requirements/api.txt
	$(LOCK) $(ARGS) --extra docs --constraints requirements/dev.txt --output-file requirements/docs.txt

# A stamp is written only after the whole install, so that an interrupted one is taken up again.
$(VENV)/requirements-%.installed: requirements/%.txt pyproject.toml $(VENV)/created
	@echo "Installing what $< names into $(VENV): a few minutes, once."
	@$(PIP) install --require-hashes --requirement $<
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@
	@echo "Installed. The command line is $(VENV)/bin/digitlens."

$(VENV)/requirements-train.installed $(VENV)/requirements-dev.installed: | python-for-tensorflow

python-for-tensorflow: $(VENV)/created
	@$(RUN) -c 'import sys; sys.exit(sys.version_info >= (3, 14))' || { echo >&2 \
	"TensorFlow has no release for Python 3.14 yet; training and the tests need 3.11, 3.12 or 3.13." \
	"Remove $(VENV) and call make again with, say, PYTHON=python3.13."; exit 1; }

$(VENV)/created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo >&2 \
	"DigitLens needs Python 3.11 or newer; $(PYTHON) says: $$($(PYTHON) --version 2>&1)." \
	"Install one and call make again with, say, PYTHON=python3.12."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { echo >&2 \
	"$(PYTHON) cannot make a virtual environment: its venv module is missing." \
	"On Debian and Ubuntu, 'sudo apt install python3-venv' brings it."; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)."
	@$(PYTHON) -m venv $(VENV)
	@touch $@
