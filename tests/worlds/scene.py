"""Where a story is told: who acts, at what time, by the product's own actions; and what of it the reader may see."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from apps.agencies.acting import acting
from apps.agencies.models import Agency, ApiToken
from apps.core.clock import now
from apps.notifications.actions import send_due
from apps.notifications.models import Notification
from apps.outbox.actions import relay
from apps.referrals import actions as referrals
from apps.referrals.models import Referral
from apps.reports import actions as reports
from tests.cast import Cast
from tests.worlds.bodies import CUSTOMS, analysis, elsewhere, seizure, word
from tests.worlds.chance import Chance

Ids = dict[str, list[str]]
ACT = 0.001  # of a step: what one act after the other takes


@dataclass(slots=True)
class Scene:
    """``seen`` and ``secret`` hold ids by kind (report, draft, referral, notice, token) and words under ``word``."""

    cast: Cast
    chance: Chance
    draw: Random
    reader: tuple[str, str]
    seen: Ids = field(default_factory=lambda: defaultdict(list))
    secret: Ids = field(default_factory=lambda: defaultdict(list))
    _base: float = 0.0
    _acts: int = 0

    @property
    def agency(self) -> str:
        return self.reader[1]

    @property
    def home(self) -> str:
        """The reader's country; empty for a body of no country."""
        return Agency.objects.get(code=self.agency).country_id or ""

    def at(self, step: float) -> None:
        """What follows happens at this step of the story."""
        self._base, self._acts = step, 0
        self._next("at")

    def _next(self, what: str) -> None:
        self._acts += 1
        self.chance.step(f"{self._base}/{self._acts}/{what}", self._base + self._acts * ACT)

    def does(self, who: tuple[str, str], what: Callable[..., Any], **named: Any) -> Any:
        """Somebody does something, in a transaction of theirs."""
        actor = self.cast.actor(*who)
        self._next(what.__name__)
        with acting(actor):
            return what(actor=actor, now=now(), **named)

    def draft(self, code: str, body: dict[str, Any], person: str = "liaison") -> UUID:
        """A draft of that agency's."""
        return UUID(str(self.does((person, code), reports.draft_report, data=body).id))

    def submit(self, code: str, draft: UUID, person: str = "liaison") -> str:
        """Submit it, and carry what follows; returns its reference."""
        report = self.does((person, code), reports.submit_report, report_id=draft)
        self.carry()
        return str(report.reference)

    def file(self, code: str, body: dict[str, Any], person: str = "liaison") -> UUID:
        """Both."""
        draft = self.draft(code, body, person)
        self.submit(code, draft, person)
        return draft

    def answer(self, code: str, verb: str, report: UUID, **named: Any) -> None:
        """That agency's answer to what it is asked about the report, and what follows of it."""
        asked = Referral.objects.get(report_id=report, agency__code=code)
        self.does(("liaison", code), getattr(referrals, verb), referral_id=asked.id, **named)
        self.carry()

    def carry(self) -> None:
        """What a worker does next: relay, then mail."""
        self._next("carry")
        carry()


def carry() -> None:
    """Relay what was published and send what is due, as the worker's database role."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE counterpart_worker")
        relay()
        send_due()
        cursor.execute("RESET ROLE")


def tell(scene: Scene) -> None:
    """The story that the reader may see: what its agency got, filed, drafted and answered, and what was withdrawn."""
    got = [_to_reader(scene, number) for number in range(4)]
    _for_all(scene)
    own = _own(scene)
    _answered(scene, got, own)
    withdrawn = got[3]
    scene.at(40)
    scene.does(("liaison", _originator(withdrawn)), reports.withdraw_report, report_id=withdrawn)
    scene.carry()
    _learn(scene)


def _originator(report: UUID) -> str:
    return str(Agency.objects.get(id__in=Referral.objects.filter(report_id=report).values("originator_id")).code)


def _to_reader(scene: Scene, number: int) -> UUID:
    """Something that reaches the reader's agency: on its route, or by its name where it is on no route."""
    scene.at(number)
    at, *route = elsewhere(scene.draw, scene.home, count=4)
    named = {} if scene.home in CUSTOMS and scene.agency == CUSTOMS[scene.home] else {"named": [scene.agency]}
    if not named:
        route[scene.draw.randrange(3)] = scene.home
    source, through, to = route
    law = scene.cast.agency(scene.agency).law_enforcement
    body = seizure(scene.draw, at=at, route=(source, through, to), law_enforcement_only=law, **named)
    report = scene.file(CUSTOMS[at], body)
    scene.seen["report"].append(str(report))
    scene.seen["word"] += [body["title"].split()[0], body["place"]["name"]]
    return report


def _for_all(scene: Scene) -> None:
    """For every member; one of them is withheld from somebody else already."""
    for number, tlp in enumerate(("GREEN", "CLEAR")):
        scene.at(10 + number)
        (at,) = elsewhere(scene.draw, scene.home, count=1)
        body = analysis(scene.draw, tlp=tlp, law_enforcement_only=False)
        scene.seen["report"].append(str(scene.file(CUSTOMS[at], body)))


def _own(scene: Scene) -> list[UUID]:
    """The reader's own agency's: sent and drafted, where it files at all."""
    if scene.agency == "TENCENT":
        return []
    sent = []
    for number in range(4):
        scene.at(20 + number)
        body = _own_body(scene)
        if number < 2:
            sent.append(scene.file(scene.agency, body))
        else:
            scene.seen["draft"].append(str(scene.draft(scene.agency, body)))
    scene.seen["report"] += map(str, sent)
    return sent


def _own_body(scene: Scene) -> dict[str, Any]:
    if not scene.cast.agency(scene.agency).law_enforcement:
        return analysis(scene.draw, named=["KE-CUSTOMS"], law_enforcement_only=False)
    at = scene.home or "SG"
    source, through, to = elsewhere(scene.draw, at, count=3)
    return seizure(scene.draw, at=at, route=(source, through, to))


def _answered(scene: Scene, got: list[UUID], own: list[UUID]) -> None:
    """The reader's agency answers one; others answer one of its own."""
    scene.at(30)
    scene.answer(scene.agency, "acknowledge", got[0])
    if own:
        scene.at(31)
        asked = Referral.objects.filter(report_id=own[0]).earliest("id").agency.code
        scene.answer(asked, "acknowledge", own[0])


def _learn(scene: Scene) -> None:
    """Ids of what is the reader's to see, as its pages would tell them."""
    person = scene.cast.user(*scene.reader) if scene.reader[1] else None
    code = scene.agency
    asked = Referral.objects.filter(Q(agency__code=code) | Q(report__label__originator__code=code)).order_by(
        "opened_at", "id"
    )
    scene.seen["referral"] += [str(row.id) for row in asked]
    notices = Notification.objects.filter(user=person).order_by("created_at", "id")
    scene.seen["notice"] += [str(row.id) for row in notices]
    scene.seen["token"] += [str(row.id) for row in ApiToken.objects.filter(user=person)]
    scene.seen["word"].append(word(scene.draw))
