"""What may be filed: pure. ``read`` turns JSON values into Content or errors; ``missing`` says what a submission lacks,
``unknown_agencies`` which entries name no agency.
"""

from apps.reports.policy.completeness import NO_AGENCY, missing, unknown_agencies
from apps.reports.policy.content import Content, ItemLine, Occurred, StopLine
from apps.reports.policy.filters import Filters, read_filters
from apps.reports.policy.reading import read

__all__ = [
    "NO_AGENCY",
    "Content",
    "Filters",
    "ItemLine",
    "Occurred",
    "StopLine",
    "missing",
    "read",
    "read_filters",
    "unknown_agencies",
]
