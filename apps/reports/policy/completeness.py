"""What a submission lacks, with the same field paths as what can never be right."""

from collections.abc import Collection, Iterator

from apps.core.words import N_
from apps.reports.policy.content import Content, ItemLine

NO_AGENCY = N_("There is no agency of that code.")


def unknown_agencies(content: Content, *, known: Collection[str]) -> dict[str, str]:
    """Field path → sentence of every entry that names none of the ``known`` agencies. One that has left is none of them:
    whoever guesses at codes is told the same of it as of one that never was.
    """
    listed = (("named", content.named), ("withheld_from", content.withheld_from))
    return {f"{name}.{at}": NO_AGENCY for name, codes in listed for at, code in enumerate(codes) if code not in known}


def missing(content: Content) -> dict[str, list[str]]:
    """Return what is still missing by field path; empty where the report may go out."""
    return {path: [sentence] for path, sentence in _missing(content)}


def _missing(content: Content) -> Iterator[tuple[str, str]]:
    if content.kind == "SEIZURE":
        yield from _of_a_seizure(content)
    elif not (content.title or content.narrative):
        yield "title", N_("Give the report a title.")
    if "H3" in content.handling and not content.handling_note:
        yield "handling_note", N_("Say what restriction H3 stands for.")
    for index, item in enumerate(content.items):
        yield from ((f"items.{index}.{field}", sentence) for field, sentence in _of_an_item(item))


def _of_a_seizure(content: Content) -> Iterator[tuple[str, str]]:
    if content.occurred is None:
        yield "occurred.date", N_("Say when it was seized, as precisely as is known.")
    if not content.place_country:
        yield "place.country", N_("Say in which country it was seized.")
    if not content.items:
        yield "items", N_("Say what was seized: at least one line.")
    if not any(stop.part == "DESTINATION" for stop in content.route):
        yield "route", N_("Name the destination, or XX where it is unknown.")


def _of_an_item(item: ItemLine) -> Iterator[tuple[str, str]]:
    if not item.taxon:
        yield "taxon", N_("Say which species or group.")
    if not item.term:
        yield "term", N_("Say which kind of specimen.")
    if item.qualifier == "UNKNOWN":
        return
    if item.quantity is None:
        yield "quantity", N_("Give the amount, or say that it is unknown.")
    if not item.unit:
        yield "unit", N_("Give the unit.")
