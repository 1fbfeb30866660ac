"""Who is told, in words: the panel before sending and on the page of what was sent."""

from collections.abc import Iterable

from django.utils.translation import gettext

from apps.agencies.policy import Actor
from apps.reports.queries.audience import Audience, Row
from apps.sharing.policy import PARTNERS, Basis
from apps.web.shown.words import Shown

GROUPS = (Basis.ALL_MEMBERS.value, Basis.LAW_ENFORCEMENT_MEMBERS.value, Basis.OPERATION.value)


def panel(audience: Audience, actor: Actor, *, sent: bool) -> Shown:
    """The context of ``parts/audience_panel.html``, for the originator."""
    return {
        "told": [_told(row) for row in audience.told],
        "left_out": [_left_out(row) for row in audience.left_out],
        "sent": sent,
        "own_name": actor.agency_name if actor.kind in PARTNERS else "",
        "note": " ".join(_notes(audience)),
    }


def _told(row: Row) -> Shown:
    return {
        "agency": row["name"],
        "code": row["agency"],
        "sentence": _clause(row),
        "ask": "" if row["for_information"] else row["ask"],
        "informed": row["for_information"],
    }


def _clause(row: Row) -> str:
    """The reason as a clause behind "because": rows give it as a sentence, and these begin with an article."""
    return (
        _small(row["sentence"])
        if row["parts"][:1] in (["DISCOVERY"], ["CONCERNED"], ["NAMED"], ["PASSED_ON"])
        else row["sentence"]
    )


def _left_out(row: Row) -> Shown:
    return {"agency": row["name"], "sentence": row["sentence"]}


def _notes(audience: Audience) -> Iterable[str]:
    """Who else may read it without being told, what falls to oneself, and what falls to nobody."""
    for row in audience.audience:
        if row["basis"] in GROUPS:
            yield gettext("Beside them, %(sentence)s.") % {"sentence": _small(row["sentence"])}
    for row in audience.audience:
        if row["nobody_cleared"]:
            yield gettext("Nobody at %(agency)s has restricted clearance, so nobody there can read it now.") % {
                "agency": row["name"]
            }
    for row in audience.own:
        yield gettext("%(sentence)s: that is your own agency's to follow up.") % {"sentence": row["sentence"]}
    for row in audience.unreached:
        yield gettext("%(sentence)s: no agency answers for it, so nobody is told of that.") % {
            "sentence": row["sentence"]
        }


def why_reader(audience: Audience) -> str:
    """Why this reader may read it: "the originator named this agency as a recipient"."""
    groups = [row["sentence"] for row in audience.audience if row["basis"] != Basis.ORIGINATOR.value]
    return "; ".join(groups)


def _small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
