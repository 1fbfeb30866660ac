"""Writing the trail: appending, noting reads, chaining what was noted, sealing, erasing payloads."""

from apps.audit.actions.erasing import LONGEST_REASON, erase
from apps.audit.actions.exporting import export
from apps.audit.actions.sealing import Unsound, seal
from apps.audit.actions.writing import MACHINE, Machine, Who, gather, note, record

__all__ = [
    "LONGEST_REASON",
    "MACHINE",
    "Machine",
    "Unsound",
    "Who",
    "erase",
    "export",
    "gather",
    "note",
    "record",
    "seal",
]
