"""A small story with everything in it that the ledger looks at, told by the product's own verbs, relay and mail."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client

from apps.agencies.acting import acting
from apps.agencies.actions import issue_token
from apps.agencies.policy import Actor
from apps.core.clock import now
from apps.notifications.actions import send_due
from apps.outbox.actions import relay
from apps.referrals import actions as referrals
from apps.referrals.ledger import Proof, prove
from apps.referrals.models import Referral
from apps.reports import actions as reports
from tests.cast import Cast

IVORY: dict[str, object] = {
    "kind": "SEIZURE",
    "title": "1 t raw ivory",
    "occurred": {"date": "2019-03-04", "precision": "DAY"},
    "place": {"name": "Pasir Panjang", "country": "SG"},
    "items": [{"taxon": "Loxodonta africana", "term": "TUS", "quantity": "1000", "unit": "KGM"}],
    "route": [
        {"country": "UG", "part": "ORIGIN", "share": "0.2"},
        {"country": "KE", "part": "ORIGIN", "share": "0.8"},
        {"country": "KE", "part": "EXPORT"},
        {"country": "AE", "part": "TRANSIT", "seizure_opportunity": True},
        {"country": "MY", "part": "TRANSIT", "seizure_opportunity": False},
        {"country": "CN", "part": "DESTINATION"},
    ],
    "withheld_from": ["AE-CUSTOMS"],
}


@dataclass(frozen=True, slots=True)
class Story:
    """``ivory`` is out and half answered; ``mistake`` was submitted and withdrawn; ``draft`` is one; a fourth is gone."""

    ivory: UUID
    mistake: UUID
    draft: UUID


@contextmanager
def working() -> Iterator[None]:
    """As the worker's database role."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE counterpart_worker")
        yield
        cursor.execute("RESET ROLE")


def carry() -> None:
    """What the worker does until nothing is due: referrals, notices, mail."""
    with working():
        relay()
        send_due()


def sql(statement: str, *values: Any) -> int:
    """What somebody with the owner's hands in the database does; returns how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement, values)
        return int(cursor.rowcount)


@pytest.fixture
def mailbox(settings: LazySettings, tmp_path: Path) -> None:
    """Mail is written down here."""
    settings.EMAIL_BACKEND = "apps.notifications.channels.folder.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)


@pytest.fixture
def story(cast: Cast, mailbox: None, client: Client) -> Story:
    """The story, all of it carried."""
    officer, liaison = cast.officer("SG-CUSTOMS"), cast.liaison("SG-CUSTOMS")
    mistake = filed(officer, {**IVORY, "title": "By mistake", "withheld_from": []})
    ivory = _filed_with_a_key(client, officer)
    carry()
    _answered(cast, ivory)
    with acting(liaison):
        reports.withdraw_report(actor=liaison, report_id=mistake, now=now())
    carry()
    with acting(officer):
        draft = reports.draft_report(actor=officer, data={"kind": "ANALYSIS"}, now=now())
        gone = reports.draft_report(actor=officer, data={"kind": "ANALYSIS"}, now=now())
        reports.delete_draft(actor=officer, report_id=gone.id, now=now())
    return Story(ivory, mistake, draft.id)


def filed(officer: Actor, data: Mapping[str, object]) -> UUID:
    """A submitted report, in two transactions as people do it."""
    with acting(officer):
        report = reports.draft_report(actor=officer, data=data, now=now())
    with acting(officer):
        return reports.submit_report(actor=officer, report_id=report.id, now=now()).id


def _filed_with_a_key(client: Client, officer: Actor) -> UUID:
    """Through the API, with an Idempotency-Key for each request."""
    with acting(officer):
        raw, _ = issue_token(actor=officer, name="a script", life=timedelta(days=1), now=now())
    headers = {"Authorization": f"Bearer {raw}", "Idempotency-Key": "a key"}
    made = client.post("/api/v1/reports/", orjson.dumps(IVORY), content_type="application/json", headers=headers)
    assert made.status_code == 201, made.content
    sent = client.post(f"/api/v1/reports/{made.json()['id']}/submit/", content_type="application/json", headers=headers)
    assert sent.status_code == 200, sent.content
    return UUID(made.json()["id"])


def _answered(cast: Cast, report: UUID) -> None:
    """Kenya takes it on and does something; China says that it is not for it."""
    of = dict(Referral.objects.filter(report_id=report).values_list("agency__code", "id"))
    kenya, china = cast.liaison("KE-CUSTOMS"), cast.liaison("CN-CUSTOMS")
    with acting(kenya):
        referrals.accept(actor=kenya, referral_id=of["KE-CUSTOMS"], now=now())
    with acting(kenya):
        kind = {"kind": "ENQUIRY", "text": "The exporter was asked."}
        referrals.record_action(actor=kenya, referral_id=of["KE-CUSTOMS"], **kind, now=now())
    with acting(china):
        referrals.decline(actor=china, referral_id=of["CN-CUSTOMS"], reason="No consignee known.", now=now())


def judged() -> Proof:
    """What the ledger says now."""
    return prove(now=now())


def wrong() -> dict[str, int]:
    """What the ledger finds wrong now: code → how many rows."""
    return {finding.code: finding.count for finding in judged().findings}
