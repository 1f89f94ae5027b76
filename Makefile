# `make lab` and `make test` are all that most people need; each creates the environment first.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed
LESSON ?=
ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)
BROWSER := $(if $(DISPLAY)$(WAYLAND_DISPLAY)$(filter Darwin,$(shell uname)),,--no-browser)

.PHONY: lab test lessons models bench corpus reset freeze site

lab: $(INSTALLED)  ## open the course in JupyterLab
	$(BIN)/jupyter lab $(ROOT) $(BROWSER) --LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb

test: $(INSTALLED)  ## everything: style, imports, unit tests, laws, browser, lessons
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/python -m seq2seq_lessons.lessons
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 tests
	OMP_NUM_THREADS=2 $(BIN)/python -m pytest --nbval notebooks
	OMP_NUM_THREADS=1 ATEN_CPU_CAPABILITY=avx2 $(BIN)/python -m pytest --nbval $(wildcard notebooks/0[1-5]*.ipynb)

lessons: $(INSTALLED)  ## run every notebook (or LESSON=03) and store its outputs
	$(BIN)/python -m tools.lessons run $(LESSON)

reset: $(INSTALLED)  ## put LESSON=03 back as it was delivered; your version is kept as a copy
	$(BIN)/python -m tools.lessons reset $(LESSON)

models: $(INSTALLED)  ## train and cache the models that the lessons share
	$(BIN)/python -m seq2seq_lessons.lessons

corpus: $(INSTALLED)  ## write the bundled corpora and check the spelling of every word
	$(BIN)/python -m tools.corpus

freeze: $(INSTALLED)  ## write binder/requirements.txt after a change of requirements.txt (Linux, Python 3.11)
	$(BIN)/python -m tools.freeze

site: $(INSTALLED)  ## the HTML edition in build/site/html (or of LESSON=03)
	$(BIN)/python -m tools.site $(LESSON)

bench: $(INSTALLED)  ## speed against d2l, of an explorer, and the lessons' cost (BENCH="--pairs fra.txt": real sentences)
	$(BIN)/python -m tests.benchmarks $(BENCH)
	$(BIN)/python -m tests.benchmarks.explorer_latency
	$(BIN)/python -m tests.benchmarks.lesson_cost

$(INSTALLED): requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -r requirements.txt
	touch $@
