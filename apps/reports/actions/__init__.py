"""What is done to reports: one verb, one function, one transaction of the caller's ``acting``."""

from apps.reports.actions.drafting import change_draft, copy_report, delete_draft, draft_report
from apps.reports.actions.preview import audience_for, preview_content, preview_draft
from apps.reports.actions.searching import search_reports
from apps.reports.actions.submission import submit_report, withdraw_report

__all__ = [
    "audience_for",
    "change_draft",
    "copy_report",
    "delete_draft",
    "draft_report",
    "preview_content",
    "preview_draft",
    "search_reports",
    "submit_report",
    "withdraw_report",
]
