"""What there is: every way out of the product, found in the product itself."""

from collections.abc import Callable, Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.staticfiles.finders import get_finders
from django.core.management import find_commands

from apps.notifications.states import NoticeKind
from apps.outbox import events
from config import urls
from config.celery import app

OURS = (*settings.OUR_APPS, "seeds")


def tasks() -> Iterator[str]:
    """Names under which workers take tasks, but for Celery's own."""
    app.loader.import_default_modules()
    yield from (name for name in app.tasks if not name.startswith("celery."))


def commands() -> Iterator[str]:
    """Management commands of our rooms."""
    for room in OURS:
        yield from find_commands(str(Path(apps.get_app_config(room.rpartition(".")[2]).path) / "management"))


def notices() -> Iterator[str]:
    """Kinds of notices; each is a row in an inbox and a mail."""
    yield from NoticeKind.values


def handlers() -> Iterator[str]:
    """Who is told of what by the outbox; those that write mails of their own are among them."""
    yield from {name for of_event in events._handlers.values() for name in of_event}


def published() -> Iterator[str]:
    """Types of events, whose payloads stand in rows."""
    yield from events._types


def administered() -> Iterator[str]:
    """Models that have pages in the administration."""
    yield from (model._meta.label for model in admin.site._registry)


def templates() -> Iterator[str]:
    """Texts that are filled in and are no pages: mails."""
    for room in OURS:
        folder = Path(apps.get_app_config(room.rpartition(".")[2]).path) / "templates"
        yield from (
            str(file.relative_to(folder)) for file in folder.rglob("*") if file.suffix in {".txt", ".eml", ".xml"}
        )


def static() -> Iterator[str]:
    """Folders of files that whoever asks gets."""
    for finder in get_finders():
        yield from {path.partition("/")[0] for path, _ in finder.list(ignore_patterns=[])}


def errors() -> Iterator[str]:
    """Pages that the framework shows where something goes wrong."""
    yield from (name for name in vars(urls) if name.startswith("handler"))


FINDERS: dict[str, Callable[[], Iterator[str]]] = {
    "task": tasks,
    "command": commands,
    "notice": notices,
    "handler": handlers,
    "event": published,
    "admin": administered,
    "template": templates,
    "static": static,
    "error": errors,
}
