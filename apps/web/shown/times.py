"""Days and moments: the month as a word, the reader's zone by its name, what is due also in relative words."""

from datetime import date, datetime

from django.utils import formats, timezone
from django.utils.translation import gettext, ngettext, pgettext

from apps.reports.models import Report
from apps.reports.states import Precision


def day(when: date | datetime) -> str:
    """``16 January 2019``; a moment's day is the reader's."""
    return _formatted(when, pgettext("format of a day", "j F Y"))


def short_day(when: datetime, now: datetime) -> str:
    """``25 November``, with the year where it is another one than today's."""
    near = local(when).year == local(now).year
    return _formatted(when, pgettext("format of a day of this year", "j F")) if near else day(when)


def moment(when: datetime) -> str:
    """``16 January 2019, 14:02 EAT``."""
    return f"{_formatted(when, pgettext('format of a moment', 'j F Y, H:i'))} {zone(when)}"


def local(when: datetime) -> datetime:
    """A moment in the reader's zone."""
    return when.astimezone(timezone.get_current_timezone())


def clock(when: datetime) -> str:
    """``14:02 EAT``."""
    return f"{_formatted(when, 'H:i')} {zone(when)}"


def zone(when: datetime) -> str:
    """The reader's zone as people there call it; one that has no letters is called by its distance from UTC."""
    name = local(when).tzname() or "UTC"
    return name if name[0].isalpha() else f"UTC{name}"


def relative(due: datetime, now: datetime) -> str:
    """``in 3 days``, ``tomorrow``, ``today``, ``2 days late``: by the reader's calendar."""
    days = (local(due).date() - local(now).date()).days
    if due < now:
        return ngettext("%(days)d day late", "%(days)d days late", -days) % {"days": -days} if days else gettext("late")
    if days <= 1:
        return gettext("tomorrow") if days else gettext("today")
    return ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days}


def occurred(report: Report) -> str:
    """When it happened, as precisely as it was said; empty where it was not."""
    if report.occurred_from is None or report.occurred_until is None:
        return ""
    return when_words(report.occurred_from, report.occurred_until, report.precision)


def when_words(since: date, until: date, precision: str) -> str:
    """A date with its precision: ``January 2019``, ``in the week of 14 January 2019``."""
    if precision == Precision.MONTH:
        return _formatted(since, pgettext("format of a month", "F Y"))
    if precision == Precision.YEAR:
        return _formatted(since, "Y")
    if precision == Precision.WEEK:
        return gettext("in the week of %(day)s") % {"day": day(since)}
    if precision == Precision.RANGE:
        return gettext("between %(since)s and %(until)s") % {"since": day(since), "until": day(until)}
    return day(since)


def _formatted(when: date | datetime, pattern: str) -> str:
    return str(formats.date_format(local(when) if isinstance(when, datetime) else when, pattern))
