"""Openings by break-glass in words."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext

from apps.agencies.models import User
from apps.agencies.policy import Actor
from apps.sharing.models import Opening
from apps.sharing.states import OpeningState
from apps.web.shown.times import clock, moment
from apps.web.shown.words import Shown

TONES = {OpeningState.ASKED: "yellow", OpeningState.APPROVED: "blue", OpeningState.OPEN: "red"}


def opening(row: Opening, actor: Actor, now: datetime) -> Shown:
    """One line of the list, with what this administrator may do about it now."""
    state = _state(row, now)
    two = actor.user_id in (row.asked_by_id, row.approved_by_id)
    own = row.asked_by_id == actor.user_id
    return {
        "reference": row.reference,
        "reason": row.reason,
        "tag": {"label": state.label, "tone": TONES.get(state, "grey")},
        "rows": _rows(row),
        "url": reverse("web:glass-report", args=[row.id]) if own and state == OpeningState.OPEN else "",
        "approve": _verb("approve", row) if state == OpeningState.ASKED and not own else "",
        "refuse": _verb("refuse", row) if state == OpeningState.ASKED else "",
        "end": _verb("end", row) if two and state in (OpeningState.APPROVED, OpeningState.OPEN) else "",
    }


def banner(row: Opening) -> Shown:
    """What stands above a report that is read by break-glass."""
    until = clock(row.until) if row.until else ""
    words = {"until": until, "reason": row.reason, "who": _person(row.approved_by)}
    return {
        "text": gettext("Break-glass until %(until)s. Reason: %(reason)s Approved by %(who)s.") % words,
        "end": _verb("end", row),
    }


def _state(row: Opening, now: datetime) -> OpeningState:
    """What is over is shown as over, also before the worker has noted it."""
    state = OpeningState(row.state)
    over = row.until is not None and row.until <= now
    return OpeningState.ENDED if over and state in (OpeningState.OPEN, OpeningState.APPROVED) else state


def _rows(row: Opening) -> list[Shown]:
    found = [
        (gettext("Asked"), f"{moment(row.asked_at)} · {_person(row.asked_by)}"),
        (gettext("Approved"), f"{moment(row.approved_at)} · {_person(row.approved_by)}" if row.approved_at else ""),
        (gettext("Until"), moment(row.until) if row.until else ""),
        (gettext("Ended"), _ended(row)),
        (gettext("Owner, who was told"), row.owner.name if row.owner else ""),
    ]
    return [{"key": key, "value": value} for key, value in found if value]


def _ended(row: Opening) -> str:
    if row.ended_at is None:
        return ""
    nothing = row.state == OpeningState.ENDED and row.label_id is None
    words = [moment(row.ended_at), _person(row.ended_by), gettext("nothing was opened") if nothing else ""]
    return " · ".join(filter(None, words))


def _person(user: User | None) -> str:
    return f"{user.name} ({user.email})" if user else ""


def _verb(name: str, row: Opening) -> str:
    return reverse(f"web:glass-{name}", args=[row.id])
