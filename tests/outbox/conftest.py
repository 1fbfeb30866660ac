"""A real event with handlers that can be told to fail, and a real broker to kill and freeze."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar
from uuid import UUID

import pytest

from apps.audit.actions import MACHINE, record
from apps.outbox import events
from apps.outbox.events import DomainEvent
from config.local import binaries, places
from config.local.valkey import Valkey
from tests.cast import NOW


@dataclass(frozen=True, slots=True)
class ShipArrived(DomainEvent):
    """Something that happens in these tests alone."""

    name: ClassVar[str] = "tests.ship_arrived"
    ship_id: UUID
    port: str = "SGSIN"


@dataclass(slots=True)
class Quay:
    """Two handlers; the first writes a row and then fails as often as it is told to."""

    failures: int = 0
    heard: list[tuple[str, ShipArrived]] = field(default_factory=list)

    def unload(self, event: ShipArrived) -> None:
        record(actor=MACHINE, verb="unload", kind="ship", object_id=event.ship_id, now=NOW)
        if self.failures:
            self.failures -= 1
            raise ConnectionError("content that must not be stored: 1 t ivory")
        self.heard.append(("unload", event))

    def greet(self, event: ShipArrived) -> None:
        self.heard.append(("greet", event))


UNLOAD = "tests.outbox.conftest.Quay.unload"
GREET = "tests.outbox.conftest.Quay.greet"


@pytest.fixture
def subscriptions(monkeypatch: pytest.MonkeyPatch) -> None:
    """What this test subscribes is forgotten with it."""
    monkeypatch.setattr(
        events, "_handlers", {**{name: dict(known) for name, known in events._handlers.items()}, ShipArrived.name: {}}
    )
    monkeypatch.setattr(events, "_types", dict(events._types))
    monkeypatch.setattr(events, "_outside", set(events._outside))


@pytest.fixture
def quay(subscriptions: None) -> Quay:
    """Both handlers, subscribed."""
    quay = Quay()
    events.subscribe(ShipArrived, quay.unload)
    events.subscribe(ShipArrived, quay.greet)
    return quay


@pytest.fixture
def broker() -> Iterator[Valkey]:
    """A Valkey of this test's own."""
    account = places.unprivileged()
    with places.private_folder(account) as folder:
        valkey = Valkey(binaries.find(account), folder, folder / "valkey.log", account)
        valkey.start()
        try:
            yield valkey
        finally:
            valkey.kill()
