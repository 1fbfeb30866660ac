"""Counterparts as JSON and back: how a label keeps what its route resolved to at submission."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from apps.sharing.routing.route import Counterpart, Part, RoutePart


def pack(counterparts: Iterable[Counterpart]) -> list[dict[str, Any]]:
    """Return counterparts as JSON values: shares as strings, so that they stay the decimals they were."""
    return [
        {
            "agency": counterpart.agency,
            "for_information": counterpart.for_information,
            "coordinating": counterpart.coordinating,
            "parts": [_pack_part(part) for part in counterpart.parts],
        }
        for counterpart in counterparts
    ]


def unpack(rows: Iterable[Mapping[str, Any]]) -> tuple[Counterpart, ...]:
    """Return what ``pack`` was given. Raises KeyError, ValueError or ArithmeticError for anything else."""
    return tuple(
        Counterpart(
            agency=row["agency"],
            parts=tuple(_unpack_part(part) for part in row["parts"]),
            for_information=row["for_information"],
            coordinating=row["coordinating"],
        )
        for row in rows
    )


def _pack_part(part: RoutePart) -> dict[str, Any]:
    return {
        "part": part.part.value,
        "country": part.country,
        "share": None if part.share is None else str(part.share),
        "seizure_opportunity": part.seizure_opportunity,
        "coordinated": part.coordinated,
    }


def _unpack_part(row: Mapping[str, Any]) -> RoutePart:
    return RoutePart(
        part=Part(row["part"]),
        country=row["country"],
        share=None if row["share"] is None else Decimal(row["share"]),
        seizure_opportunity=row["seizure_opportunity"],
        coordinated=row["coordinated"],
    )
