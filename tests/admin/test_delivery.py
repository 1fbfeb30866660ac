import uuid
from datetime import timedelta

import pytest

from apps.agencies.acting import acting
from apps.audit.models import Entry
from apps.core.clock import now
from apps.notifications.models import Attempt, Channel, Dispatch, Notification
from apps.outbox.models import Delivery, Event
from tests.admin.conftest import Desk, type_entries
from tests.cast import NOW, Cast


@pytest.fixture
def deliveries(cast: Cast) -> dict[str, Delivery]:
    """One delivery in each state."""
    event = Event.objects.create(name="reports.submitted", payload={"report_id": str(uuid.uuid4())}, at=NOW)
    later = now() + timedelta(hours=1)
    return {
        state: Delivery.objects.create(
            event=event,
            handler=f"room.{state.lower()}",
            state=state,
            attempts=12,
            next_at=later,
            done_at=NOW if state == "DONE" else None,
        )
        for state in ("PENDING", "DONE", "DEAD")
    }


def test_only_the_dead_are_tried_again_and_it_is_recorded(
    desk: Desk, deliveries: dict[str, Delivery], entries: type_entries
) -> None:
    response = desk.act("outbox_delivery_changelist", "retry", *[row.id for row in deliveries.values()])
    assert response.status_code == 302
    found = {row.handler: (row.state, row.attempts) for row in Delivery.objects.all()}
    assert found == {"room.pending": ("PENDING", 12), "room.done": ("DONE", 12), "room.dead": ("PENDING", 0)}
    (entry,) = entries()
    assert (entry.verb, entry.object_kind) == ("retry_delivery", "delivery")
    assert str(deliveries["DEAD"].id) in (entry.payload or "")


def test_events_and_deliveries_are_read_and_never_written_here(desk: Desk, deliveries: dict[str, Delivery]) -> None:
    row = deliveries["DEAD"]
    assert str(row.event.payload["report_id"]) in desk.get("outbox_event_change", row.event_id)
    assert desk.post("outbox_delivery_change", row.id, state="DONE").status_code == 403
    assert desk.post("outbox_event_delete", row.event_id, post="yes").status_code == 403
    desk.get("outbox_event_add", status=403)
    assert Delivery.objects.get(id=row.id).state == "DEAD"


@pytest.fixture
def dispatches(cast: Cast) -> dict[str, Dispatch]:
    """One message in each state, all of one officer's, whose address the mail server has refused."""
    user = cast.user("liaison", "KE-CUSTOMS")
    rows = {}
    for state in ("PENDING", "SENT", "DEAD", "CANCELLED"):
        notice = Notification.objects.create(
            user=user,
            kind="REFERRAL_OPENED",
            cause=uuid.uuid4(),
            object_id=uuid.uuid4(),
            reference="SR-2026-ABCDEFGH",
            created_at=NOW,
        )
        rows[state] = Dispatch.objects.create(
            notification=notice,
            user=user,
            state=state,
            attempts=3,
            created_at=NOW,
            next_at=NOW,
            sent_at=NOW if state == "SENT" else None,
        )
    Attempt.objects.create(dispatch=rows["DEAD"], at=NOW, outcome="PERMANENT", code="550")
    Channel.objects.create(user=user, kind="EMAIL", closed_at=NOW, code="550")
    return rows


def test_only_dead_messages_are_sent_again_their_address_is_opened_and_it_is_recorded(
    desk: Desk, dispatches: dict[str, Dispatch], entries: type_entries
) -> None:
    response = desk.act("notifications_dispatch_changelist", "retry", *[row.id for row in dispatches.values()])
    assert response.status_code == 302
    found = {name: Dispatch.objects.get(id=row.id).state for name, row in dispatches.items()}
    assert found == {"PENDING": "PENDING", "SENT": "SENT", "DEAD": "PENDING", "CANCELLED": "CANCELLED"}
    assert Channel.objects.get().closed_at is None
    assert len(entries()) == 1
    assert entries()[0].user_id is not None


def test_nobody_elses_request_sees_what_happened_or_who_was_written_to(
    cast: Cast, deliveries: dict[str, Delivery], dispatches: dict[str, Dispatch]
) -> None:
    tables = (Event, Delivery, Dispatch, Attempt, Channel)
    held = {model: model._default_manager.count() for model in tables}
    assert min(held.values()) > 0
    for actor in (cast.liaison("KE-CUSTOMS"), cast.administrator("KE-CUSTOMS"), cast.liaison("WCO")):
        with acting(actor):
            assert {model: model._default_manager.count() for model in tables} == dict.fromkeys(tables, 0)
            assert Delivery.objects.update(state="PENDING") == 0
    with acting(cast.platform):
        assert {model: model._default_manager.count() for model in tables} == held


def test_an_administrator_sees_how_sending_went_and_neither_what_nor_about_what(
    desk: Desk, dispatches: dict[str, Dispatch]
) -> None:
    dead = dispatches["DEAD"]
    texts = [
        desk.get("notifications_dispatch_changelist"),
        desk.get("notifications_dispatch_change", dead.id),
        desk.get("notifications_channel_changelist"),
    ]
    assert "550" in texts[1]
    for text in texts:
        assert "liaison@ke-customs.example" in text
        assert "SR-2026" not in text
        assert "REFERRAL_OPENED" not in text
        assert str(dead.notification.object_id) not in text


def test_the_trail_is_read_newest_first_found_by_id_and_never_written_here(
    desk: Desk, deliveries: dict[str, Delivery]
) -> None:
    desk.act("outbox_delivery_changelist", "retry", deliveries["DEAD"].id)
    last = Entry.objects.order_by("-seq")[0]
    assert "retry_delivery" in desk.get("audit_entry_changelist")
    assert "retry_delivery" in desk.get("audit_entry_changelist", q=str(last.user_id))
    assert "retry_delivery" not in desk.get("audit_entry_changelist", q=str(uuid.uuid4())).split('id="result_list"')[-1]
    assert str(deliveries["DEAD"].id) in desk.get("audit_entry_change", last.seq)
    assert desk.post("audit_entry_change", last.seq, verb="other").status_code == 403
    assert Entry.objects.get(seq=last.seq).verb == "retry_delivery"
