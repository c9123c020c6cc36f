# Two commands are enough: `make run` starts the product, `make test` tests it; both set up what is missing.
.DEFAULT_GOAL := help
.PHONY: help run test check index train eval bench bench-scale clean

# Finds Python 3.11, then makes what a target needs (nothing twice).
SETUP = python=$$(sh launch/find_python.sh) && "$$python" -m launch setup
PY := .venv/bin/python
ENGINE_PY := .venv-rasa/bin/python

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-11s  %s\n", $$1, $$2}' Makefile

run: ## Set up what is missing, then start the product in the foreground (Ctrl-C ends it)
	@$(SETUP) run
	@exec $(PY) -I -S launch/guard.py TERM $$PPID $(PY) -m launch run

test: ## Run the tests that need no browser, no PostgreSQL and no running product
	@$(SETUP) test
	@sh launch/side_by_side.sh \
	  '$(PY) -m pytest --ignore tests/bot -m "not journey and not browser and not postgres and not engine"' \
	  '$(ENGINE_PY) -m pytest -c tests/bot/pytest.ini --rootdir . tests/bot -m "not slow"'

check: ## Check style, types and the import rules
	@$(SETUP) check
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(PY) -m launch widget --check
	@$(PY) -m pytest tests/test_imports.py tests/test_settings.py

index: ## Repair and parse the document, then build the index, if anything changed
	@$(SETUP) index

train: ## Train the engine's model, if anything changed
	@$(SETUP) train

eval: ## Measure the index on everything held out, beside the last accepted figures; report in var/evaluation
	@$(SETUP) eval
	@$(PY) -m embeddings evaluate

bench: ## Measure the product beside a stock Rasa project (makes that one's environment first)
	@$(SETUP) run
	@$(PY) -m bench

bench-scale: ## Measure retrieval on real questions over 57,692 articles (DATA=folder); encodes for an hour the first time
	@$(SETUP) check
	@$(PY) -m bench.scale $(if $(DATA),--data $(DATA))

clean: ## Remove environments, index, model, logs and caches; conversations are kept
	@rm -rf .venv .venv-rasa bench/stock/.venv bench/stock/models
	@rm -rf var/index var/evaluation var/models var/stamps var/logs var/run var/setup.lock
	@rm -rf .mypy_cache .ruff_cache .pytest_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
