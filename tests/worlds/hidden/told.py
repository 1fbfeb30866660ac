"""What the secrets share: who is concerned, and what of them could be guessed or will be seen."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from apps.notifications.models import Notification
from apps.referrals.models import Referral
from tests.worlds.bodies import CUSTOMS, elsewhere, seizure
from tests.worlds.scene import Scene

Secret = Callable[[Scene, bool], Iterator[None]]


def between_others(scene: Scene, **changes: Any) -> tuple[str, dict[str, Any], list[str]]:
    """Who files a seizure, what, and the customs on its route: the reader's agency is none of them."""
    at, *route = elsewhere(scene.draw, scene.home, count=4)
    source, through, to = route
    body = seizure(scene.draw, at=at, route=(source, through, to), **changes)
    return CUSTOMS[at], body, [CUSTOMS[country] for country in route]


def reaching(scene: Scene, **changes: Any) -> tuple[str, dict[str, Any], list[str]]:
    """The same, and the reader's agency is named: it gets it, whatever the others of its audience are."""
    law = scene.cast.agency(scene.agency).law_enforcement
    code, body, others = between_others(scene, **{"law_enforcement_only": law, **changes})
    return code, {**body, "named": sorted({*body.get("named", ()), scene.agency})}, others


def known(scene: Scene, report: UUID, body: dict[str, Any]) -> None:
    """What somebody could guess of it."""
    scene.secret["report"].append(str(report))
    scene.secret["word"] += [*body["title"].split()[:1], body.get("place", {}).get("name", "")]
    scene.secret["referral"] += [str(row.id) for row in Referral.objects.filter(report_id=report)]
    rows = Notification.objects.filter(label_id=report).exclude(user__agency__code=scene.agency)
    scene.secret["notice"] += [str(row.id) for row in rows]


def visible(scene: Scene, report: UUID) -> None:
    """It is the reader's to see: its page will be opened in both worlds."""
    scene.seen["report"].append(str(report))
