"""What a reader asks: every door of the access matrix, lists by every filter, guesses, writes that hold, and mistakes.

A move makes a request from what the session knows by then: ids that are the reader's, ids that others hide, ids of nothing.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.urls import NoReverseMatch, reverse

from tests.access.register import ROWS, sent
from tests.web.visiting import flat
from tests.worlds.asking import Answered, Ask
from tests.worlds.bodies import CUSTOMS, analysis, elsewhere, seizure
from tests.worlds.mistakes import MISTAKES
from tests.worlds.scene import Ids

API = "/api/v1/"
FOUND = re.compile(r'"(id|next)":"([^"]+)"')
GUESSES, VISITED = 6, 7
Move = Callable[["Session"], Ask]


class Session:
    """What one reader knows while asking: it learns from answers, as a program would that walks through the product."""

    def __init__(self, draw: Random, seen: Ids, secret: Ids, home: str, start: datetime) -> None:
        self.draw, self.secret, self.home, self.start = draw, secret, home, start
        self.seen: Ids = {kind: list(ids) for kind, ids in seen.items()}
        self.following: list[str] = []

    def learn(self, asked: Ask, answered: Answered) -> None:
        """Ids of what was made or listed, and the addresses of next pages."""
        if not asked.path.startswith(API) or answered.status not in {200, 201}:
            return
        for name, value in FOUND.findall(answered.content[:20_000]):
            if name == "next":
                self.following.append(value.partition("/api")[1] + value.partition("/api")[2])
            elif asked.method == "POST" and asked.path.endswith(("/reports/", "/copy/")):
                self.seen.setdefault("draft", []).append(value)

    def one(self, kind: str, where: str) -> str:
        """An id of that kind: the reader's own to see, somebody's secret, or nobody's."""
        pool = (self.seen if where == "seen" else self.secret).get(kind, []) if where != "absent" else []
        return self.draw.choice(pool) if pool else str(UUID(bytes=self.draw.randbytes(16), version=4))

    def words(self) -> str:
        """Something to search for: words of what is seen, of what is secret, and pieces of them."""
        known = [*self.seen.get("word", ()), *self.secret.get("word", ()), "ivory", "scales", "Manis", "Found"]
        text: str = self.draw.choice([each for each in known if each])
        return text[: self.draw.randrange(3, 9)] if self.draw.random() < 0.3 else text

    def agency(self) -> str:
        """Of a member, of nobody, or of one that is hidden."""
        code: str = self.draw.choice([*CUSTOMS.values(), "WWF", "STRANGER", "NOBODY", *self.secret.get("agency", ())])
        return code


def moves(draw: Random, *, staff: bool, most: int) -> list[Move]:
    """So many moves, shuffled: every door at least once with each kind of id, then what fills the rest."""
    doors = [*_doors(), *_guesses(), *_visits()]
    fixed = [*doors, *[_page(path) for path in _desk()]] if staff else doors
    kinds = [
        _list,
        _search,
        _referrals,
        _pages,
        _follow,
        _preview,
        _file_page,
        _file,
        _write,
        _answer,
        _mistake,
        _keyed,
    ]
    rest = [draw.choice([*kinds, _admin_query] if staff else kinds) for _ in range(max(40, most - len(fixed)))]
    chosen = [*fixed, *rest]
    draw.shuffle(chosen)
    return chosen


def _doors() -> Iterator[Move]:
    for method, words, body, *_ in ROWS:
        for where in ("seen", "secret", "absent") if "{" in words or body == "draft" else ("seen",):
            yield _door(method, words, body, where)


def _guesses() -> Iterator[Move]:
    """What somebody would ask who knows what to look for: every agency's code, and each word of a secret."""
    for code in CUSTOMS.values():
        yield _page(f"{API}reports/?q={code}")
    for number in range(GUESSES):
        yield _guess(number)


def _guess(number: int) -> Move:
    def move(session: Session) -> Ask:
        words = session.secret.get("word") or ["nothing"]
        return Ask("POST", f"{API}reports/search/", {"q": words[number % len(words)]})

    return move


def _visits() -> Iterator[Move]:
    """What came last is looked at from every side: of what is seen, the reports about which something is hidden."""
    for number in range(1, VISITED + 1):
        for path in (f"{API}reports/{{}}/", f"{API}reports/{{}}/audience/", "/reports/{}/"):
            yield _visit(path, number)


def _visit(path: str, number: int) -> Move:
    def move(session: Session) -> Ask:
        reports = session.seen["report"]
        return Ask("GET", path.format(reports[-number % len(reports)]))

    return move


def _door(method: str, words: str, body: str, where: str) -> Move:
    def move(session: Session) -> Ask:
        path = re.sub(r"\{(\w+)\}", lambda found: session.one(found[1], where), words)
        return Ask(method, path, sent(body, session.one("draft", where)))

    return move


def _filters(session: Session) -> dict[str, str]:
    draw, day = session.draw, session.start
    offered: dict[str, Callable[[], str]] = {
        "q": session.words,
        "country": lambda: draw.choice(sorted(CUSTOMS)),
        "part": lambda: draw.choice(["ORIGIN", "EXPORT", "TRANSIT", "DESTINATION", "DISCOVERY"]),
        "taxon": lambda: draw.choice(["Manis spp.", "Loxodonta africana", "Elephantidae spp.", "Nothing at all"]),
        "kind": lambda: draw.choice(["SEIZURE", "ANALYSIS"]),
        "originator": session.agency,
        "state": lambda: draw.choice(["DRAFT", "SUBMITTED", "WITHDRAWN"]),
        "since": lambda: draw.choice([f"{day:%F}", "2019-01-01", f"{day + timedelta(minutes=5):%FT%TZ}"]),
        "until": lambda: draw.choice([f"{day + timedelta(minutes=20):%FT%TZ}", f"{day + timedelta(days=1):%F}"]),
    }
    return {name: offered[name]() for name in draw.sample(sorted(offered), draw.choice((0, 1, 1, 1, 2, 2, 3)))}


def _query(asked: dict[str, str]) -> str:
    return "?" + "&".join(f"{name}={value.replace(' ', '%20')}" for name, value in asked.items())


def _list(session: Session) -> Ask:
    return Ask(
        "GET", f"{API}reports/" + _query({**_filters(session), "limit": str(session.draw.choice((1, 2, 3, 5, 50)))})
    )


def _search(session: Session) -> Ask:
    return Ask("POST", f"{API}reports/search/", {**_filters(session), "limit": session.draw.choice((1, 3, 50))})


def _referrals(session: Session) -> Ask:
    draw = session.draw
    offered = {
        "of": "mine",
        "state": draw.choice(["OPEN", "ACKNOWLEDGED", "ACCEPTED", "ACTED", "CLOSED", "DECLINED", "CANCELLED"]),
        "overdue": draw.choice(["true", "false"]),
        "limit": draw.choice(["1", "2", "20"]),
    }
    room = draw.choice(["referrals/", "referrals/", "notifications/"])
    names = ["limit"] if room == "notifications/" else draw.sample(sorted(offered), draw.randrange(4))
    return Ask("GET", API + room + _query({name: offered[name] for name in names}))


def _pages(session: Session) -> Ask:
    room = session.draw.choice(["/received/", "/received/", "/sent/", "/drafts/", "/notifications/", "/"])
    return Ask("GET", room + (_query(_filters(session)) if room in {"/received/", "/sent/", "/drafts/"} else ""))


def _follow(session: Session) -> Ask:
    return Ask("GET", session.draw.choice(session.following)) if session.following else _list(session)


def _body(session: Session, **changes: Any) -> dict[str, Any]:
    """Something to file: it names agencies, among them some that are nobody's business."""
    draw = session.draw
    if draw.random() < 0.4:
        return analysis(draw, named=[session.agency()], **changes)
    at = session.home or "SG"
    source, through, to = elsewhere(draw, at, count=3)
    extra: dict[str, Any] = (
        {"named": [session.agency()]} if draw.random() < 0.3 else {"withheld_from": [session.agency()]}
    )
    return seizure(draw, at=at, route=(source, through, to), **{**extra, **changes})


def _preview(session: Session) -> Ask:
    return Ask("POST", f"{API}reports/preview/", _body(session))


def _file(session: Session) -> Ask:
    return Ask("POST", f"{API}reports/", _body(session))


def _file_page(session: Session) -> Ask:
    source, through, to = elsewhere(session.draw, count=3)
    fields = flat(seizure(session.draw, at=session.home or "SG", route=(source, through, to)))
    return Ask("POST", "/reports/new/seizure/", {**fields, "do": session.draw.choice(["save", "preview"])})


def _keyed(session: Session) -> Ask:
    """The same key again and again, and one that others have used."""
    keys = ["mine", "mine too", *session.secret.get("key", ())]
    return Ask("POST", f"{API}reports/", {"kind": "ANALYSIS"}, {"Idempotency-Key": session.draw.choice(keys)})


def _write(session: Session) -> Ask:
    """Something is done to a draft or a report: the reader's, or one that is not theirs."""
    draw, where = session.draw, session.draw.choice(["seen", "seen", "secret", "absent"])
    draft, report = session.one("draft", where), session.one(draw.choice(["report", "draft"]), where)
    return draw.choice(
        [
            Ask("PATCH", f"{API}reports/{draft}/", {"title": "Another", "named": [session.agency()]}),
            Ask("POST", f"{API}reports/{draft}/submit/"),
            Ask("POST", f"{API}reports/{report}/copy/"),
            Ask("POST", f"{API}reports/{report}/withdraw/"),
            Ask("POST", f"{API}reports/{report}/passings/", {"agency": session.agency(), "reason": "They inspect it"}),
            Ask("POST", f"/reports/{draft}/edit/what/", flat(seizure(draw, at="SG", route=("KE", "AE", "CN")))),
            Ask("POST", f"/reports/{draft}/check/"),
        ]
    )


def _answer(session: Session) -> Ask:
    draw, where = session.draw, session.draw.choice(["seen", "seen", "secret"])
    verb, body = draw.choice(
        [
            ("accept", None),
            ("acknowledge", None),
            ("decline", {"reason": "Not ours"}),
            ("reopen", None),
            ("actions", {"kind": "ENQUIRY", "text": session.words()}),
            ("close", {"outcome": "Done"}),
        ]
    )
    before = draw.choice([API, "/"])
    return Ask("POST", f"{before}referrals/{session.one('referral', where)}/{verb}/", body)


def _mistake(session: Session) -> Ask:
    return session.draw.choice(MISTAKES)


def _page(path: str) -> Move:
    return lambda session: Ask("GET", path)


def _desk() -> Iterator[str]:
    """The administration: its lists, the forms to add, what is there of each model, its history and its end."""
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{name}_changelist")
        yield reverse(f"{name}_add")
        row = model._default_manager.order_by("pk").first()
        for page in ("change", "history", "delete"):
            try:
                yield reverse(f"{name}_{page}", args=[row.pk if row else 0])
            except NoReverseMatch:
                continue


def _admin_query(session: Session) -> Ask:
    model = session.draw.choice(sorted(admin.site._registry, key=lambda each: each._meta.label))
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    asked = session.draw.choice(
        [{"q": session.words()}, {"q": session.one("report", "secret")}, {"o": "1"}, {"p": "1"}]
    )
    return Ask("GET", address + _query(asked))
