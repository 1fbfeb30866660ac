"""Who answers for each part of a route (DESIGN section 6)."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from apps.sharing.routing.route import (
    Contacts,
    Coordinators,
    Counterpart,
    Part,
    Party,
    Place,
    RoutePart,
    Routing,
    Stop,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Directory:
    """Who may be asked for what, and who is shut or must have no substitute."""

    contacts: Contacts
    coordinators: Coordinators
    withheld: frozenset[int]
    inactive: frozenset[int]

    def answers(self, part: RoutePart) -> tuple[int | None, RoutePart]:
        """Return the agency for ``part`` (None: nobody) and the part as that agency has it."""
        asked = Part.DISCOVERY if part.part is Part.CONCERNED else part.part  # who answers for a place answers for both
        contact = self._open(self.contacts.get((part.country, asked)))
        if contact is not None:
            return contact, part
        return self._coordinator(part.country), replace(part, coordinated=True)

    def _open(self, agency: int | None) -> int | None:
        """A deactivated agency answers for nothing; withheld, it still blocks any substitute."""
        return None if agency in self.inactive - self.withheld else agency

    def _coordinator(self, country: str) -> int | None:
        """The body that coordinates ``country``: never in the place of a withheld contact."""
        withheld_here = any(agency in self.withheld for (of, _), agency in self.contacts.items() if of == country)
        return None if withheld_here else self._open(self.coordinators.get(country))


def resolve(
    *,
    stops: Iterable[Stop],
    place: Place,
    originator: Party,
    contacts: Contacts,
    coordinators: Coordinators,
    named: Collection[int] = (),
    withheld: Collection[int] = (),
    inactive: Collection[int] = (),
) -> Routing:
    """Return who is told of a route, each agency once with all its parts, in route order.

    Nobody is asked for the country of the ``place`` where it is the originator's own. A pseudo-country
    is one that has no contact. ``named``
    agencies get the part NAMED. ``contacts`` and ``coordinators`` may contain agencies given as
    ``inactive``; those answer for nothing. ``withheld`` agencies stay in the result (the policy
    leaves them out and tells the originator) and have no substitute: a country of which one
    contact is withheld gets no coordinating body for any part.
    """
    directory = _Directory(
        contacts=contacts,
        coordinators=coordinators,
        withheld=frozenset(withheld),
        inactive=frozenset(inactive),
    )
    answers = [directory.answers(part) for part in _parts(stops, place, originator.country)]
    answers += [(agency, RoutePart(Part.NAMED, "", occasion=place.occasion)) for agency in sorted(named)]
    others = [(agency, part) for agency, part in answers if agency not in (None, originator.token)]
    return Routing(
        counterparts=tuple(_counterparts(others)),
        own=tuple(p for agency, p in answers if agency == originator.token and p.country),
        unreached=tuple(replace(p, coordinated=False) for agency, p in answers if agency is None),
    )


def _parts(stops: Iterable[Stop], place: Place, home: str) -> tuple[RoutePart, ...]:
    """The parts of the route, one for each country and part, and the place if it is asked."""
    merged: dict[tuple[str, Part], RoutePart] = {}
    for stop in stops:
        part = RoutePart(stop.part, stop.country, stop.share, stop.seizure_opportunity, occasion=place.occasion)
        known = merged.get((stop.country, stop.part))
        merged[stop.country, stop.part] = part if known is None else _merge(known, part)
    if place.country and place.country != home:
        merged[place.country, place.part] = RoutePart(place.part, place.country, occasion=place.occasion)
    return tuple(merged.values())


def _merge(one: RoutePart, other: RoutePart) -> RoutePart:
    """Two stops of one country in one part: shares add up, one opportunity is an opportunity."""
    shares = [part.share for part in (one, other) if part.share is not None]
    opportunities = (one.seizure_opportunity, other.seizure_opportunity)
    return replace(
        one,
        share=sum(shares, Decimal(0)) if shares else None,
        seizure_opportunity=next((o for o in (True, False) if o in opportunities), None),
    )


def _counterparts(answers: Iterable[tuple[int | None, RoutePart]]) -> Iterator[Counterpart]:
    """One counterpart for each agency, in the order in which the route meets them."""
    by_agency: dict[int, list[RoutePart]] = {}
    for agency, part in answers:
        if agency is not None:
            by_agency.setdefault(agency, []).append(part)
    for agency, parts in by_agency.items():
        on_route = [part for part in parts if part.part is not Part.NAMED]
        yield Counterpart(
            agency=agency,
            parts=tuple(parts),
            for_information=all(part.for_information for part in parts),
            coordinating=bool(on_route) and all(part.coordinated for part in on_route),
        )
