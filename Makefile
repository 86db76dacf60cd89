# Everything there is to do here. `make` alone lists it.
.DEFAULT_GOAL := help
.PHONY: help run test test-long mutants check format bench figures messages sheet lock secrets
PYTHON := .venv/bin/python
WORKERS ?= 2
LOCK := $(PYTHON) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --custom-compile-command "make lock"

help: ## list what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1 /p' $(MAKEFILE_LIST) | \
		while read -r name what; do printf '  make %-9s %s\n' "$$name" "$$what"; done

run: .venv/installed-run ## install what is missing, start a demonstration tribunal; Ctrl-C stops it
	@$(PYTHON) -m portal run

test: .venv/installed-tests ## install what is missing, run every test
	@$(PYTHON) -m pytest -n $(WORKERS) $(TESTS)

test-long: .venv/installed-tests ## what is tried at random, tried for long: model of the rules, races, crashes
	@LONG=1 $(PYTHON) -m pytest -n $(WORKERS) tests/oracle tests/races tests/portal/hearings/test_booking.py
	@LONG=1 $(PYTHON) -m pytest tests/crashes

mutants: .venv/installed-tests ## plant mistakes in the rules, count those that the tests find
	@$(PYTHON) -m bench.mutants

check: .venv/installed-tests ## lint, formatting, types, templates
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m pyright
	@$(PYTHON) -m djlint templates --lint --quiet

format: .venv/installed-tests ## mend what the linters can mend
	@$(PYTHON) -m ruff check --fix .
	@$(PYTHON) -m ruff format .

bench: .venv/installed-tests ## measure uploads against the floor of this machine, and delegation at its largest
	@$(PYTHON) -m bench.delegations
	@$(PYTHON) -m bench.authority
	@$(PYTHON) -m bench.upload
	@$(PYTHON) -m bench.slow_uploads
	@$(PYTHON) -m bench.records
	@$(PYTHON) -m bench.notices
	@$(PYTHON) -m bench.bulk
	@$(PYTHON) -m bench.claimant_home

figures: .venv/installed-run ## what was measured, beside what must be reached
	@$(PYTHON) -m bench.figures

messages: .venv/installed-run ## bring the French catalogue up to date, and say what is missing
	@$(PYTHON) -m portal.locale.catalogue

sheet: .venv/installed-tests ## pictures of every page of a claimant, on one sheet a language and screen
	@$(PYTHON) -m pytest -q tests/journeys/sheet.py
	@echo "Look at build/sheet/index.html"

lock: .venv/installed-run ## choose the newest versions that fit, with their hashes
	@printf 'uv\n' | $(LOCK) --upgrade -o .ci/requirements.lock -
	@$(LOCK) --upgrade -o requirements.lock pyproject.toml
	@$(LOCK) --upgrade --constraints requirements.lock -o tests/requirements.lock \
		--group pyproject.toml:dev

secrets: ## make the secret files that docker-compose.yml reads, unless they are there
	@.ci/secrets

.venv/installed-run: requirements.lock .ci/requirements.lock .ci/install
	@.ci/install run

.venv/installed-tests: requirements.lock tests/requirements.lock .ci/requirements.lock .ci/install \
	tests/storage/inspection/clean.lock
	@.ci/install tests
