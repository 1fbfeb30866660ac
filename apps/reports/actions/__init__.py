"""What is done to reports: one verb, one function, one transaction of the caller's ``acting``."""

from apps.reports.actions.conditions import Overtaken, require_unchanged, tag_of
from apps.reports.actions.drafting import change_draft, copy_report, delete_draft, draft_report
from apps.reports.actions.preview import audience_for, preview_content, preview_draft
from apps.reports.actions.searching import search_reports
from apps.reports.actions.submission import submit_report, withdraw_report

__all__ = [
    "Overtaken",
    "audience_for",
    "change_draft",
    "copy_report",
    "delete_draft",
    "draft_report",
    "preview_content",
    "preview_draft",
    "require_unchanged",
    "search_reports",
    "submit_report",
    "tag_of",
    "withdraw_report",
]
