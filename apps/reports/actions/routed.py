"""Who answers for a report's route: the same resolution for the preview and for the submission."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from apps.agencies.policy import Actor, Card
from apps.agencies.queries import Contacts, contacts_of
from apps.reference.models import Country
from apps.reports.actions.drafting import own_member
from apps.reports.policy import Content
from apps.sharing.policy import Facts, Member, Stage
from apps.sharing.queries import member
from apps.sharing.routing import Occasion, Part, Place, Routing, Stop, resolve


@dataclass(frozen=True, slots=True)
class Routed:
    """The facts of a report as it will be shared, the agencies they speak of, and what the route resolved to."""

    facts: Facts
    members: dict[int, Member]
    agencies: Mapping[int, Card]
    routing: Routing


def directory(countries: Mapping[str, Country], facts: Facts) -> Contacts:
    """Who answers for these countries, and the named and withheld agencies, in one statement."""
    bodies = {code: country.coordinator for code, country in countries.items()}
    return contacts_of(bodies, listed=facts.named | facts.withheld)


def route(actor: Actor, content: Content, facts: Facts, found: Contacts) -> Routed:
    """Resolve the counterparts of a content; ``found`` is the ``directory`` of its countries and facts."""
    agencies = found.agencies
    members = {token: member(agency) for token, agency in agencies.items()} | {actor.agency_token: own_member(actor)}
    routing = resolve(
        stops=[Stop(stop.country, Part(stop.part), stop.share, stop.seizure_opportunity) for stop in content.route],
        place=Place(content.place_country, Occasion(content.kind)),
        originator=members[facts.originator],
        contacts={(country, Part(part)): token for (country, part), token in found.contacts.items()},
        coordinators=found.coordinators,
        named=facts.named,
        withheld=facts.withheld,
        inactive=[token for token, agency in agencies.items() if not agency.active],
    )
    shared = replace(facts, stage=Stage.SHARED, counterparts=routing.counterparts)
    return Routed(shared, members, agencies, routing)
