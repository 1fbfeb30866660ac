"""From a submitted report to the mails: who is told, and that nothing of the report goes with it."""

import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from apps.agencies.acting import acting
from apps.agencies.models import User
from apps.notifications.models import Attempt, Dispatch, Notification
from apps.notifications.states import NoticeKind
from apps.outbox.actions import relay
from apps.outbox.models import Delivery, Event
from apps.referrals.actions import acknowledge
from apps.referrals.ledger.proof import prove
from apps.referrals.models import Referral
from apps.reports.actions import draft_report, submit_report, withdraw_report
from apps.sharing.models import Label
from tests.callers import Caller, read
from tests.cast import NOW, Cast
from tests.notifications.conftest import send, told, working
from tests.notifications.sink import Sink

CANARIES = ("canarytitle", "canarynarrative", "canarycase", "canaryplace", "loxodonta", "ivory", "seizure", "singapore")
REPORT: dict[str, Any] = {
    "kind": "SEIZURE",
    "title": "canarytitle of ivory",
    "narrative": "canarynarrative",
    "case_number": "canarycase/1",
    "occurred": {"date": "2019-03-04", "precision": "DAY"},
    "place": {"name": "canaryplace", "country": "SG"},
    "items": [{"taxon": "Loxodonta africana", "term": "TUS", "quantity": "1000", "unit": "KGM"}],
    "route": [
        {"country": "KE", "part": "ORIGIN", "share": "0.8"},
        {"country": "MY", "part": "TRANSIT", "seizure_opportunity": False},
        {"country": "CN", "part": "DESTINATION"},
    ],
}


def submit(cast: Cast, **changes: Any) -> tuple[UUID, str]:
    """Singapore's officer files and submits; the relay carries it."""
    officer = cast.officer("SG-CUSTOMS")
    with acting(officer):
        draft = draft_report(actor=officer, data={**REPORT, **changes}, now=NOW)
    with acting(officer):
        submitted = submit_report(actor=officer, report_id=draft.id, now=NOW)
    carry()
    return submitted.id, str(submitted.reference)


def carry() -> None:
    with working():
        relay()


def addresses(post: Sink) -> list[str]:
    return sorted(taken.recipient for taken in post.taken)


def test_the_counterparts_liaison_officers_are_told_and_strangers_are_not(cast: Cast, post: Sink) -> None:
    _, reference = submit(cast)
    assert send() == 3
    expected = [f"liaison@{code}.example" for code in ("cn-customs", "ke-customs", "my-customs")]
    assert addresses(post) == expected
    assert {str(taken.message["Subject"]) for taken in post.taken} == {f"Counterpart: {reference}"}
    kinds = dict(Notification.objects.values_list("user__email", "kind"))
    assert kinds == {
        "liaison@ke-customs.example": NoticeKind.REFERRAL_OPENED,
        "liaison@cn-customs.example": NoticeKind.REFERRAL_OPENED,
        "liaison@my-customs.example": NoticeKind.REFERRAL_FOR_INFORMATION,
    }
    assert told(cast.user("liaison", "STRANGER")) == []


def test_nothing_of_the_report_is_in_a_mail_a_row_an_event_or_a_log(
    cast: Cast, post: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        submit(cast)
        send()
    rows = [list(model.objects.values()) for model in (Notification, Dispatch, Attempt, Event)]
    said = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    seen = (
        b"\n".join(taken.raw for taken in post.taken).decode()
        + json.dumps(rows, cls=DjangoJSONEncoder)
        + "\n".join(said)
    )
    assert [canary for canary in CANARIES if canary in seen.lower()] == []
    agencies = ("sg-customs@", "SG-CUSTOMS", "Singapore Customs")
    assert [name for name in agencies if name in seen] == []


def test_an_answer_is_told_to_the_originator_alone(cast: Cast, post: Sink) -> None:
    submit(cast)
    send()
    post.taken.clear()
    kenya = cast.liaison("KE-CUSTOMS")
    referral = Referral.objects.get(agency__code="KE-CUSTOMS")
    with acting(kenya):
        acknowledge(actor=kenya, referral_id=referral.id, now=NOW + timedelta(hours=1))
    carry()
    send()
    assert addresses(post) == ["liaison@sg-customs.example", "officer@sg-customs.example"]
    assert all("An agency has answered your report" in taken.text for taken in post.taken)
    assert all("KE-CUSTOMS" not in taken.text for taken in post.taken)


def test_a_withdrawn_report_cancels_what_waits_and_says_so(cast: Cast, post: Sink) -> None:
    ident, reference = submit(cast)
    officer = cast.liaison("SG-CUSTOMS")
    with acting(officer):
        withdraw_report(actor=officer, report_id=ident, now=NOW + timedelta(hours=1))
    carry()
    send()
    assert addresses(post) == [f"liaison@{code}.example" for code in ("cn-customs", "ke-customs", "my-customs")]
    assert all(f"A report has been withdrawn: {reference}" in taken.text for taken in post.taken)
    assert Dispatch.objects.filter(state="CANCELLED").count() == 3


def test_without_a_liaison_its_administrators_and_a_coordinating_body_that_reads_it_are_told(
    cast: Cast, post: Sink
) -> None:
    User.objects.filter(email="liaison@ke-customs.example").update(is_active=False)
    _, reference = submit(cast, tlp="GREEN")
    send()
    (own,), (body,) = post.to("admin@ke-customs.example"), post.to("liaison@wco.example")
    assert reference in own.text
    assert reference not in body.raw.decode()
    assert str(NoticeKind.NO_LIAISON.label) in body.text
    assert "KE-CUSTOMS" not in body.raw.decode()


def test_a_coordinating_body_outside_does_not_learn_who_was_sent_a_red_report_and_the_originator_learns_that_it_waits(
    cast: Cast, post: Sink
) -> None:
    User.objects.filter(email="liaison@vn-customs.example").update(is_active=False)
    report, reference = submit(cast, tlp="RED", named=["VN-CUSTOMS"])
    send()
    body = Caller(cast.liaison("WCO"))
    assert body.get(f"reports/{report}/").status_code == 404
    assert read(body.get("notifications/"))["results"] == []
    assert addresses(post) == ["admin@vn-customs.example", "liaison@sg-customs.example", "officer@sg-customs.example"]
    referral = Referral.objects.get()
    kinds = Notification.objects.values_list("user__email", "kind", "object_id", "reference").order_by("user__email")
    waits, vietnam = NoticeKind.NO_LIAISON, cast.agency("VN-CUSTOMS").id
    assert list(kinds) == [
        ("admin@vn-customs.example", waits, vietnam, reference),
        ("liaison@sg-customs.example", waits, referral.id, reference),
        ("officer@sg-customs.example", waits, referral.id, reference),
    ]
    for word in ("officer", "liaison"):  # the page that their mail names is the ask that waits, and says whose it is
        (mail,) = post.to(f"{word}@sg-customs.example")
        assert f"/referrals/{referral.id}/" in mail.text
        asked = Caller(cast.actor(word, "SG-CUSTOMS")).get(f"referrals/{referral.id}/")
        assert (asked.status_code, read(asked)["agency"]) == (200, "VN-CUSTOMS")
    assert prove(now=datetime.now(UTC)).findings == ()


def test_who_is_told_without_opening_is_asked_again_when_the_mail_leaves(cast: Cast, post: Sink) -> None:
    User.objects.filter(email="liaison@ke-customs.example").update(is_active=False)
    report, _ = submit(cast, tlp="GREEN")
    assert Notification.objects.filter(user__agency__code="WCO").count() == 1
    # Between queueing and sending the body is let in no longer, nor anybody but Kenya.
    own = [cast.agency(code).token for code in ("SG-CUSTOMS", "KE-CUSTOMS")]
    Label.objects.filter(id=report).update(audience=own)
    send()
    assert addresses(post) == ["admin@ke-customs.example", "liaison@sg-customs.example", "officer@sg-customs.example"]
    assert Dispatch.objects.get(user__agency__code="WCO").state == "CANCELLED"


def test_a_coordinating_body_that_it_is_withheld_from_does_not_even_learn_that_something_waits(
    cast: Cast, post: Sink
) -> None:
    User.objects.filter(email="liaison@ke-customs.example").update(is_active=False)
    submit(cast, tlp="GREEN", withheld_from=["WCO"])
    send()
    assert "admin@ke-customs.example" in addresses(post)
    assert [taken for taken in post.taken if taken.recipient.endswith("@wco.example")] == []
    assert Notification.objects.filter(user__agency__code="WCO").count() == 0


def test_a_relay_that_runs_twice_tells_nobody_twice(cast: Cast, post: Sink) -> None:
    submit(cast)
    Delivery.objects.update(state="PENDING", done_at=None)
    carry()
    send()
    assert len(post.taken) == Notification.objects.count() == 3
