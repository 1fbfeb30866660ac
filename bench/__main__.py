"""``python -m bench``: makes the world, measures, prints the table; exit status 1 where a goal is missed."""

import argparse
import subprocess
import sys
from typing import Any

import orjson

from bench.goals import Line, table
from bench.meter import WARM_UP


def main() -> int:
    """Each part runs in a process of its own, as the role it is about."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--rounds", type=int, default=200, help="submissions that are measured (default 200)")
    parser.add_argument("--letters", type=int, default=25, help="rounds of sixty mails (default 25)")
    parser.add_argument("--entries", type=int, default=1_000_000, help="entries of the trail that are verified")
    asked = parser.parse_args()
    made = _part("owner", "world", {"drafts": asked.rounds + WARM_UP + asked.letters + 1})
    drafts = made["drafts"].pop("60")
    kept, others = drafts[: asked.letters + 1], drafts[asked.letters + 1 :]
    parts = [("letters", kept), ("requests", others)]  # letters first: what requests submit would be carried, too
    told = [_part("web", name, made | {"drafts": made["drafts"] | {"60": ids}}) for name, ids in parts]
    told.append(_part("web", "sealing", made))
    told.append(_part("web", "audit_reads", made))
    told.append(_part("owner", "audit_chain", {"entries": asked.entries}))
    told.append(_part("owner", "walls", {}))  # last: it fills the tables, and takes the wall away
    lines = [Line(**line) for answer in told for line in answer]
    print(table(lines))
    return int(any(line.missed for line in lines))


def _part(role: str, name: str, told: object) -> Any:
    words = [sys.executable, "-m", "bench.part", role, name]
    done = subprocess.run(words, input=orjson.dumps(told), stdout=subprocess.PIPE, check=False)
    if done.returncode:
        sys.exit(f"bench.{name} ended with status {done.returncode}")
    return orjson.loads(done.stdout)


if __name__ == "__main__":
    sys.exit(main())
