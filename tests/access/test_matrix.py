"""Every door and every kind of reader: what each is answered, and whether it shows anything of the report.

``matrix.txt`` holds a row for every address and method of the product; a new one without a row fails here. A cell is the
status, with ``+`` where the answer shows content of the report or of the draft, and ``r`` where it tells that there is such
a report (its reference or an id) and no more. Whoever the report is not for sees neither, whatever the table says.
And whatever shows content or a trace of it leaves exactly one line in the audit trail, without content.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from tests.access.lines import wrong
from tests.access.register import ROWS, sent
from tests.access.story import CANARIES, DRAFTED, READERS, Story, readers, told
from tests.cast import Cast

pytestmark = pytest.mark.django_db
OUTSIDE = {"admin SG-CUSTOMS", "liaison UG-CUSTOMS", "liaison STRANGER", "platform", "nobody"}
OWN = {"officer SG-CUSTOMS", "liaison SG-CUSTOMS", "analyst SG-CUSTOMS"}
ADMIN = "admin/"
METHODS = ("GET", "POST", "PATCH", "DELETE", "PUT")


def _path(story: Story, words: str) -> str:
    ids = {"report": story.report, "draft": story.draft, "referral": story.referral, "notice": story.notice}
    return words.format(**ids, token=story.token)


def _cell(answer: HttpResponse, story: Story, path: str) -> str:
    """What the answer is and shows, as the table writes it; what the address itself says is no news."""
    text = answer.content.decode() + str(dict(answer.headers))
    content = any(word in text for word in {*CANARIES, DRAFTED})
    trace = any(word in text for word in story.traces if word not in path)
    return f"{answer.status_code}{'+' if content else 'r' if trace else ''}"


def _room(row: list[str]) -> str:
    """Rows that share a telling of the story: the first name of their address, of the API apart."""
    first, second, *_ = [*row[1].strip("/").replace("api/v1/", "api-").split("/"), ""]
    return first.partition("?")[0] or second or "inbox"


@pytest.mark.parametrize("room", sorted({_room(row) for row in ROWS}))
def test_a_door_answers_each_reader_as_the_table_says(cast: Cast, room: str) -> None:
    story = told(cast)
    people = readers(cast)
    for method, words, body, *expected in [row for row in ROWS if _room(row) == room]:
        path = _path(story, words)
        found = {}
        for reader, person in people.items():
            answer = person.asks(method, path, sent(body, story.draft))
            found[reader] = _cell(answer, story, path)
            _shows_nothing_that_is_not_theirs(answer, reader, story, path)
            lines, shows = person.left, found[reader][-1] in "+r"
            assert wrong(method, answer, lines, shows=shows) == "", f"{method} {words} of {reader}: {lines}"
            assert not any(word in line.payload for line in lines for word in {*CANARIES, DRAFTED, story.reference})
        assert found == dict(zip(READERS, expected, strict=True)), f"{method} {words}"


def _shows_nothing_that_is_not_theirs(answer: HttpResponse, reader: str, story: Story, path: str) -> None:
    text = answer.content.decode() + str(dict(answer.headers))
    hidden = {DRAFTED, str(story.draft)} if reader not in OWN else set()
    if reader in OUTSIDE:
        hidden |= CANARIES | story.traces
    shown = {word for word in hidden if word in text and word not in path}
    assert shown == set(), f"{reader} is shown {shown} by {path}"


def _doors(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _doors(pattern.url_patterns, route)
        elif route.startswith(ADMIN):
            yield ADMIN, None  # one door by its prefix: its own tests walk through every page of it
        else:
            yield route, pattern.callback


def _methods(callback: Any) -> set[str]:
    """The methods that a door takes; of a function GET alone is asked."""
    view = getattr(callback, "view_class", None)
    if view is None:
        return {"GET"}
    taken = {method for method in METHODS if hasattr(view, method.lower())} & {
        m.upper() for m in view.http_method_names
    }
    return taken - ({"PUT"} if hasattr(view, "form_valid") else set())  # Django's form pages take PUT as another POST


def test_every_door_and_method_of_the_product_has_a_row() -> None:
    doors = {
        (route, method) for route, callback in _doors(get_resolver().url_patterns) for method in _methods(callback)
    }
    rows = {(_route(row[1]), row[0]) for row in ROWS}
    assert rows - doors == set(), "rows of doors that are none any more"
    assert doors - rows == set(), "doors that nobody has thought about: add them to tests/access/matrix.txt"


def _route(words: str) -> str:
    path = re.sub(r"\{\w+\}", "00000000-0000-4000-8000-000000000000", words).partition("?")[0]
    route = resolve(path).route
    return ADMIN if route.startswith(ADMIN) else route


def test_the_readers_of_the_story_are_shown_all_of_its_texts(cast: Cast) -> None:
    """Otherwise the canaries that are missing elsewhere would prove nothing."""
    story = told(cast)
    for reader, person in readers(cast).items():
        text = person.asks("GET", f"/api/v1/reports/{story.report}/").content.decode()
        assert {word for word in CANARIES if word in text} == (set() if reader in OUTSIDE else CANARIES)
