"""T8: mutants of the judgement. ``python -m tests.mutants`` makes each small change that mutmut knows and runs the tests of
``tests/sharing`` on it: what no test notices is a rule that nothing holds. Survivors that change nothing that anybody could
see stand in ``survivors.txt``, each with its reason.
"""
