# `make lab` and `make test` are all that most people need; each creates the environment first.
# The folder's name may hold spaces: paths are relative or quoted, and no script of .venv/bin is called by its name.
PYTHON ?= python3
PYTHON_IN_VENV := .venv/bin/python
INSTALLED := .venv/installed
LESSON ?=
OFFLINE := "$(CURDIR)/tests/offline"
ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)
BROWSER := $(if $(DISPLAY)$(WAYLAND_DISPLAY)$(filter Darwin,$(shell uname)),,--no-browser)

# Two processes of one thread each; nbval, which these tests do not use, would take seconds to load in every one.
TESTS = OMP_NUM_THREADS=1 $(PYTHON_IN_VENV) -m pytest -p no:nbval -n 2 --durations 20
PAGES = tests/browser tests/site  # a file of them stays in one process: it has one browser, one server, one site
# $(1) lessons at a time, of $(2) threads each, in the environment $(3); a lesson's cells stay in one process.
# With SEQ2SEQ_LESSONS_REPLAY=1 lesson 00 shows the training that `make models` has done; the soak lets it train again.
LESSONS = PYTHONPATH=$(OFFLINE) OMP_NUM_THREADS=$(2) $(3) $(PYTHON_IN_VENV) -m pytest --nbval -n $(1) --dist loadfile --durations 20 notebooks

COMPILE = $(PYTHON_IN_VENV) -m uv pip compile --quiet pyproject.toml --extra lab
BINDER_HEAD = '\# Written by `make freeze`. Nothing here is local, so Binder installs before it copies the repository, and an edited' \
    '\# notebook installs nothing again.' '--extra-index-url https://download.pytorch.org/whl/cpu'

# Many processes are started: a module is compiled once and kept, whatever the environment (a container's, often) says.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: lab test soak units pages lessons models results bench corpus reset freeze site style browser sphinx hunspell

# oneDNN makes a kernel for each batch shape; a few are enough, and lesson 00 holds 37 MB less.
lab: export ONEDNN_PRIMITIVE_CACHE_CAPACITY = 16
lab: $(INSTALLED)  ## open the course in JupyterLab
	$(PYTHON_IN_VENV) -m jupyterlab $(ROOT) $(BROWSER) --LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb

test: $(INSTALLED)  ## all that matters, in minutes: style, types, laws, units, exercises, browser, every lesson
	$(MAKE) -j 4 style browser sphinx models
	$(MAKE) -j 2 units pages
	$(call LESSONS,2,1,SEQ2SEQ_LESSONS_REPLAY=1)

soak: export SOAK = 1
soak: $(INSTALLED) browser sphinx hunspell models  ## the long rest, for hours
	for capability in avx2 default; do $(call LESSONS,2,1,ATEN_CPU_CAPABILITY=$$capability) || exit 1; done
	for capability in native avx2 default; do \
	    $(call LESSONS,1,2,$$([ $$capability = native ] || echo env ATEN_CPU_CAPABILITY=$$capability)) || exit 1; done
	$(TESTS) -m soak --dist loadfile tests
	$(TESTS) --hypothesis-profile=fuzz tests/test_*.py tests/support
	$(PYTHON_IN_VENV) -m pip install --quiet --constraint constraints.txt --editable '.[tools]'
	OMP_NUM_THREADS=1 $(PYTHON_IN_VENV) -m tools.mutants

units: $(INSTALLED)  ## every test but the browser's
	$(TESTS) -m "not soak" $(PAGES:%=--ignore %) tests

pages: $(INSTALLED)  ## explorers, lessons and site in Chromium, which waits for half of its time: beside `units` it costs little
	$(TESTS) -m "not soak" --dist loadfile $(PAGES)

style: $(INSTALLED)  ## ruff and mypy
	$(PYTHON_IN_VENV) -m ruff check .
	$(PYTHON_IN_VENV) -m ruff format --check .
	$(PYTHON_IN_VENV) -m mypy seq2seq_lessons

browser: $(INSTALLED)  ## the Chromium that browser tests use: the one that is here, or an installed one, or what to install
	$(PYTHON_IN_VENV) -m tests.browser.chromium

sphinx: $(INSTALLED)  ## the environment that builds the site, in build/site-venv
	$(PYTHON_IN_VENV) -c "from tools.site import environment; environment()"

hunspell:  ## the dictionaries against which the corpora are spelt; installed where that needs no password
	command -v hunspell > /dev/null || { [ "$$(id -u)" = 0 ] && apt-get update && apt-get install -y hunspell hunspell-fr hunspell-en-us; } \
	    || { echo "hunspell is missing: sudo apt-get install hunspell hunspell-fr hunspell-en-us"; exit 1; }

lessons: $(INSTALLED)  ## run every notebook (or LESSON=03) and store its outputs
	$(PYTHON_IN_VENV) -m tools.notebooks run $(LESSON)

reset: $(INSTALLED)  ## put LESSON=03 back as it was delivered; your version is kept as a copy
	$(PYTHON_IN_VENV) -m tools.notebooks reset $(LESSON)

models: $(INSTALLED)  ## train and cache the models that the lessons share
	$(PYTHON_IN_VENV) -m seq2seq_lessons.support.shared_models

results: $(INSTALLED)  ## train and measure what the lessons draw as stored results (RESULTS="vector-64 --seeds 1": some of it)
	$(PYTHON_IN_VENV) -m seq2seq_lessons.support.results --out notebooks/results $(RESULTS)

corpus: $(INSTALLED)  ## write the bundled corpora and check the spelling of every word
	$(PYTHON_IN_VENV) -m tools.corpus

freeze: $(INSTALLED)  ## write both files of pins, constraints.txt and Binder's (UPGRADE=--upgrade: newer ones)
	$(PYTHON_IN_VENV) -m pip install --quiet --editable '.[tools]'
	$(COMPILE) --extra test --universal --fork-strategy fewest $(UPGRADE) --output-file constraints.txt
	(printf '%s\n' $(BINDER_HEAD); $(COMPILE) --group binder --constraint constraints.txt --python-platform linux \
	    --no-header --no-annotate | sed 's/^torch==[0-9.]*/&+cpu/') > binder/requirements.txt

site: $(INSTALLED)  ## the HTML edition in build/site/html (or of LESSON=03)
	$(PYTHON_IN_VENV) -m tools.site $(LESSON)

bench: $(INSTALLED)  ## all that has a target, against peers (BENCH="--pairs fra.txt --quality": real sentences, BLEU)
	$(PYTHON_IN_VENV) -m benchmarks $(BENCH)
	$(PYTHON_IN_VENV) -m benchmarks.beam_batched
	$(PYTHON_IN_VENV) -m benchmarks.explorer_latency
	$(PYTHON_IN_VENV) -m benchmarks.lesson_cost

$(INSTALLED): requirements.txt constraints.txt pyproject.toml setup.py
	"$(PYTHON)" -m venv .venv
	$(PYTHON_IN_VENV) -m pip install --no-compile -r requirements.txt  # a module is compiled when it is first used; few are
	touch $@
