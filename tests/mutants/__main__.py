"""``python -m tests.mutants [--changed]``: 0 where at least 95 % are noticed and every survivor has its reason."""

import argparse
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from config.local.places import ROOT
from tests.mutants.plot import MUTATED, NOTICED, Mutant, mutate, plot

REASONS = Path(__file__).with_name("survivors.txt")
ENOUGH = 0.95


def main(arguments: Sequence[str]) -> int:
    """Make them, try them, tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description="Mutants of the policy package")
    parser.add_argument("--changed", action="store_true", help="only of files that differ from the commit before")
    only = _files(changed=parser.parse_args(arguments).changed)
    if not only:
        _say("mutants: nothing of the policy has changed")
        return 0
    begun = time.monotonic()
    with plot() as folder:
        mutants = mutate(folder, only)
    return verdict(mutants, reasons(REASONS.read_text(encoding="utf-8")), time.monotonic() - begun)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _files(*, changed: bool) -> list[str]:
    """The files to mutate, from the root."""
    every = [
        str(file.relative_to(ROOT))
        for place in MUTATED
        for file in ([ROOT / place] if place.endswith(".py") else (ROOT / place).rglob("*.py"))
    ]
    return sorted(set(every) & _differing()) if changed else sorted(every)


def _differing() -> set[str]:
    words = ["git", "diff", "--name-only", "HEAD~1", "--", *MUTATED]
    return set(subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split())


def reasons(text: str) -> dict[str, str]:
    """``survivors.txt``: a change on one line, its reason indented on the next."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return dict(zip(lines[::2], (line.strip() for line in lines[1::2]), strict=True))


def verdict(mutants: Sequence[Mutant], known: dict[str, str], seconds: float) -> int:
    """Print the figures and the survivors; the exit status."""
    counts = Counter(mutant.verdict for mutant in mutants)
    noticed = sum(counts[each] for each in NOTICED)
    survivors = [mutant for mutant in mutants if mutant.verdict not in NOTICED]
    unknown = [mutant for mutant in survivors if mutant.change not in known]
    share = noticed / len(mutants) if mutants else 1.0
    _say(f"mutants: {len(mutants)}, noticed {noticed} ({share:.1%}), {dict(counts)}, {seconds:.0f} s")
    for mutant in survivors:
        _say(f"  {mutant.change}\n    {known.get(mutant.change, 'WITHOUT A REASON')} ({mutant.name}, {mutant.verdict})")
    return 0 if share >= ENOUGH and not unknown else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
