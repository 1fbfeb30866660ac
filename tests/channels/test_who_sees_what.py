"""Policies × viewers × channels: an answer shows a report's words to whoever may read it, and to nobody else.

Every door of the access matrix that is asked by GET, and the searches, are asked by every viewer while reports under many
policies are there. Who may read is told by the oracle of ``tests/sharing``, which knows neither tokens nor rules.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

import pytest

from apps.agencies.policy import Actor
from apps.outbox.actions import relay
from apps.referrals.models import Referral
from apps.sharing.models import Label
from apps.sharing.policy import Facts, Member
from apps.sharing.queries import facts_of, members
from tests.access.register import ROWS
from tests.access.story import Reader as Browser
from tests.callers import Caller
from tests.cast import Cast
from tests.evidence import Evidence
from tests.sharing.oracle import Reader, reads
from tests.sizes import SEED, size
from tests.worlds.bodies import CUSTOMS, analysis, elsewhere, seizure

pytestmark = pytest.mark.django_db
STORIES = size(commit=1, landing=4, release=26)
POLICIES = 10  # reports in a story
AT_A_DOOR = 1  # of them, whose ids a door is asked with
VIEWERS = (
    ("officer", "SG-CUSTOMS"),
    ("analyst", "KE-CUSTOMS"),
    ("liaison", "CN-CUSTOMS"),
    ("liaison", "WWF"),
    ("liaison", "STRANGER"),
    ("admin", "SG-CUSTOMS"),
    ("liaison", "WCO"),
    ("platform", ""),
)
# Asked of a report by its id, or of all; where nothing else narrows them, these show whatever may be read.
SHOW_ALL = ("/api/v1/reports/?limit=200", "/api/v1/reports/{report}/", "/reports/{report}/")
SKIPPED = ("/api/v1/schema/", "/api/v1/docs/", "/sign-out")  # the same for all, dear to draw; and the end of a session


@dataclass(frozen=True, slots=True)
class Filed:
    """A report under some policy; its word stands in every text of it."""

    id: UUID
    word: str
    facts: Facts
    referral: UUID | None


def _filed(cast: Cast, draw: Random, number: int) -> tuple[str, UUID]:
    """File one: of any kind and label, naming and leaving out whomever; some are drafts, some withdrawn."""
    word = f"Kanal{''.join(draw.choice('bdfgklmnprstvz') + draw.choice('aeiou') for _ in range(5))}"
    codes = [*CUSTOMS.values(), "WWF", "STRANGER", "WCO", "WILDAID"]
    named, withheld = draw.sample(codes, draw.randrange(3)), draw.sample(codes, draw.randrange(3))
    policy: dict[str, Any] = {
        "tlp": ("RED", "AMBER_STRICT", "AMBER", "GREEN", "CLEAR")[number % 5],
        "law_enforcement_only": draw.random() < 0.5,
        "named": named,
        "withheld_from": [code for code in withheld if code not in named],
        "title": word,
        "narrative": word,
        "case_number": word,
    }
    at, *route = elsewhere(draw, count=4)
    source, through, to = route
    body = seizure(draw, at=at, route=(source, through, to), **policy) if number % 3 else analysis(draw, **policy)
    code = CUSTOMS[at]
    body = {
        **body,
        "named": [c for c in named if c != code],
        "withheld_from": [c for c in policy["withheld_from"] if c != code],
    }
    caller = Caller(cast.actor(draw.choice(["officer", "liaison"]), code))
    return word, caller.draft(body) if number % 7 == 6 else caller.submitted(body)


def _story(cast: Cast, draw: Random) -> list[Filed]:
    made = [_filed(cast, draw, number) for number in range(POLICIES)]
    relay()
    found = []
    for word, report in made:
        asked = Referral.objects.filter(report_id=report).order_by("id").first()
        found.append(Filed(report, word, facts_of(Label.objects.get(id=report)), asked.id if asked else None))
    return found


def _reader(actor: Actor) -> Reader:
    member: Member | None = members([actor.agency_token]).get(actor.agency_token) if actor.agency_id else None
    return Reader(member, actor.roles, actor.user_token)


def _asked(story: list[Filed], draw: Random) -> Iterator[tuple[str, str, Any]]:
    """Every address: those without an id once, those of a report or a referral for some of them; and a search for each."""
    paths = [row[1] for row in ROWS if row[0] == "GET" and not row[1].startswith(SKIPPED)]
    for path in [*paths, SHOW_ALL[0]]:
        if not {"{report}", "{draft}", "{referral}"} & set(path.split("/")):
            yield "GET", path.format(notice=story[0].id, token=story[0].id), None
            continue
        for filed in draw.sample(story, AT_A_DOOR):
            yield "GET", path.format(report=filed.id, draft=filed.id, referral=filed.referral or filed.id), None
    for filed in story:
        yield "POST", "/api/v1/reports/search/", {"q": filed.word}


@pytest.mark.parametrize("number", range(STORIES))
def test_an_answer_shows_a_report_to_whoever_may_read_it_and_to_nobody_else(
    cast: Cast, number: int, evidence: Evidence
) -> None:
    draw = Random(f"{SEED}/channels/{number}")
    story = _story(cast, draw)
    for word, code in VIEWERS:
        actor = cast.actor(word, code) if code else cast.platform
        may = {filed.word for filed in story if reads(facts=filed.facts, reader=_reader(actor))}
        browser = Browser(actor)
        for method, path, body in _asked(story, draw):
            _looked_at(browser, method, path, body, story, may)
            evidence.add("checks", len(story))


def _looked_at(browser: Browser, method: str, path: str, body: Any, story: list[Filed], may: set[str]) -> None:
    text = browser.asks(method, path, body).content.decode()
    shown = {filed.word for filed in story if filed.word in text}
    assert shown <= may, f"{method} {path} {body or ''} shows {shown - may}"
    of_all = path == SHOW_ALL[0]
    whole = {
        filed.word for filed in story if of_all or path in {each.format(report=filed.id) for each in SHOW_ALL[1:2]}
    }
    assert shown & whole == may & whole, f"{method} {path} does not show {may & whole - shown}"
