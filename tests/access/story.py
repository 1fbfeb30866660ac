"""The story behind the matrix: one report with a canary in every text, and everybody who stands in some relation to it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from apps.agencies.models import ApiToken, User
from apps.agencies.policy import Actor
from apps.notifications.models import Notification
from apps.outbox.actions import relay
from apps.referrals.models import Referral
from tests.access.lines import Line, Lines
from tests.callers import API, ETIS, Caller, read
from tests.cast import Cast
from tests.doors import come_in

READERS = (
    "officer SG-CUSTOMS",  # the author
    "liaison SG-CUSTOMS",
    "analyst SG-CUSTOMS",
    "admin SG-CUSTOMS",
    "liaison KE-CUSTOMS",  # a counterpart
    "liaison MY-CUSTOMS",  # told for information
    "liaison WILDAID",  # a named NGO
    "liaison UG-CUSTOMS",  # a counterpart that it is withheld from
    "liaison STRANGER",
    "platform",
    "nobody",
)
# A word that nobody else writes, in every text that the report has.
TEXTS = {
    "title": "Kanarititle",
    "narrative": "Kanarinarrative",
    "case_number": "Kanaricase",
    "handling_note": "Kanarihandling",
    "place": {"name": "Kanariplace", "country": "SG"},
}
STOP = "Kanaristop"
CANARIES = frozenset({"Kanarititle", "Kanarinarrative", "Kanaricase", "Kanarihandling", "Kanariplace", STOP})
DRAFTED = "Kanaridraft"


def _body(**changes: Any) -> dict[str, Any]:
    first, *rest = ETIS["route"]
    route = [{**first, "place": STOP}, *rest]
    return {**ETIS, **TEXTS, "route": route, "handling": ["H3"], "withheld_from": ["UG-CUSTOMS"], **changes}


@dataclass(frozen=True, slots=True)
class Story:
    """What happened, and the ids that doors are asked with."""

    report: UUID
    draft: UUID
    referral: UUID
    notice: UUID
    token: UUID
    reference: str

    @property
    def traces(self) -> frozenset[str]:
        """What tells that there is such a report, without telling anything of it."""
        return frozenset({self.reference, str(self.report), str(self.draft), str(self.referral)})


def told(cast: Cast) -> Story:
    """Singapore files it and names an NGO; Kenya is asked, Malaysia informed, Uganda left out; and there is a draft."""
    officer = Caller(cast.officer("SG-CUSTOMS"))
    report = officer.submitted(_body(), named=["WILDAID"])
    draft = officer.draft(_body(title=DRAFTED))
    relay()
    return Story(
        report=report,
        draft=draft,
        referral=Referral.objects.get(agency__code="KE-CUSTOMS").id,
        notice=Notification.objects.get(user=cast.user("liaison", "KE-CUSTOMS")).id,
        token=ApiToken.objects.get(user_id=officer.actor.user_id).id,
        reference=read(officer.get(f"reports/{report}/"))["reference"],
    )


class Reader:
    """Somebody with an API token and signed in at a browser; or a visitor with neither."""

    def __init__(self, who: Actor | None) -> None:
        self._caller = Caller(who) if who else None
        self._browser = Client()  # one for all: each new one reads every static file before its first request
        self.left: list[Line] = []
        if who:
            come_in(self._browser, User.objects.get(id=who.user_id))
        self._signed_in = {name: morsel.value for name, morsel in self._browser.cookies.items()}

    def asks(self, method: str, path: str, body: object = None) -> HttpResponse:
        """One request, by the API with the token, of a page with the session; what it did is undone.

        ``left``: its lines in the trail.
        """
        trail = Lines()
        point = transaction.savepoint()  # a bare one: budgets insist on a transaction of their own
        answer = self._api(method, path, body) if path.startswith(API) else self._page(method, path, body)
        self.left = trail.new()
        transaction.savepoint_rollback(point)
        assert isinstance(answer, HttpResponse)
        return answer

    def _api(self, method: str, path: str, body: object) -> Any:
        if self._caller:
            return self._caller.call(method, path, body)
        self._browser.cookies.clear()
        return self._browser.generic(method, path, headers={"Content-Type": "application/json"})

    def _page(self, method: str, path: str, body: object) -> Any:
        self._browser.cookies.clear()
        self._browser.cookies.load(self._signed_in)
        return self._browser.get(path) if method == "GET" else self._browser.post(path, body or {})


def readers(cast: Cast) -> dict[str, Reader]:
    """Everybody, by the names of ``READERS``."""
    people = {reader: cast.actor(*reader.split()) for reader in READERS if " " in reader}
    return {
        reader: Reader(people.get(reader) or (cast.platform if reader == "platform" else None)) for reader in READERS
    }
