"""The data that is measured on, made as the database's owner: the cast, sixty more agencies, drafts and reports."""

import sys
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connection

from apps.agencies.acting import acting
from apps.agencies.actions import issue_token
from apps.agencies.models import Agency, User
from apps.agencies.policy import Actor, AgencyKind, Role
from apps.agencies.queries import actor_of
from apps.core.clock import now
from apps.reference.actions import load_reference
from apps.reports.actions import draft_report, submit_report
from apps.reports.models import Report
from bench.plain import TABLES
from seeds.cast import load_cast
from seeds.reference import reference_data

MOST = 600  # further agencies, each with one liaison officer: "constant in recipients" is counted with 6, 60 and 600
ITEMS = [
    {"taxon": "Loxodonta africana", "term": "TUS", "quantity": "1000", "unit": "KGM"},
    {"taxon": "Manis spp.", "term": "SCA", "quantity": "20.5", "unit": "KGM", "qualifier": "ABOUT"},
    {"taxon": "Panthera tigris", "term": "BOD", "quantity": "7", "unit": "NAR"},
]
ROUTE = [
    {"country": "KE", "part": "ORIGIN", "share": "0.80"},
    {"country": "AE", "part": "TRANSIT", "seizure_opportunity": True},
    {"country": "MY", "part": "TRANSIT", "seizure_opportunity": False},
    {"country": "CN", "part": "DESTINATION"},
]


def draft(recipients: int) -> dict[str, Any]:
    """A report with three specimens, four stops and so many recipients: the contacts of the route, the others named."""
    return {
        "kind": "SEIZURE",
        "title": "1 t raw ivory",
        "narrative": "Found behind a false wall in a container that had been declared as scrap. " * 5,
        "occurred": {"date": "2019-03-04", "precision": "DAY"},
        "place": {"name": "Pasir Panjang", "country": "SG"},
        "items": ITEMS,
        "route": ROUTE,
        "named": [f"BENCH-{number:03}" for number in range(recipients - len(ROUTE))],
    }


def run(told: dict[str, int]) -> dict[str, Any]:
    """Everything, and where to find it: a token, the account's id, the ids of the drafts by number of recipients."""
    call_command("migrate", verbosity=0)
    if Report.objects.exists():
        sys.exit("The bench measures on an empty database; this one has reports.")
    at = now()
    load_reference(data=reference_data(), now=at)
    load_cast(users=True, password_hash=make_password(None), now=at)
    _agencies()
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
    actor = _officer()
    with acting(actor):
        token, _ = issue_token(actor=actor, name="bench", life=timedelta(days=1), now=at)
    made = {
        str(size): [_draft(actor, size) for _ in range(count)]
        for size, count in {6: 2, 60: told["drafts"], 600: 2}.items()
    }
    for report_id in [_draft(actor, 6) for _ in range(60)]:
        with acting(actor):
            submit_report(actor=actor, report_id=report_id, now=now())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {"token": token, "user": str(actor.user_id), "drafts": made}


def _agencies() -> None:
    agencies = [
        Agency(code=f"BENCH-{number:03}", name=f"Agency {number}", kind=AgencyKind.CUSTOMS, law_enforcement=True)
        for number in range(MOST)
    ]
    Agency.objects.bulk_create(agencies)
    User.objects.bulk_create(
        User(email=f"liaison@bench-{number:03}.example", name="Liaison officer", agency=agency, roles=[Role.LIAISON])
        for number, agency in enumerate(agencies)
    )


def _officer() -> Actor:
    user = User.objects.get(email="officer@sg-customs.example")
    actor = actor_of(user_id=user.id, now=now())
    assert actor is not None
    return actor


def _draft(actor: Actor, recipients: int) -> Any:
    with acting(actor):
        return draft_report(actor=actor, data=draft(recipients), now=now()).id
