"""Routing: which agency answers for each part of a route, what it is asked, ETIS' figures.

Pure: no Django, no clock, no network. It says who would be told; ``apps.sharing.policy`` says
who of them may read. Words: a *part* is what a country did with the goods (origin, export,
transit, destination, discovery), or that a report which is no seizure concerns it; a *contact* is
the agency that answers for a country and a part; a *coordinating body* is told, for information,
of countries that have no contact.
"""

from apps.sharing.routing.asks import ASK_AHEAD, ASK_OF_PART, Ask, ask
from apps.sharing.routing.etis import (
    SeizuresOut,
    is_large_scale,
    raw_ivory_equivalent,
    seizure_count,
    seizures_out,
    weight_out,
)
from apps.sharing.routing.resolution import resolve
from apps.sharing.routing.route import (
    ROUTE_PARTS,
    Contacts,
    Coordinators,
    Counterpart,
    Occasion,
    Part,
    Party,
    Place,
    RoutePart,
    Routing,
    Stop,
)

__all__ = [
    "ASK_AHEAD",
    "ASK_OF_PART",
    "ROUTE_PARTS",
    "Ask",
    "Contacts",
    "Coordinators",
    "Counterpart",
    "Occasion",
    "Part",
    "Party",
    "Place",
    "RoutePart",
    "Routing",
    "SeizuresOut",
    "Stop",
    "ask",
    "is_large_scale",
    "raw_ivory_equivalent",
    "resolve",
    "seizure_count",
    "seizures_out",
    "weight_out",
]
