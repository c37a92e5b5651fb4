# Two commands are all a newcomer needs: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PYTHONPATH := $(CURDIR)

.PHONY: demo test check bench accuracy soak clean

$(VENV)/runtime.done: requirements/runtime.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --require-hashes -r requirements/runtime.txt
	printf '#!%s\nfrom tracker.cli import main\nmain()\n' '$(CURDIR)/$(BIN)/python' > $(BIN)/tracker
	printf '%s\n' '$(CURDIR)' > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/disclosure_tracker.pth"
	chmod +x $(BIN)/tracker
	touch $@

$(VENV)/dev.done: requirements/dev.txt $(VENV)/runtime.done
	$(BIN)/python -m pip install -q --require-hashes -r requirements/dev.txt
	touch $@

$(VENV)/bench.done: requirements/bench.txt $(VENV)/runtime.done
	$(BIN)/python -m pip install -q --require-hashes -r requirements/bench.txt
	touch $@

demo: $(VENV)/runtime.done  ## one full pass over the bundled samples
	@$(BIN)/python -m tracker.demo

test: $(VENV)/dev.done  ## the whole suite
	$(BIN)/python -m pytest -n auto

check: $(VENV)/dev.done  ## linters, types, import contract
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports

bench: $(VENV)/bench.done  ## speed against peers, in one run
	$(BIN)/python -m benchmarks

accuracy: $(VENV)/dev.done  ## what is read of published disclosures against what is printed and against arithmetic
	$(BIN)/python -m benchmarks.accuracy

soak: $(VENV)/dev.done  ## long runs: kills, large numbers of pairs
	$(BIN)/python -m pytest -m soak -n auto

clean:
	rm -rf $(VENV) data .pytest_cache .ruff_cache .hypothesis
