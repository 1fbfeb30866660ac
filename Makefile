# `make run` and `make test` need Python 3.11+, pip, venv and make; everything else they bring themselves (config/local).
PYTHON ?= python3
LOCAL = @exec $(PYTHON) -m config.local

.PHONY: run stop test check landing drills bench audit requirements

run: ## everything, from a fresh clone; PORT=8123 make run chooses the port; Ctrl-C stops it
	$(LOCAL) --leashed run

stop: ## ends the `make run` of this checkout
	$(LOCAL) stop

test: ## the whole suite at commit size; make test ARGS="tests/reports -k draft"
	$(LOCAL) --leashed test $(ARGS)

check: ## format, lint, types, import contracts, security lint, migrations, then the whole suite
	$(LOCAL) --leashed check $(ARGS)

landing: ## the same proofs at landing size
	$(LOCAL) --leashed landing $(ARGS)

drills: ## the fault drills: what is killed, frozen and flushed, and what must survive
	$(LOCAL) --leashed drills $(ARGS)

bench: ## the measurements behind each speed claim
	$(LOCAL) --leashed bench $(ARGS)

audit: ## known vulnerabilities of the dependencies; exits 2 and says NOT AUDITED where it cannot ask
	$(LOCAL) audit

requirements: ## compiles requirements/*.in again, with hashes
	$(LOCAL) requirements $(ARGS)
