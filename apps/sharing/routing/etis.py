"""ETIS' figures for one seizure of ivory (DESIGN section 6; DOMAIN section 4). All in decimals."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from apps.sharing.routing.route import Part, Stop

# ETIS: worked ivory lost about 30 % of its weight in the carving.
WORKED_YIELD = Decimal("0.7")
LARGE_SCALE_KG = Decimal(500)


@dataclass(frozen=True, slots=True)
class SeizuresOut:
    """Countries the goods passed through unseized, in route order (ISO 3166-1 alpha-2)."""

    law_enforcement: tuple[str, ...]
    trade_flow: tuple[str, ...]


def seizures_out(*, stops: Iterable[Stop], discovery: str, pseudo: Collection[str] = ()) -> SeizuresOut:
    """Return whom the seizure counts as "seizures-out" for.

    Law enforcement: origin, export, and transit with an opportunity to seize. Trade flow: the
    destination too. The country of discovery made the seizure, so it is in neither; ``pseudo``
    country codes are no countries and are dropped, as ETIS drops them.
    """
    counted = [s for s in stops if _held(s) and s.country not in (discovery, *pseudo)]
    missed = (stop.country for stop in counted if stop.part is not Part.DESTINATION)
    return SeizuresOut(
        law_enforcement=tuple(dict.fromkeys(missed)),
        trade_flow=tuple(dict.fromkeys(stop.country for stop in counted)),
    )


def weight_out(
    *, stops: Iterable[Stop], discovery: str, weight: Decimal, pseudo: Collection[str] = ()
) -> dict[str, Decimal]:
    """Return kilograms by country for those of the trade flow; ``weight`` in kg.

    A country that only was an origin counts for its share, every other for all of it. Origins
    without a share divide what the others leave in equal parts (house rule, not ETIS' text).
    """
    route = tuple(stops)
    shares = _origin_shares(route)
    full = {stop.country for stop in route if _held(stop) and stop.part is not Part.ORIGIN}
    countries = seizures_out(stops=route, discovery=discovery, pseudo=pseudo).trade_flow
    return {country: weight if country in full else weight * shares[country] for country in countries}


def raw_ivory_equivalent(*, raw: Decimal, worked: Decimal) -> Decimal:
    """Return the raw-ivory equivalent in kg of ``raw`` and ``worked`` ivory in kg."""
    return raw + worked / WORKED_YIELD


def is_large_scale(*, equivalent: Decimal) -> bool:
    """Tell whether a raw-ivory equivalent in kg makes a large-scale seizure (500 kg or more)."""
    return equivalent >= LARGE_SCALE_KG


def seizure_count(*, raw: bool, worked: bool) -> int:
    """Return how many seizures ETIS counts: raw and worked ivory count apart."""
    return int(raw) + int(worked)


def _held(stop: Stop) -> bool:
    """The goods were in that country's hands: a transit needs an opportunity to seize."""
    return stop.part is not Part.TRANSIT or stop.seizure_opportunity is True


def _origin_shares(route: tuple[Stop, ...]) -> dict[str, Decimal]:
    """The fraction of the goods from each origin, the unknown ones sharing the remainder."""
    origins = [stop for stop in route if stop.part is Part.ORIGIN]
    known = sum((stop.share for stop in origins if stop.share is not None), Decimal(0))
    unknown = sum(stop.share is None for stop in origins)
    rest = (1 - known) / unknown if unknown else Decimal(0)
    shares: dict[str, Decimal] = {}
    for stop in origins:
        share = rest if stop.share is None else stop.share
        shares[stop.country] = shares.get(stop.country, Decimal(0)) + share
    return shares
