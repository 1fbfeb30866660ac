"""Events and who subscribes to them. Rooms above subscribe when they are installed (their ``apps.py``)."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class DomainEvent:
    """Base of every event. ``name`` is what is stored; the fields are ids and codes, never content."""

    name: ClassVar[str] = ""

    def payload(self) -> dict[str, Any]:
        """The fields as JSON values."""
        return {key: str(value) if isinstance(value, UUID) else value for key, value in asdict(self).items()}


Handler = Callable[[Any], None]
_handlers: dict[str, dict[str, Handler]] = defaultdict(dict)
_types: dict[str, type[DomainEvent]] = {}
_outside: set[str] = set()


def subscribe(event: type[DomainEvent], handler: Handler, *, outside: bool = False) -> None:
    """Have ``handler(event)`` run, by the worker, for each event of that type; its dotted name is its identity.

    Its effects and its done-mark commit together. A handler that talks to another machine must not hold a transaction
    while it waits: with ``outside`` it runs before the transaction of its done-mark, at least once.
    """
    _types[event.name] = event
    _handlers[event.name][identity(handler)] = handler
    if outside:
        _outside.add(identity(handler))


def is_outside(identity: str) -> bool:
    """Whether the handler runs outside any transaction."""
    return identity in _outside


def all_outside() -> list[str]:
    """The identities of all handlers that do."""
    return sorted(_outside)


def identity(handler: Handler) -> str:
    """The name under which a handler's deliveries are stored."""
    return f"{handler.__module__}.{handler.__qualname__}"


def handlers_of(name: str) -> list[str]:
    """The identities of those who subscribed to events of that name."""
    return list(_handlers.get(name, ()))


def handler(name: str, identity: str) -> Handler:
    """The handler itself; KeyError where this build has none of that name."""
    return _handlers[name][identity]


def rebuild(name: str, payload: dict[str, Any]) -> DomainEvent:
    """The event from its row: UUID fields are read back as UUIDs."""
    event = _types[name]
    ids = {key for key, field in event.__dataclass_fields__.items() if field.type in {UUID, "UUID"}}
    return event(**{key: UUID(value) if key in ids else value for key, value in payload.items()})
