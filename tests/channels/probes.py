"""One probe for each kind of channel: it makes the channel speak after a story, and gives every word that came out."""

import dataclasses
import io
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from django.apps import apps
from django.contrib.staticfiles.finders import get_finders
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.template.loader import get_template
from django.test import Client
from django.urls import reverse

from apps.agencies.models import User
from apps.core.clock import now
from apps.core.ids import new_id
from apps.notifications.channels import email
from apps.notifications.models import Alarm
from apps.notifications.policy import AlarmCode
from apps.notifications.queries import Letter, Notice
from apps.notifications.states import NoticeKind
from apps.outbox import events
from apps.outbox.models import Delivery, Event
from apps.web.pages.account import Account
from config.celery import app
from seeds.cast import PLATFORM_ADMINISTRATOR
from tests.access.story import CANARIES, Story
from tests.channels.register import Channel
from tests.doors import come_in

Probe = Callable[[Channel, Story], str]
WORDS: dict[str, tuple[str, ...]] = {
    "issue_token": ("liaison@stranger.example",),
    "rotate_keys": ("--all",),
    "seed": ("--reference",),
    "relabel": ("--all",),
    "erase_audit": ("1", "--reason", "a probe"),
}
FILES = {"export_audit": "audit.jsonl", "make_signing_key": "key"}  # commands that write one
CODES = {"kind"}  # an event's fields of text
NAMES = {
    "kind",
    "head",
    "reference",
    "link",
    "site",
    "sentence",
    "words",
    "count",
    "since",
    "ended",
}  # what a mail is filled in with


@contextmanager
def _overheard() -> Iterator[list[str]]:
    """Every record that is logged meanwhile, at any level, as it would be written; statements are the database's own."""
    lines: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(f"{record.getMessage()} {record.__dict__} {record.exc_info}")

    ear, root = Ear(logging.DEBUG), logging.getLogger()
    before = root.level
    root.addHandler(ear)
    root.setLevel(logging.DEBUG)
    logging.getLogger("django.db.backends").propagate = False
    try:
        yield lines
    finally:
        root.removeHandler(ear)
        root.setLevel(before)
        logging.getLogger("django.db.backends").propagate = True


def run(channel: Channel, story: Story) -> str:
    """A task: what it returns (its result) and what it logs."""
    app.loader.import_default_modules()
    with _overheard() as lines, connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE counterpart_worker")
        result = app.tasks[channel.name]()
        cursor.execute("RESET ROLE")
    return f"{result} {lines}"


def said(channel: Channel, story: Story) -> str:
    """A command: what it prints, writes and logs."""
    out, err = io.StringIO(), io.StringIO()
    with _overheard() as lines, TemporaryDirectory() as folder:
        written = Path(folder) / FILES.get(channel.name, "none")
        words = [str(written)] if channel.name in FILES else list(WORDS.get(channel.name, ()))
        call_command(channel.name, *words, stdout=out, stderr=err)
        text = written.read_text() if written.exists() else ""
    return f"{out.getvalue()} {err.getvalue()} {lines} {text}"


def letter(channel: Channel, story: Story) -> str:
    """A kind of notice: the mail that it makes, in full."""
    kind = NoticeKind(channel.name)
    reader, alarm = new_id(), Alarm(code=AlarmCode.PROBING, facts={}, since=now(), last_at=now())
    alarm.save(force_insert=True)
    about = alarm.id if kind == NoticeKind.ALARM else story.referral
    told = Notice(reader, kind, story.report, about, story.report, story.reference)
    row = Letter(new_id(), now(), 1, told, "liaison@ke-customs.example", "en", active=True)
    message = email.render(row)
    assert story.reference in message.subject or kind == NoticeKind.ALARM
    return str(message.message().as_string())


def carried(channel: Channel, story: Story) -> str:
    """A handler: what stands in the rows of its deliveries, and what it logs when it is told once more."""
    rows = list(Delivery.objects.filter(handler=channel.name).values("id", "error", "event__payload", "event__name"))
    with _overheard() as lines:
        for row in rows[:3]:
            try:
                with transaction.atomic():
                    handler = events.handler(row["event__name"], channel.name)
                    handler(events.rebuild(row["event__name"], row["event__payload"]))
            except IntegrityError:
                lines.append("it was done already")
    return f"{rows} {lines} {[each.message().as_string() for each in mail.outbox]}"


def ids(channel: Channel, story: Story) -> str:
    """A type of event: no field of it can hold a text, but for codes; and what was published in the story."""
    kind = events._types[channel.name]
    fields = {field.name: getattr(field.type, "__name__", str(field.type)) for field in dataclasses.fields(kind)}
    assert set(fields.values()) <= {"UUID", "int", "bool", "str"}, fields
    assert {name for name, type_ in fields.items() if type_ == "str"} <= CODES, fields
    return str(list(Event.objects.filter(name=channel.name).values()))


def desk(channel: Channel, story: Story) -> str:
    """A model in the administration: its list, a search in it, and each page of each of its first rows."""
    client = Client()
    come_in(client, User.objects.get(email=PLATFORM_ADMINISTRATOR))
    room = f"admin:{channel.name.lower().replace('.', '_')}"
    model = apps.get_model(channel.name)
    keys = list(model._default_manager.values_list("pk", flat=True)[:2])
    pages = [reverse(f"{room}_changelist"), reverse(f"{room}_add")]
    pages += [reverse(f"{room}_{page}", args=[key]) for key in keys for page in ("change", "history", "delete")]
    said = [client.get(page).content.decode() for page in pages]
    # A search says as little of a word that stands in a report as of one that stands nowhere.
    found = [client.get(pages[0], {"q": word}).content.decode() for word in (*sorted(CANARIES), str(story.report))]
    return " ".join(
        [
            *said,
            *(text.replace(word, "") for text, word in zip(found, (*sorted(CANARIES), str(story.report)), strict=True)),
        ]
    )


def filled(channel: Channel, story: Story) -> str:
    """A template of a mail: what it is filled in with is of these names and no other."""
    text = get_template(channel.name).template.source  # type: ignore[attr-defined]  # Django's own engine
    names = {name.partition("|")[0].partition(".")[0].strip() for name in re.findall(r"{{(.*?)}}", text)}
    assert names <= NAMES, names
    return str(text)


def served(channel: Channel, story: Story) -> str:
    """A static folder: files of the tree, the same for whoever asks."""
    found = [
        Path(storage.path(path)).read_text("latin-1")
        for finder in get_finders()
        for path, storage in finder.list(ignore_patterns=[])
        if path.partition("/")[0] == channel.name
    ]
    assert found
    return " ".join(found)


def broken(channel: Channel, story: Story) -> str:
    """An error page, for a reader of the report who sends its words along."""
    method, asked, headers = ASKED_FOR[channel.name]
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    come_in(client, User.objects.get(email="liaison@stranger.example"))
    with patch.object(Account, "get", _raise) if channel.name == "handler500" else nullcontext(), _overheard() as lines:
        answer = client.generic(method, asked.format(report=story.report), headers=headers)
    assert answer.status_code == int(channel.name.removeprefix("handler"))
    return f"{answer.content.decode()} {answer.headers} {lines}"


def _raise(*_: object) -> None:
    """Somebody's mistake, with a report in its hands."""
    content = f"{sorted(CANARIES)}"
    raise RuntimeError(f"a mistake of {len(content)} letters")


ASKED_FOR: dict[str, tuple[str, str, dict[str, str]]] = {
    "handler400": ("GET", "/account/", {"Host": "elsewhere.example"}),
    "handler403": ("POST", "/account/preferences/", {}),
    "handler404": ("GET", "/reports/{report}/", {}),
    "handler500": ("GET", "/account/", {}),
}
PROBES: dict[str, Probe] = {
    probe.__name__: probe for probe in (run, said, letter, carried, ids, desk, filled, served, broken)
}
