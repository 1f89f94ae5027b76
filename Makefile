# `make lab` and `make test` are all that most people need; each creates the environment first.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed
LESSON ?=
OFFLINE := $(CURDIR)/tests/offline
ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)
BROWSER := $(if $(DISPLAY)$(WAYLAND_DISPLAY)$(filter Darwin,$(shell uname)),,--no-browser)

LESSONS_IN = PYTHONPATH=$(OFFLINE) OMP_NUM_THREADS=$(1) $(2) $(BIN)/python -m pytest --nbval $(3)

.PHONY: lab test soak lessons models bench corpus reset freeze site

# oneDNN makes a kernel for each batch shape; a few are enough, and lesson 00 holds 37 MB less.
lab: export ONEDNN_PRIMITIVE_CACHE_CAPACITY = 16
lab: $(INSTALLED)  ## open the course in JupyterLab
	$(BIN)/jupyter lab $(ROOT) $(BROWSER) --LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb

test: $(INSTALLED)  ## everything: style, imports, unit tests, laws, browser, lessons
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/python -m seq2seq_lessons.support.shared_models
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 tests
	$(call LESSONS_IN,2,,notebooks)
	$(call LESSONS_IN,1,ATEN_CPU_CAPABILITY=avx2,$(wildcard notebooks/0[1-5]*.ipynb))

soak: $(INSTALLED)  ## the long tests, for hours: every instruction set and thread count, fuzzing, kills, mutants
	for threads in 1 2; do for capability in native avx2 default; do \
	    $(call LESSONS_IN,$$threads,$$([ $$capability = native ] || echo env ATEN_CPU_CAPABILITY=$$capability),notebooks) \
	    || exit 1; done; done
	SOAK=1 OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --hypothesis-profile=fuzz tests/test_*.py tests/browser/test_abuse.py
	$(BIN)/python -m pip install --quiet cosmic-ray==8.7.0
	OMP_NUM_THREADS=1 $(BIN)/python -m tools.mutants

lessons: $(INSTALLED)  ## run every notebook (or LESSON=03) and store its outputs
	$(BIN)/python -m tools.notebooks run $(LESSON)

reset: $(INSTALLED)  ## put LESSON=03 back as it was delivered; your version is kept as a copy
	$(BIN)/python -m tools.notebooks reset $(LESSON)

models: $(INSTALLED)  ## train and cache the models that the lessons share
	$(BIN)/python -m seq2seq_lessons.support.shared_models

corpus: $(INSTALLED)  ## write the bundled corpora and check the spelling of every word
	$(BIN)/python -m tools.corpus

freeze: $(INSTALLED)  ## write binder/requirements.txt after a change of requirements.txt (Linux, Python 3.11)
	$(BIN)/python -m tools.freeze

site: $(INSTALLED)  ## the HTML edition in build/site/html (or of LESSON=03)
	$(BIN)/python -m tools.site $(LESSON)

bench: $(INSTALLED)  ## all that has a target, against peers (BENCH="--pairs fra.txt --quality": real sentences, BLEU)
	$(BIN)/python -m benchmarks $(BENCH)
	$(BIN)/python -m benchmarks.beam_batched
	$(BIN)/python -m benchmarks.explorer_latency
	$(BIN)/python -m benchmarks.lesson_cost

$(INSTALLED): requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -r requirements.txt
	touch $@
