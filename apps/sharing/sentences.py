"""The English sentence of each code of policy and routing, marked for translation. Pure: the edge passes gettext in.

Labels of agencies and countries are passed in too, already in the reader's language. A sentence is rendered as a
clause, without a full stop, so that a page can lead in with its own words ("Why you got this: ...").
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from apps.core.words import N_
from apps.sharing.policy import Basis, Reason, Refusal, Tlp
from apps.sharing.routing import Ask, Part, RoutePart

Translate = Callable[[str], str]
CountryLabel = Callable[[str], str]

BASES: dict[Basis, str] = {
    Basis.ORIGINATOR: N_("{agency} filed it"),
    Basis.AUTHOR: N_("its author at {agency} may always read it"),
    Basis.NAMED: N_("{agency} is named as a recipient"),
    Basis.COUNTERPART: N_("{agency} answers for a country of its route"),
    Basis.COORDINATING_BODY: N_("{agency} coordinates a part of its route that has no contact"),
    Basis.OPERATION: N_("agencies that take part in its joint operation may read it while the operation runs"),
    Basis.PASSED_ON: N_("it was passed on to {agency} with the originator's consent"),
    Basis.BREAK_GLASS: N_("two platform administrators have opened it by break-glass, for 60 minutes at most"),
    Basis.LAW_ENFORCEMENT_MEMBERS: N_("every law-enforcement member agency may read it"),
    Basis.ALL_MEMBERS: N_("every member agency may read it"),
}

REASONS: dict[Reason, str] = {
    Reason.WITHHELD: N_("you withhold it from {agency}; no other agency is told in its place, and it can't notice"),
    Reason.INACTIVE: N_("{agency} is not an active member"),
    Reason.NOT_NAMED: N_("it is TLP:RED, and {agency} is not named as a recipient"),
    Reason.LAW_ENFORCEMENT_ONLY: N_("it is for law enforcement only, and {agency} is not a law-enforcement agency"),
    Reason.NOT_PASSED_ON: N_("its marking does not allow passing it on to {agency}"),
}

REFUSALS: dict[Refusal, str] = {
    Refusal.NOT_YOUR_ROLE: N_("Your role does not include this."),
    Refusal.NOT_YOUR_AGENCY: N_("Agencies of your kind don't file reports of this kind."),
}

# What every refusal to pass on, hand over or release says, whatever its cause: the cause would tell who else is in.
NO_CONSENT = N_("the originator does not consent")

TLPS: dict[Tlp, str] = {
    Tlp.RED: N_("For the users with restricted clearance of the agencies named. Share it with nobody else."),
    Tlp.AMBER_STRICT: N_("For the agencies named and the counterparts of its route. Keep it inside your agency."),
    Tlp.AMBER: N_(
        "For the agencies named and the counterparts of its route. Ask before you pass it on to an agency "
        "of your country that needs to know."
    ),
    Tlp.GREEN: N_("For member agencies. Don't publish it."),
    Tlp.CLEAR: N_("For every member agency, and public figures may count it."),
}

PARTS: dict[Part, str] = {
    Part.ORIGIN: N_("{country} is named as the country of origin"),
    Part.EXPORT: N_("{country} is named as the country of export"),
    Part.TRANSIT: N_("{country} is named as a country of transit"),
    Part.DESTINATION: N_("{country} is named as the destination"),
    Part.DISCOVERY: N_("the goods were found in {country}"),
    Part.CONCERNED: N_("it concerns a place in {country}"),
    Part.NAMED: N_("the originator named this agency as a recipient"),
    Part.PASSED_ON: N_("it was passed on to this agency with the originator's consent"),
}
ORIGIN_WITH_SHARE = N_("{country} is named as the country of origin ({percent} %)")
TRANSIT_IN_CUSTODY = N_("{country} is named as a country of transit, and the goods were in its custody")
COORDINATED = N_("{reason} (no agency answers for it, so its coordinating body is told)")

ASKS: dict[Ask, str] = {
    Ask.TRACE_THE_SOURCE: N_("trace the source of the goods"),
    Ask.HOW_DID_IT_LEAVE: N_("find out how the goods left the country"),
    Ask.WHY_MISSED: N_("find out why the goods were not stopped in transit"),
    Ask.WHO_WAS_TO_RECEIVE: N_("find out who was to receive the goods"),
    Ask.WHAT_IS_KNOWN_OF_THE_DISCOVERY: N_("say what is known of the discovery and what was done about it"),
    Ask.WHAT_IS_ITS_SOURCE: N_("find out where the goods come from"),
    Ask.CAN_IT_BE_STOPPED_LEAVING: N_("say whether the goods can be stopped before they leave the country"),
    Ask.CAN_IT_BE_STOPPED_ON_ITS_WAY: N_("say whether the goods can be stopped in transit"),
    Ask.WHO_IS_TO_RECEIVE: N_("find out who is to receive the goods"),
    Ask.WHAT_CAN_YOU_DO: N_("say what your agency can do about it"),
}
PLEASE = N_("Please {asks}.")
FOR_INFORMATION = N_("For your information: nothing is asked of your agency.")
AND = N_("{first}, and {last}")
THEN = N_("{first}; {last}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A template to translate and what to put into it; ``render`` does both, in this order."""

    template: str
    params: Mapping[str, str] = field(default_factory=dict)

    def render(self, translate: Translate) -> str:
        """Return the sentence in the language of ``translate``."""
        return translate(self.template).format(**self.params)


def why_in(*, basis: Basis, agency: str) -> Sentence:
    """Return why somebody is in the audience; ``agency`` is the label to show for it (unused by groups)."""
    return Sentence(BASES[basis], {"agency": agency})


def why_out(*, reason: Reason, agency: str) -> Sentence:
    """Return why ``agency`` (its label) is left out: for the originator's eyes only."""
    return Sentence(REASONS[reason], {"agency": agency})


def why_not(*, refusal: Refusal) -> Sentence:
    """Return why a verb is refused, before anything is known of the object."""
    return Sentence(REFUSALS[refusal])


def part_sentence(*, part: RoutePart, country: str) -> Sentence:
    """Return what ``country`` (its label) did with the goods, with the share of an origin where it is known."""
    if part.part is Part.ORIGIN and part.share is not None:
        return Sentence(ORIGIN_WITH_SHARE, {"country": country, "percent": percent(part.share)})
    if part.part is Part.TRANSIT and part.seizure_opportunity is True:
        return Sentence(TRANSIT_IN_CUSTODY, {"country": country})
    return Sentence(PARTS[part.part], {"country": country})


def render_why(*, parts: Iterable[RoutePart], country: CountryLabel, translate: Translate) -> str:
    """Return why an agency was told, every part of it: "Kenya is named as ...; Kenya is named as ..."."""
    return _join([_why(part, country, translate) for part in parts], THEN, translate)


def render_ask(*, asks: Sequence[Ask], translate: Translate) -> str:
    """Return what is asked of an agency, in one sentence."""
    if not asks or tuple(asks) == (Ask.FOR_INFORMATION,):
        return translate(FOR_INFORMATION)
    return Sentence(PLEASE, {"asks": _join([translate(ASKS[ask]) for ask in asks], AND, translate)}).render(translate)


def percent(share: Decimal) -> str:
    """Return a share 0-1 as a percentage in digits: 0.8 is "80", 0.125 is "12.5"."""
    digits = f"{share * 100:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _why(part: RoutePart, country: CountryLabel, translate: Translate) -> str:
    reason = part_sentence(part=part, country=country(part.country) if part.country else "").render(translate)
    return Sentence(COORDINATED, {"reason": reason}).render(translate) if part.coordinated else reason


def _join(clauses: Sequence[str], joint: str, translate: Translate) -> str:
    """The clauses in one, by the rule of the language: each joint puts one more clause behind those before it."""
    joined = ""
    for clause in clauses:
        joined = Sentence(joint, {"first": joined, "last": clause}).render(translate) if joined else clause
    return joined
