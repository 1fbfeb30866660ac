"""Reports of a generated story: bodies that can be submitted, with words that nobody else writes."""

from random import Random
from typing import Any

# Customs agencies of the cast by their country; each is its country's contact for every part of a route.
CUSTOMS = {
    "CN": "CN-CUSTOMS",
    "HK": "HK-CUSTOMS",
    "SG": "SG-CUSTOMS",
    "VN": "VN-CUSTOMS",
    "MY": "MY-CUSTOMS",
    "AE": "AE-CUSTOMS",
    "KE": "KE-CUSTOMS",
    "UG": "UG-CUSTOMS",
    "NG": "NG-CUSTOMS",
}
SPECIMENS = (("Loxodonta africana", "TUS"), ("Manis spp.", "SCA"), ("Loxodonta africana", "IVP"))
SYLLABLES = ("ba", "de", "fi", "go", "ku", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "xo", "zu")


def word(draw: Random) -> str:
    """A word of no language, long enough to be nobody else's."""
    return "".join(draw.choice(SYLLABLES) for _ in range(6)).capitalize()


def seizure(draw: Random, *, at: str, route: tuple[str, str, str], **changes: Any) -> dict[str, Any]:
    """A seizure in the country ``at`` of goods from, through and to those three countries."""
    taxon, term = draw.choice(SPECIMENS)
    source, through, to = route
    return {
        "kind": "SEIZURE",
        "title": f"{word(draw)} ivory and scales",
        "narrative": f"Found behind {word(draw)}.",
        "case_number": f"{at}/{draw.randrange(10_000)}",
        "tlp": "AMBER",
        "occurred": {
            "date": f"20{draw.randrange(15, 25)}-0{draw.randrange(1, 10)}-1{draw.randrange(10)}",
            "precision": "DAY",
        },
        "place": {"name": f"Port {word(draw)}", "country": at},
        "items": [{"taxon": taxon, "term": term, "quantity": str(draw.randrange(1, 9000)), "unit": "KGM"}],
        "route": [
            {"country": source, "part": "ORIGIN", "share": "1.00"},
            {"country": through, "part": "TRANSIT", "seizure_opportunity": draw.random() < 0.5},
            {"country": to, "part": "DESTINATION"},
        ],
        **changes,
    }


def analysis(draw: Random, **changes: Any) -> dict[str, Any]:
    """An analysis, which needs no route."""
    return {
        "kind": "ANALYSIS",
        "title": f"{word(draw)} market",
        "narrative": f"{word(draw)} {word(draw)}.",
        "occurred": {"date": "2024", "precision": "YEAR"},
        "items": [],
        "route": [],
        **changes,
    }


def elsewhere(draw: Random, *not_in: str, count: int) -> list[str]:
    """So many different countries of the cast, none of them among those."""
    return draw.sample(sorted(set(CUSTOMS) - set(not_in)), count)
