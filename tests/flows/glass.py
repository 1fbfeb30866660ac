"""What the tests of break-glass share: administrators, an opening on its way, and how it is looked through."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F
from django.test import Client

from apps.agencies.acting import acting
from apps.agencies.models import User
from apps.agencies.policy import Actor
from apps.agencies.queries import actor_of
from apps.outbox.actions import relay
from apps.sharing.actions import approve_opening, ask_to_open
from apps.sharing.models import Grant, Label, Opening
from tests.cast import NOW
from tests.doors import come_in

REASON = "A court order, file 12/2026, asks for this one report."
SECRET = "Kanarinarrative"


def staff(name: str) -> User:
    """One more platform administrator, whom nobody of the others has made."""
    return User.objects.create(email=f"{name}@counterpart.example", name=name.title(), is_staff=True, password="!")


def actor(user: User) -> Actor:
    found = actor_of(user_id=user.id, now=NOW)
    assert found is not None
    return found


def reference(report: UUID) -> str:
    return str(Label.objects.select_related("report").get(id=report).report.reference)


def asked(first: Actor, report: UUID) -> Opening:
    name = reference(report)
    with acting(first):
        return ask_to_open(actor=first, reference=name, reason=REASON, now=datetime.now(UTC))


def approved(first: Actor, second: Actor, report: UUID) -> UUID:
    opening = asked(first, report)
    with acting(second):
        approve_opening(actor=second, opening_id=opening.id, now=datetime.now(UTC))
    relay()
    return opening.id


def browser(who: Actor) -> Client:
    client = Client()
    come_in(client, User.objects.get(id=who.user_id))
    return client


def look(who: Actor, opening: UUID) -> Any:
    return browser(who).get(f"/break-glass/{opening}/")


def over(opening: UUID) -> None:
    """An hour later, as the database has it."""
    hour = timedelta(minutes=61)
    Opening.objects.filter(id=opening).update(
        asked_at=F("asked_at") - hour, approved_at=F("approved_at") - hour, until=F("until") - hour
    )


def nothing_is_open(report: UUID) -> None:
    label = Label.objects.get(id=report)
    assert (label.opened, [token for token in label.audience if token >= 2_000_000_000]) == ([], [])
    assert not Grant.objects.filter(label_id=report, basis="BREAK_GLASS", revoked_at__isnull=True).exists()
