# Everything runs in .venv, made from pyproject.toml and constraints.txt when it is not there or they have changed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOME_DIR ?= .demo-home
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help demo test test-all lint bench up docs train-ner train-events seeds clean

help:  ## Show what there is to make
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(STAMP): pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --upgrade pip setuptools wheel
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev]'
	@touch $(STAMP)

demo: $(STAMP)  ## Ingest seeds/documents into .demo-home and print the entities and events found
	@$(BIN)/marsad ingest seeds/documents --home $(HOME_DIR)
	@echo; echo "== Events"
	@$(BIN)/marsad sql --table --home $(HOME_DIR) "$$(cat seeds/demo/events.sql)"
	@echo; echo "== Entities"
	@$(BIN)/marsad sql --table --home $(HOME_DIR) "$$(cat seeds/demo/entities.sql)"

test: $(STAMP)  ## Run the tests
	$(BIN)/python -m pytest

test-all: $(STAMP)  ## Run every test, the long ones too (kills, a simulated week, a cluster)
	$(BIN)/python -m pytest -m "slow or not slow" --timeout 900

lint: $(STAMP)  ## Check style, types and known vulnerabilities of dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	-$(BIN)/pip-audit --skip-editable --progress-spinner off

bench: $(STAMP)  ## Documents a second and memory of each stage, as ratios to a baseline run beside it
	$(BIN)/python -m tests.bench

up: $(STAMP)  ## Start server, UI and the nightly schedule
	$(BIN)/marsad up

docs: $(STAMP)  ## Write data dictionary, codebook and the cookbook's outputs to docs/
	@mkdir -p docs
	$(BIN)/marsad docs --out docs/data-dictionary.md
	$(BIN)/python -m seeds.build.codebook
	$(BIN)/python -m tests.cookbook

seeds: $(STAMP)  ## Check seeds/ and write the checksums of seeds/manifest.toml
	$(BIN)/python -m seeds.build.manifest

train-ner: $(STAMP)  ## Train the name tagger (needs the evaluation files beside the project)
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[train]'
	$(BIN)/python -m seeds.build.train_ner

train-events: $(STAMP)  ## Train the event models (needs the evaluation files beside the project)
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[train]'
	$(BIN)/python -m seeds.build.train_events

clean:  ## Remove what can be made again
	rm -rf $(HOME_DIR) build dist *.egg-info .pytest_cache .ruff_cache .mypy_cache
