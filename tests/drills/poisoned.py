"""A worker in which one event's handler ends the process, as a fault in a C library would."""

import os
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from celery.__main__ import main
from celery.signals import worker_init

from apps.outbox.events import DomainEvent, subscribe


@dataclass(frozen=True, slots=True)
class Poison(DomainEvent):
    """Whoever handles it dies."""

    name: ClassVar[str] = "drills.poison"
    dose: UUID


def swallow(event: Poison) -> None:
    """End the process, at once and without a word."""
    os._exit(70 if event.dose else 71)


@worker_init.connect
def poison(**_: object) -> None:
    """Once the apps are loaded: a second registration would be of another process's."""
    subscribe(Poison, swallow)


if __name__ == "__main__":
    main()
