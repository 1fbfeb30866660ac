"""People and workers who do things at the same instant: processes of the real roles, a thread for each deed, real commits."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.served import Service, _environ

Deed = dict[str, Any]  # what is done ("do"), by whom, about which opening, and how much later than the others ("late")
SOON = 0.03  # seconds until all of them begin: every thread has read its deed by then
PROCESS = "import django; django.setup(); from tests.flows.deeds import main; main()"


@dataclass(slots=True)
class Crew:
    """A process of the web role and one of the worker's; ``at_once`` has deeds done by both of them at one instant."""

    web: subprocess.Popen[str]
    worker: subprocess.Popen[str]

    def at_once(self, web: Sequence[Deed] = (), worker: Sequence[Deed] = ()) -> list[Any]:
        """What became of the deeds of people, then of those of workers (``tests.flows.deeds``)."""
        instant = time.time() + SOON
        asked = [(process, deeds) for process, deeds in ((self.web, web), (self.worker, worker)) if deeds]
        for process, deeds in asked:
            _tell(process, json.dumps({"at": instant, "deeds": deeds}))
        return [each for process, _ in asked for each in json.loads(_heard(process))]


@contextmanager
def crew(service: Service) -> Iterator[Crew]:
    """Both processes on the service's database, ready; killed at the end."""
    environ = _environ(service.database) | {"DJANGO_SETTINGS_MODULE": "config.settings", "COUNTERPART_TESTING": "1"}
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    roles = [{**environ, "COUNTERPART_DB_ROLE": role} for role in ("web", "worker")]
    made = [subprocess.Popen([sys.executable, "-c", PROCESS], env=role, **pipes) for role in roles]
    try:
        assert [_heard(each) for each in made] == ["ready\n"] * 2
        yield Crew(*made)
    finally:
        for each in made:
            each.kill()
            each.communicate()


def _tell(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()


def _heard(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()
