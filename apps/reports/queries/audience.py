"""Who is in a report's audience and who not, and why, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from apps.agencies.policy import Actor
from apps.agencies.queries import agencies_by_token, without_cleared
from apps.reference.models import Country
from apps.reference.queries import country_labels, label_in
from apps.reports.models import Report
from apps.reports.queries.reading import tombstone
from apps.sharing.models import Label
from apps.sharing.policy import Basis, Facts, Ground, Judgement, judge
from apps.sharing.queries import facts_of, grants_of, member, routing_of, tokens_in
from apps.sharing.routing import Counterpart, Part, RoutePart, Routing, ask
from apps.sharing.sentences import part_sentence, render_ask, render_why, why_in, why_out

Names = Mapping[int, tuple[str, str]]
Row = dict[str, Any]
ALONG_THE_ROUTE = [part.value for part in Part]


@dataclass(frozen=True, slots=True)
class Audience:
    """Rows of JSON values: ``audience`` (let in), ``left_out``, ``own`` and ``unreached`` parts of the route.

    To anybody but the originator the last three are empty, and ``audience`` is one's own row and the originator's.
    """

    audience: list[Row]
    left_out: list[Row]
    own: list[Row]
    unreached: list[Row]
    owner_id: UUID | None = None  # of the report, for the trail

    def data(self) -> dict[str, list[Row]]:
        """The same keys for every reader."""
        return {"audience": self.audience, "left_out": self.left_out, "own": self.own, "unreached": self.unreached}

    @property
    def told(self) -> list[Row]:
        """Those who get a referral, asked ones first, each as the goods went: origin, export, transit, destination."""
        rows = [row for row in self.audience if row["told"]]
        return sorted(rows, key=lambda row: (row["for_information"], _furthest_back(row)))


def _furthest_back(row: Row) -> int:
    """Where the agency comes in on the way of the goods; whoever is no part of it comes last."""
    return min((ALONG_THE_ROUTE.index(part) for part in row["parts"]), default=len(ALONG_THE_ROUTE))


def describe(
    *,
    judgement: Judgement,
    facts: Facts,
    names: Names,
    countries: Mapping[str, Country],
    routing: Routing,
    language: str,
) -> Audience:
    """Put a judgement into words, with a warning for each agency in which nobody could read it now."""
    labels = {code: label_in(country, language) for code, country in countries.items()}
    told = _describe(judgement, facts, names, labels, routing)
    shut = without_cleared({each.agency for each in judgement.grounds if each.agency and each.token == -each.agency})
    for row, ground in zip(told.audience, _once(judgement.grounds), strict=True):
        row["nobody_cleared"] = ground.agency in shut
    return told


def _describe(
    judgement: Judgement, facts: Facts, names: Names, labels: Mapping[str, str], routing: Routing
) -> Audience:
    counterparts = {counterpart.agency: counterpart for counterpart in facts.counterparts}
    return Audience(
        audience=[_row(ground, counterparts, names, labels) for ground in _once(judgement.grounds)],
        left_out=[
            {
                "agency": names[omission.agency][0],
                "name": names[omission.agency][1],
                "reason": omission.reason.value,
                "sentence": why_out(reason=omission.reason, agency=names[omission.agency][1]).render(gettext),
                "why": _why(counterparts.get(omission.agency), labels),
            }
            for omission in judgement.left_out
        ],
        own=[_part_row(part, labels) for part in routing.own],
        unreached=[_part_row(part, labels) for part in routing.unreached],
    )


def _once(grounds: tuple[Ground, ...]) -> list[Ground]:
    """One ground for each agency (its strongest, which comes first), and one for each group."""
    seen: set[object] = set()
    kept = []
    for ground in grounds:
        key: object = ground.agency if ground.agency is not None else ("group", ground.basis)
        if key not in seen:
            seen.add(key)
            kept.append(ground)
    return kept


def _row(ground: Ground, counterparts: Mapping[int, Counterpart], names: Names, labels: Mapping[str, str]) -> Row:
    code, name = names[ground.agency] if ground.agency is not None else (None, "")
    counterpart = counterparts.get(ground.agency) if ground.agency is not None else None
    told = counterpart is not None and ground.basis is not Basis.ORIGINATOR
    why = _why(counterpart, labels)
    sentence = why_in(basis=ground.basis, agency=name).render(gettext)
    return {
        "agency": code,
        "name": name,
        "basis": ground.basis.value,
        "sentence": _capital(why or sentence),
        "told": told,
        "for_information": bool(counterpart and counterpart.for_information),
        "parts": [part.part.value for part in counterpart.parts] if counterpart else [],
        "ask": _ask(counterpart) if counterpart else "",
        "nobody_cleared": False,
    }


def _ask(counterpart: Counterpart) -> str:
    asks = ask(parts=counterpart.parts, for_information=counterpart.for_information)
    return render_ask(asks=asks, translate=gettext)


def _why(counterpart: Counterpart | None, labels: Mapping[str, str]) -> str:
    if counterpart is None:
        return ""
    return render_why(parts=counterpart.parts, country=lambda code: labels.get(code, code), translate=gettext)


def _part_row(part: RoutePart, labels: Mapping[str, str]) -> Row:
    label = labels.get(part.country, part.country)
    sentence = part_sentence(part=part, country=label).render(gettext)
    return {"country": part.country, "part": part.part.value, "sentence": _capital(sentence)}


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def audience_of(*, actor: Actor, report: Report, language: str) -> Audience:
    """The audience of a stored report as this reader may know it; ``report`` comes from ``report_for``.

    A tombstone has none: what its reader was told of the route was told by the report.
    """
    if tombstone(actor, report):
        return Audience([], [], [], [])
    facts = facts_of(report.label)
    agencies = agencies_by_token(tokens_in(facts) | {actor.agency_token})
    names = {token: (agency.code, agency.name) for token, agency in agencies.items()}
    labels = country_labels(codes=_countries(facts, report.label), language=language)
    if report.label.originator_id == actor.agency_id:
        members = {token: member(agency) for token, agency in agencies.items()}
        judgement = judge(facts=facts, members=members)
        return _describe(judgement, facts, names, labels, routing_of(report.label))
    return Audience(_seen_by_a_reader(actor, report.label, facts, names, labels), [], [], [])


def _seen_by_a_reader(actor: Actor, label: Label, facts: Facts, names: Names, labels: Mapping[str, str]) -> list[Row]:
    """The originator's row and the reader's own agency's; nobody else's."""
    own = [
        Ground(grant.token, actor.agency_token, Basis(grant.basis)) for grant in grants_of(actor=actor, label=label)[:1]
    ]
    grounds = [Ground(facts.originator, facts.originator, Basis.ORIGINATOR), *own]
    counterparts = {each.agency: each for each in facts.counterparts if each.agency == actor.agency_token}
    return [_row(ground, counterparts, names, labels) for ground in grounds]


def _countries(facts: Facts, label: Label) -> set[str]:
    routing, parts = routing_of(label), [part for each in facts.counterparts for part in each.parts]
    return {part.country for part in (*parts, *routing.own, *routing.unreached)} - {""}
