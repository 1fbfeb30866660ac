"""What is done with labels: written, judged again, opened by break-glass and closed."""

from apps.sharing.actions.glass import (
    approve_opening,
    ask_to_open,
    close_opening,
    end_opening,
    end_what_is_over,
    grant_opening,
    record_glass_read,
    refuse_opening,
)
from apps.sharing.actions.labels import label_draft, own_agency, relabel, relabel_draft
from apps.sharing.actions.mending import BATCH, judge_again, mend, report_agreement

__all__ = [
    "BATCH",
    "approve_opening",
    "ask_to_open",
    "close_opening",
    "end_opening",
    "end_what_is_over",
    "grant_opening",
    "judge_again",
    "label_draft",
    "mend",
    "own_agency",
    "record_glass_read",
    "refuse_opening",
    "relabel",
    "relabel_draft",
    "report_agreement",
]
