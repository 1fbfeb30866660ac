"""Filing a report: the short form, the draft with its sections, checking, sending, deleting."""

from apps.web.pages.filing.beginning import PATHS, New, Start, Taxa
from apps.web.pages.filing.checking import Check
from apps.web.pages.filing.drafts import Delete, Draft, SectionPage

__all__ = ["PATHS", "Check", "Delete", "Draft", "New", "SectionPage", "Start", "Taxa"]
