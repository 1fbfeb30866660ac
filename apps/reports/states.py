"""A report's kinds, states and arrows; the words that keep data from lying."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ReportKind(TextChoices):
    """What is reported."""

    SEIZURE = "SEIZURE", _("Seizure")
    OPERATIONAL_INTELLIGENCE = "OPERATIONAL_INTELLIGENCE", _("Operational intelligence")
    ANALYSIS = "ANALYSIS", _("Analysis")


REFERENCE_PREFIX = "SR"  # whatever the kind: a reference travels in mails, which tell nothing


class ReportState(TextChoices):
    """Where a report stands."""

    DRAFT = "DRAFT", _("Draft")
    SUBMITTED = "SUBMITTED", _("Submitted")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")


ARROWS = {
    ReportState.DRAFT: frozenset({ReportState.SUBMITTED}),
    ReportState.SUBMITTED: frozenset({ReportState.WITHDRAWN}),
}


class Qualifier(TextChoices):
    """How sure a quantity is."""

    EXACT = "EXACT", _("Exactly")
    AT_LEAST = "AT_LEAST", _("At least")
    ABOUT = "ABOUT", _("About")
    UNKNOWN = "UNKNOWN", _("Amount unknown")


class Precision(TextChoices):
    """How precisely a date is known."""

    DAY = "DAY", _("Day")
    WEEK = "WEEK", _("Week")
    MONTH = "MONTH", _("Month")
    YEAR = "YEAR", _("Year")
    RANGE = "RANGE", _("Between two days")
