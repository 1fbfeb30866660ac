"""What may be filed: pure. ``read`` turns JSON values into Content or errors; ``missing`` says what a submission lacks."""

from apps.reports.policy.completeness import missing
from apps.reports.policy.content import Content, ItemLine, Occurred, StopLine
from apps.reports.policy.filters import Filters, read_filters
from apps.reports.policy.reading import read

__all__ = ["Content", "Filters", "ItemLine", "Occurred", "StopLine", "missing", "read", "read_filters"]
