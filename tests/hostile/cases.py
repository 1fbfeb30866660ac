"""Requests made from our own schema: what it allows and forbids, with ids of what is there, was there, and is others'."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.result import Ok

from apps.notifications.models import Notification
from apps.outbox.actions import relay
from apps.referrals.models import Referral
from config.api_docs import described
from tests.callers import ETIS, PANGOLINS, Caller
from tests.cast import Cast

NOBODY = "nobody"
# The author's colleague; a counterpart; who must get nothing; and who runs the platform and reads nothing.
IDENTITIES = ("liaison SG-CUSTOMS", "liaison KE-CUSTOMS", "liaison STRANGER", "platform", NOBODY)


@dataclass(slots=True)
class Story:
    """What is there to be asked for, and who asks; ``deleted`` grows as the requests go on."""

    callers: dict[str, Caller]
    reports: list[UUID]
    referrals: list[UUID]
    notices: list[UUID]
    deleted: set[UUID] = field(default_factory=set)

    def ids(self, path: str) -> list[UUID]:
        """The ids that an address of this path may be asked with."""
        kinds = {"reports": self.reports, "referrals": self.referrals, "notifications": self.notices}
        return next((ids for kind, ids in kinds.items() if f"/{kind}/" in path), self.reports)

    def headers(self, identity: str) -> dict[str, str]:
        """What the identity shows at the door."""
        return {} if identity == NOBODY else {"Authorization": f"Bearer {self.callers[identity].token}"}


def told(cast: Cast) -> Story:
    """A draft, a RED draft, a submitted report with its referrals and notices, and one that is withdrawn."""
    actors = {name: cast.platform if name == "platform" else cast.actor(*name.split()) for name in IDENTITIES[:-1]}
    callers = {name: Caller(actor) for name, actor in actors.items()}
    officer = Caller(cast.officer("SG-CUSTOMS"))
    submitted = officer.submitted(ETIS, withheld_from=["UG-CUSTOMS"])
    withdrawn = callers["liaison SG-CUSTOMS"].submitted(PANGOLINS)
    relay()
    assert callers["liaison SG-CUSTOMS"].post(f"reports/{withdrawn}/withdraw/").status_code == 200
    relay()
    reports = [officer.draft(PANGOLINS), officer.draft(ETIS, tlp="RED"), submitted, withdrawn]
    return Story(
        callers=callers,
        reports=reports,
        referrals=list(Referral.objects.order_by("id").values_list("id", flat=True)),
        notices=list(Notification.objects.order_by("id").values_list("id", flat=True)[:20]),
    )


def operations() -> list[Any]:
    """Every operation that the schema describes, answered by the application itself, in this process."""
    schema = schemathesis.openapi.from_dict(orjson.loads(orjson.dumps(described(), default=str)))
    schema.app = WSGIHandler()
    return [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]


@st.composite
def cases(draw: st.DrawFn, operations: list[Any]) -> Any:
    """A request that the schema allows or forbids."""
    operation = draw(st.sampled_from(operations))
    mode = draw(st.sampled_from([GenerationMode.POSITIVE, GenerationMode.POSITIVE, GenerationMode.NEGATIVE]))
    return draw(operation.as_strategy(generation_mode=mode))


def made_in(answer: Any) -> Iterator[UUID]:
    """The id of what an answer says it has made."""
    document = orjson.loads(answer.content) if answer.status_code == 201 else None
    if isinstance(document, dict) and "id" in document:
        yield UUID(document["id"])
