"""``manage.py seed``: the vocabularies and the cast; with ``--scenario NAME`` a story too. Running it twice changes nothing."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from apps.core.clock import now
from apps.reference.actions import load_reference
from seeds import marks
from seeds.cast import load_cast, second_administrator
from seeds.reference import reference_data

type_progress = Callable[[int], object]
NAME = re.compile(r"[a-z][a-z0-9-]*")


class Command(BaseCommand):
    """Seed the database."""

    help = "Loads the vocabularies and the cast; with --scenario a story told by the same actions as people use."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scenario", metavar="NAME", help="a story of seeds/scenarios, such as spring-2019")
        parser.add_argument("--reference", action="store_true", help="the vocabularies alone")
        parser.add_argument("--users", action="store_true", help="the demo accounts outside development too")
        parser.add_argument("--once", action="store_true", help="leave out what these very files have seeded before")

    def handle(
        self, *args: Any, scenario: str | None = None, reference: bool = False, users: bool = False, **options: Any
    ) -> None:
        people = settings.DEVELOPMENT or users
        parts: dict[str, Callable[[], None]] = {"vocabularies": _vocabularies}
        if not reference:
            parts["cast"] = lambda: _cast(people=people)
        if scenario:
            story = _story(scenario)
            if people:
                parts["second administrator"] = lambda: second_administrator(now=now())
            parts[scenario] = lambda: story.run(now=now(), progress=_walk)
        for part, load in parts.items():
            if not (options["once"] and marks.is_done(part)):
                load()
                if not marks.is_done(part):
                    marks.set_done(part, now=now())


def _vocabularies() -> None:
    data = reference_data()
    with _bar("Loading vocabularies", len(data)) as progress:
        load_reference(data=data, now=now(), progress=progress)


def _cast(*, people: bool) -> None:
    """The demo password is hashed once for everybody; where there is none, nobody can sign in."""
    encoded = make_password(settings.DEMO_PASSWORD) if people and settings.DEMO_PASSWORD else None
    with _bar("Loading the cast", 1) as progress:
        load_cast(users=people, password_hash=encoded, now=now())
        progress(1)


def _story(name: str) -> Any:
    """The module that tells the story; CommandError where there is none of that name."""
    module = f"seeds.scenarios.{name.replace('-', '_')}"
    try:
        return import_module(module) if NAME.fullmatch(name) else _unknown(name)
    except ModuleNotFoundError as error:
        if error.name not in {module, "seeds.scenarios"}:
            raise
        return _unknown(name)


def _unknown(name: str) -> None:
    raise CommandError(f"There is no scenario {name!r} in seeds/scenarios.")


def _walk(items: Sequence[Any], words: str) -> Iterable[Any]:
    """The items, one by one, with a bar beside them."""
    return tqdm(items, desc=words, disable=not sys.stderr.isatty(), leave=False)


@contextmanager
def _bar(words: str, total: int) -> Iterator[type_progress]:
    """A progress bar on the terminal's error stream; nothing where that is a file."""
    with tqdm(total=total, desc=words, disable=not sys.stderr.isatty(), leave=False) as bar:
        yield bar.update
