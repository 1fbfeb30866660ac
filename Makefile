# `make run` and `make test` need Python 3.11+, pip, venv and make; everything else they bring themselves (config/local).
PYTHON ?= python3
LOCAL = @exec $(PYTHON) -m config.local

.PHONY: run stop test check landing release drills mutants bench audit requirements

run: ## everything, from a fresh clone; PORT=8123 make run chooses the port; Ctrl-C stops it
	$(LOCAL) --leashed run

stop: ## ends the `make run` of this checkout
	$(LOCAL) stop

test: ## the whole suite at commit size; make test ARGS="tests/reports -k draft"
	$(LOCAL) --leashed test $(ARGS)

check: ## format, lint, types, import contracts, security lint, migrations, then the whole suite
	$(LOCAL) --leashed check $(ARGS)

landing: ## the same proofs at landing size; COUNTERPART_SEED=… draws what an earlier run drew
	$(LOCAL) --leashed landing $(ARGS)

release: ## the same proofs at release size: hours, by hand; docs/evidence.md keeps what came of it
	$(LOCAL) --leashed release $(ARGS)

drills: ## the fault drills: what is killed, frozen and flushed, and what must survive
	$(LOCAL) --leashed drills $(ARGS)

mutants: ## each small change of the policy, and whether a test notices it; ARGS=--changed for what differs from the last commit
	$(LOCAL) --leashed mutants $(ARGS)

bench: ## the measurements behind each speed claim
	$(LOCAL) --leashed bench $(ARGS)

audit: ## known vulnerabilities of the dependencies; exits 2 and says NOT AUDITED where it cannot ask
	$(LOCAL) audit

requirements: ## compiles requirements/*.in again, with hashes
	$(LOCAL) requirements $(ARGS)
