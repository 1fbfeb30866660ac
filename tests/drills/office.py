"""An officer at work, in a process of its own as the web role: files and submits reports, and says how long each took.

``python -m tests.drills.office COUNT PAUSE`` prints one JSON line a report: ``{"reference": …, "seconds": …}``.
"""

import json
import os
import sys
import time
from datetime import UTC, datetime
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ["COUNTERPART_DB_ROLE"] = "web"

import django

django.setup()

from apps.agencies.acting import acting  # noqa: E402 - the apps must be loaded first
from apps.agencies.models import User  # noqa: E402 - the same
from apps.agencies.policy import Actor  # noqa: E402 - the same
from apps.agencies.queries import actor_of  # noqa: E402 - the same
from apps.reports.actions import draft_report, submit_report  # noqa: E402 - the same

TUSKS: dict[str, Any] = {
    "kind": "SEIZURE",
    "title": "1 t raw ivory",
    "occurred": {"date": "2019-03-04", "precision": "DAY"},
    "place": {"name": "Pasir Panjang", "country": "SG"},
    "items": [{"taxon": "Loxodonta africana", "term": "TUS", "quantity": "1000", "unit": "KGM"}],
    "route": [{"country": "KE", "part": "DESTINATION"}],
}


def main(count: int, pause: float) -> None:
    """Files ``count`` reports, ``pause`` seconds apart."""
    now = datetime.now(UTC)
    actor = actor_of(user_id=User.objects.get(email="officer@sg-customs.example").id, now=now)
    assert actor is not None
    for _ in range(count):
        begun = time.monotonic()
        reference = file(actor)
        print(json.dumps({"reference": reference, "seconds": time.monotonic() - begun}), flush=True)  # noqa: T201 - its answer
        time.sleep(pause)


def file(actor: Actor) -> str:
    now = datetime.now(UTC)
    with acting(actor):
        draft = draft_report(actor=actor, data=TUSKS, now=now)
    with acting(actor):
        submitted = submit_report(actor=actor, report_id=draft.id, now=now)
    return str(submitted.reference)


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
