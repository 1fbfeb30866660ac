"""What the tests about accounts share."""

from collections.abc import Callable
from typing import Any

import pytest
from argon2 import low_level
from django.contrib.auth import get_user
from django.db import connection
from django.http import HttpRequest
from django.test import Client

from apps.agencies import actions
from apps.agencies.models import Invitation
from apps.agencies.policy import Actor
from apps.audit.models import Entry
from apps.core.clock import now
from tests.provider import idp as idp  # a fixture of the tests here

type_entries = Callable[[], list[Entry]]


@pytest.fixture
def entries(db: None) -> type_entries:
    """``entries()`` gives what the trail has gained since the test began, in order."""
    before = Entry.objects.count()
    return lambda: list(Entry.objects.order_by("seq")[before:])


def invited(actor: Actor, **changes: Any) -> Invitation:
    """A new officer is invited to the actor's agency; call it while acting."""
    asked = {"email": "New@SG-Customs.example ", "name": "New", "roles": ["OFFICER"], "language": "en", **changes}
    agency = asked.pop("agency_id", actor.agency_id)
    return actions.invite_user(actor=actor, agency_id=agency, **{"now": now(), **asked})


def is_signed_in(client: Client) -> bool:
    """Whether the next request of that browser would come from somebody, by the rules of Django's own middleware."""
    request = HttpRequest()
    request.session = client.session
    return bool(get_user(request).is_authenticated)


class Hashes:
    """Counts the Argon2 computations that really happen."""

    def __init__(self) -> None:
        self.count = 0
        self.in_transaction = 0

    def note(self) -> None:
        self.count += 1
        self.in_transaction += len(connection.savepoint_ids) > 0


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> Hashes:
    """The real library, listened to."""
    heard = Hashes()
    for name in ("hash_secret", "verify_secret"):
        real = getattr(low_level, name)

        def listened(*args: object, _real: Callable[..., object] = real, **kwargs: object) -> object:
            heard.note()
            return _real(*args, **kwargs)

        monkeypatch.setattr(low_level, name, listened)
        monkeypatch.setattr(f"argon2._password_hasher.{name}", listened)
    return heard
