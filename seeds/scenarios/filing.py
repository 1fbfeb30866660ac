"""What a story files: who, and what they would have typed."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

type_data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Filing:
    """A report as the agency's officer sends it: the JSON values that the API reads. Its case number makes it findable."""

    agency: str
    data: type_data

    @property
    def key(self) -> tuple[str, str]:
        """Agency and case number: what tells that it has been filed already."""
        return self.agency, str(self.data["case_number"])


def item(taxon: str, term: str, quantity: str, unit: str, qualifier: str = "EXACT") -> type_data:
    """One line of specimens. A line that names no taxon says so by the vocabulary's own word."""
    return {
        "taxon": taxon or "Unspecified",
        "term": term,
        "quantity": quantity,
        "unit": unit,
        "qualifier": qualifier,
    }


# How a line is called in a title. What is not here is called by its term alone.
GOODS = {
    ("BOD", "Manis spp."): "pangolins (bodies)",
    ("BOD", "Panthera tigris"): "tiger carcasses",
    ("DFN", "Alopias spp."): "dried shark fins",
    ("LIV", "Aves"): "live birds",
    ("LIV", "Reptilia"): "live reptiles",
    ("LIV", "Testudines spp."): "live turtles and tortoises",
    ("LIV", "Testudinidae spp."): "live tortoises",
    ("SWI", "Totoaba macdonaldi"): "totoaba swim bladders",
}
BY_TERM = {
    "HOR": "rhinoceros horn",
    "IVC": "ivory",
    "LOG": "timber",
    "OTH": "products of endangered species",
    "SCA": "pangolin scales",
    "TUS": "ivory tusks",
}
MEASURES = {"KGM": " kg of", "MTQ": " m³ of", "NAR": ""}
HEDGES = {"EXACT": "", "AT_LEAST": "more than ", "ABOUT": "about "}


def headline(items: list[type_data]) -> str:
    """``8,300 kg of pangolin scales and about 2,100 kg of ivory tusks``, as written on a title line."""
    words = " and ".join(_amount(line) for line in items)
    return words[:1].upper() + words[1:]


def _amount(line: type_data) -> str:
    goods = GOODS.get((line["term"], line["taxon"])) or BY_TERM[line["term"]]
    number = f"{Decimal(line['quantity']):,f}"
    return f"{HEDGES[line['qualifier']]}{number}{MEASURES[line['unit']]} {goods}"
