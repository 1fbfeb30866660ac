"""The operations page of the admin site: what is wrong, the figures it is judged by, and where each is looked after."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.agencies.policy import Actor
from apps.core.clock import now
from apps.core.errors import Conflict
from apps.notifications import queries
from apps.notifications.actions import see_to
from apps.notifications.models import Alarm
from apps.notifications.policy import (
    COUNTS,
    SEEN_TO_BY_A_PERSON,
    SENTENCES,
    SILENCE,
    AlarmCode,
    Figures,
    Limits,
    judged,
    overdue,
)
from apps.web.shown.times import moment

REMEMBERED = timedelta(days=14)  # how long an alarm that has ended stays on the page


class State(StrEnum):
    """What a figure says."""

    WELL = "well"
    WRONG = "wrong"
    UNKNOWN = "unknown"  # it has never happened, and nobody promised that it would by now


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: its name, its value in words, what it says, and where it is looked after."""

    name: str
    value: str
    state: State
    url: str = ""


def page(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """The page; a POST ends an alarm that only a person can end."""
    if request.method == "POST":
        return _seen_to(request)
    at = now()
    figures = queries.figures(now=at)
    found, taken = queries.alarms(ended_since=at - REMEMBERED), queries.alarms_taken()
    context: dict[str, Any] = {
        **site.each_context(request),
        "title": _("Operations"),
        "open": [_shown(alarm, taken.get(alarm.id)) for alarm in found if alarm.ended_at is None],
        "ended": [_shown(alarm, taken.get(alarm.id)) for alarm in found if alarm.ended_at is not None],
        "remembered": REMEMBERED.days,
        "figures": rows(figures, [alarm.code for alarm in found if alarm.ended_at is None]),
        "at": moment(at),
    }
    return TemplateResponse(request, "admin/operations.html", context)


def _seen_to(request: HttpRequest) -> HttpResponse:
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]  # set by the site
    try:
        alarm = see_to(actor=actor, alarm_id=UUID(request.POST.get("alarm", "")), now=now())
    except ValueError as error:
        raise Http404 from error
    except Conflict:
        messages.warning(request, gettext("That alarm has ended already, or ends by itself."))
    else:
        messages.success(request, gettext("Ended: %(alarm)s.") % {"alarm": gettext(SENTENCES[AlarmCode(alarm.code)])})
    return HttpResponseRedirect(reverse("admin:operations"))


def _shown(alarm: Alarm, taken: datetime | None) -> Mapping[str, Any]:
    """An alarm in words; ``taken``: when the mail server last took a message of it."""
    glass = alarm.code == AlarmCode.BREAK_GLASS
    facts = [(gettext(COUNTS.get(name, name)), value) for name, value in alarm.facts.items() if not glass]
    return {
        "id": alarm.id,
        "sentence": gettext(SENTENCES[AlarmCode(alarm.code)]),
        "code": alarm.code,
        "facts": facts,
        "url": reverse("web:glass") if glass else "",  # its openings, by name and reason, in place of an id
        "since": moment(alarm.since),
        "times": alarm.times,
        "told": _told(alarm.told_at, taken),
        "ended": moment(alarm.ended_at) if alarm.ended_at else "",
        "by_hand": alarm.ended_by_id is not None,
        "can_be_ended": alarm.code in SEEN_TO_BY_A_PERSON,
    }


def _told(tried: datetime | None, taken: datetime | None) -> str:
    """What was only tried was not told."""
    if taken is not None:
        return moment(taken)
    if tried is None:
        return ""
    return gettext("tried %(moment)s, and the mail server has taken none of it") % {"moment": moment(tried)}


def rows(figures: Figures, open_: Collection[str]) -> list[Row]:
    """Every figure, in the order in which a person looks, with what it says; ``open_`` are the codes of open alarms."""
    limits = queries.limits()
    wrong = {code for code, facts in judged(figures, limits).items() if facts is not None} | set(open_)
    return [*_counts(figures, wrong), *_times(figures, wrong, limits)]


def _counts(figures: Figures, wrong: Collection[str]) -> list[Row]:
    deliveries, sent = reverse("admin:outbox_delivery_changelist"), reverse("admin:notifications_dispatch_changelist")
    closed = f"{reverse('admin:notifications_channel_changelist')}?closed_at__isempty=0"
    carried = _waiting(figures.deliveries_pending, figures.oldest_delivery)
    posted = _waiting(figures.messages_pending, figures.oldest_message) + _refused(figures.messages_refused)
    dead, gone, own = figures.deliveries_dead, figures.messages_dead, figures.alarm_messages_dead
    late, shut = AlarmCode.OLDEST_UNSENT in wrong or figures.messages_refused > 0, figures.channels_closed
    return [
        Row(gettext("Events waiting"), carried, _state(AlarmCode.RELAY_LAG in wrong), deliveries),
        Row(gettext("Events given up"), str(dead), _state(dead > 0), f"{deliveries}?state__exact=DEAD"),
        Row(gettext("Messages waiting"), posted, _state(late), sent),
        Row(gettext("Messages given up"), str(gone), _state(gone > 0), f"{sent}?state__exact=DEAD"),
        Row(gettext("Messages of alarms given up"), str(own), _state(own > 0), f"{sent}?state__exact=DEAD"),
        Row(gettext("Addresses refused for good"), str(shut), _state(shut > 0), closed),
    ]


def _times(figures: Figures, wrong: Collection[str], limits: Limits) -> list[Row]:
    trail = reverse("admin:audit_entry_changelist")

    def nightly(name: str, at: datetime | None, code: AlarmCode, url: str = "") -> Row:
        return _time(name, at, figures, code in wrong or overdue(at, figures, limits), url)

    return [
        _time(gettext("Figures last watched"), figures.watched_at, figures, _silent(figures)),
        nightly(gettext("Audit trail last verified"), figures.trail_checked_at, AlarmCode.AUDIT_CHAIN, trail),
        nightly(gettext("Ledger last proved"), figures.proved_at, AlarmCode.LEDGER),
        nightly(gettext("Grants last compared"), figures.compared_at, AlarmCode.GRANTS),
        _time(gettext("Audit trail last sealed"), figures.sealed_at, figures, AlarmCode.AUDIT_SEAL in wrong, trail),
        _time(gettext("Backup last noted"), figures.backup_at, figures, AlarmCode.BACKUP in wrong),
    ]


def _time(name: str, at: datetime | None, figures: Figures, wrong: object, url: str = "") -> Row:
    state = State.WRONG if wrong else State.WELL if at else State.UNKNOWN
    return Row(name, _when(at, figures.at), state, url)


def _state(wrong: object) -> State:
    return State.WRONG if wrong else State.WELL


def _silent(figures: Figures) -> bool:
    return figures.watched_at is not None and figures.at - figures.watched_at > SILENCE


def _waiting(count: int, oldest: timedelta | None) -> str:
    if oldest is None:
        return str(count)
    return gettext("%(count)d, the oldest for %(age)s") % {"count": count, "age": timesince(now() - oldest)}


def _refused(count: int) -> str:
    """That a mail server refuses them, which is nobody's mailbox."""
    return gettext("; %(count)d refused by the mail server and tried again") % {"count": count} if count else ""


def _when(at: datetime | None, seen_at: datetime) -> str:
    if at is None:
        return gettext("not yet")
    return gettext("%(moment)s (%(age)s ago)") % {"moment": moment(at), "age": timesince(at, seen_at)}
