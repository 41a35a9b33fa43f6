# Portal Anak Nagari. `make` alone lists what there is; `make run` needs Python 3.11 or newer, make, and nothing else.
.DEFAULT_GOAL := help
.PHONY: help setup install run seed test proofs proofs-postgresql proofs-sqlite journeys soak drill doors screenshots lint format migration lock check messages bench bench-match python

PYTHON ?= python3
VENV ?= .venv
HOST ?= 127.0.0.1
PORT ?= 8000
INSTANCE_DIR ?= instance
HOUSEHOLDS ?= 10000
ROUNDS ?= 50
SEED ?= 1
# More processes than two cores: while one waits for a browser, a disk or a database, another works.
TOGETHER ?= 4
export HOST PORT INSTANCE_DIR

PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes
# Named after the content of the lock: a changed lock installs anew, everything else starts in seconds.
RUN := $(VENV)/.run-$(firstword $(shell cksum < requirements.txt))
# Not on PostgreSQL: what uses no database or invents a city, who may open what, and pages one by one. There every page that a role can reach by
# links is opened; that walk is made again on SQLite only where there is no PostgreSQL.
ON_POSTGRESQL := $(filter-out %/test_links.py,$(patsubst %,--ignore=%,$(wildcard tests/access/test_*.py))) \
	--ignore-glob='*_pages.py' $(foreach room,bench demo help looks matching paper rules start,--ignore=tests/$(room)) \
	$(foreach file,sheets tables values,--ignore=tests/exchange/test_$(file).py)
ON_SQLITE := $(if $(wildcard /usr/lib/postgresql/*/bin/initdb)$(shell command -v initdb),--ignore=tests/access/test_links.py)
# For every platform, so that one lock serves the desk's Windows and the server's Linux.
LOCK := --quiet --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock"
DEV := $(VENV)/.dev-$(firstword $(shell cksum < requirements/dev.txt))
# What a server can do without: EXTRA=duplicates installs the engine of the search through the whole register, EXTRA=spark
# also that of one on more than one machine.
EXTRA ?=
SEARCH := $(VENV)/.extra-duplicates-$(firstword $(shell cksum < requirements/duplicates.txt))
EXTRAS := $(foreach extra,$(EXTRA),$(VENV)/.extra-$(extra)-$(firstword $(shell cksum < requirements/$(extra).txt)))

help: ## This list
	@echo "make <target> [HOST=…] [PORT=…] [INSTANCE_DIR=…] [VENV=…]"
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14 | sed 's/^/  /'

setup: $(DEV) $(EXTRAS) ## Install what running, testing and checking need; EXTRA=duplicates also what searches the register, EXTRA=spark on many machines

install: $(RUN) $(EXTRAS) ## What a server needs: .venv, texts and static files made ready, so that the program's folder stays read-only
	$(VENV)/bin/pybabel -q compile -d portal/translations
	$(PY) -m whitenoise.compress --quiet --no-brotli portal/static

run: $(RUN) ## Serve the portal with the demo city, at http://127.0.0.1:8000
	@exec $(PY) -m portal.start

seed: $(RUN) ## Load the unit's profile from seeds/ again (needs SECRET_KEY)
	$(PY) -m flask --app wsgi db upgrade
	$(PY) -m flask --app wsgi seed

test: $(DEV) $(SEARCH) ## The whole suite, on PostgreSQL and on SQLite
	@echo "Not run here: the proofs under load (make proofs), on both databases."
	@echo "== PostgreSQL (without journeys, single pages, the start from a clone, and what uses no database: they run below)"
	$(PY) -m tests.postgres -- pytest --database postgresql -n $(TOGETHER) -rs -m "not journey and not slow and not proof" $(ON_POSTGRESQL)
	@echo "== SQLite: everything, with the journeys where there is a chromium; the walk by links above, where there is a PostgreSQL"
	$(PY) -m pytest -n $(TOGETHER) -rs -m "not proof" $(ON_SQLITE)

proofs: proofs-postgresql proofs-sqlite ## Many people at once, and a server that is killed, on both databases

proofs-postgresql: $(DEV)
	$(PY) -m tests.postgres -- pytest --database postgresql -n 2 -rs -m proof

proofs-sqlite: $(DEV)
	$(PY) -m pytest -n 2 -rs -m proof

journeys: $(DEV) ## The browser journeys, in Debian's chromium
	@command -v chromium-headless-shell chromium >/dev/null || { echo "No chromium here. On Debian: apt-get install chromium"; exit 1; }
	$(PY) -m pytest -n $(TOGETHER) -rs -m journey

soak: $(DEV) ## Kill the server (-9) under four writing clients: make soak ROUNDS=50 SEED=1
	$(PY) -m tests.postgres -- python -m tests.soak --rounds $(ROUNDS) --seed $(SEED)

drill: $(DEV) ## Backup, destroy, restore, compare: make drill HOUSEHOLDS=10000
	$(PY) -m tests.postgres -- python -m tests.drill --households $(HOUSEHOLDS)

doors: $(DEV) ## Knock at every address with every role; writes docs/access.md
	$(PY) -m tests.access.matrix

screenshots: $(DEV) ## Make the pictures of the user guide anew, in Debian's chromium
	$(PY) -m tests.screenshots

lint: $(DEV) ## Style, types, templates, import directions
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(PY) -m djlint --quiet --lint templates
	$(VENV)/bin/lint-imports

format: $(DEV) ## Bring the code into its style
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

migration: $(DEV) ## Write a migration from the models: make migration m="what it does" (read it by hand)
	@test -n "$(m)" || { echo 'Say what it does: make migration m="add the grievance table"'; exit 1; }
	SECRET_KEY=migration $(PY) -m flask --app wsgi db upgrade
	SECRET_KEY=migration $(PY) -m flask --app wsgi db migrate -m "$(m)"

lock: $(DEV) ## Pin the dependencies anew, with their hashes (needs the network)
	$(PY) -m pip install --quiet --disable-pip-version-check uv
	$(VENV)/bin/uv pip compile $(LOCK) -o requirements.txt requirements/run.in
	$(VENV)/bin/uv pip compile $(LOCK) -o requirements/dev.txt requirements/dev.in
	$(VENV)/bin/uv pip compile $(LOCK) -o requirements/duplicates.txt -c requirements/dev.txt requirements/duplicates.in
	$(VENV)/bin/uv pip compile $(LOCK) -o requirements/spark.txt -c requirements/dev.txt -c requirements/duplicates.txt requirements/spark.in

messages: $(DEV) ## Collect the texts of the pages for translation
	$(VENV)/bin/pybabel -q extract -F babel.cfg -k _l -k lazy_gettext --no-location --sort-output -o messages.pot .
	$(VENV)/bin/pybabel -q update --no-fuzzy-matching --no-wrap -i messages.pot -d portal/translations -l id
	@rm -f messages.pot

bench-match: $(DEV) $(SEARCH) ## Who is twice in an invented city, and who is found: make bench-match SEED=1 HOUSEHOLDS=10000
	$(PY) -m tests.bench.match --seed $(SEED) --households $(HOUSEHOLDS)

bench: $(DEV) ## What each page costs beside the same work done bare: make bench HOUSEHOLDS=10000
	$(PY) -m tests.bench --households $(HOUSEHOLDS)

check: lint test ## Everything that must pass before a commit

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "Python 3.11 or newer is needed; name another one with make run PYTHON=python3.12"; exit 1; }

$(PY): | python
	@$(PYTHON) -m venv $(VENV) || { echo "No virtual environment could be made. On Debian: apt-get install python3-venv"; exit 1; }

$(RUN): | $(PY)
	@echo "Installing into $(VENV) …"
	@$(PIP) -r requirements.txt
	@touch $@

$(DEV): | $(PY)
	@echo "Installing into $(VENV) …"
	@$(PIP) -r requirements/dev.txt
	@touch $@ $(RUN)

# Kept beside what is installed, so that a changed lock installs anew.
$(VENV)/.extra-duplicates-%: | $(PY)
	@echo "Installing what searches the register into $(VENV) …"
	@$(PIP) -r requirements/duplicates.txt
	@touch $@

$(VENV)/.extra-spark-%: | $(PY)
	@echo "Installing what searches the register on more than one machine into $(VENV) …"
	@$(PIP) -r requirements/spark.txt
	@touch $@
