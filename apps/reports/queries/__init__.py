"""Reading reports, always for an actor; and what the vocabularies say of a content."""

from apps.reports.queries.listing import Page, page_of
from apps.reports.queries.narrative import Narrative, narrative_of
from apps.reports.queries.reading import (
    Lines,
    content_of,
    data_of,
    is_originator,
    lines_of,
    occurred_data,
    own_report_for,
    plain,
    report_for,
    report_to_carry,
    tombstone,
)
from apps.reports.queries.resolution import Resolved, Specimen, resolve_codes
from apps.reports.queries.showing import moved, shown

__all__ = [
    "Lines",
    "Narrative",
    "Page",
    "Resolved",
    "Specimen",
    "content_of",
    "data_of",
    "is_originator",
    "lines_of",
    "moved",
    "narrative_of",
    "occurred_data",
    "own_report_for",
    "page_of",
    "plain",
    "report_for",
    "report_to_carry",
    "resolve_codes",
    "shown",
    "tombstone",
]
