"""What is watched and when it is an alarm: codes, limits and sentences. Pure; figures come in, codes go out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from apps.core.words import N_

Facts = Mapping[str, int | str]
NAME = re.compile(r"[a-z][a-z_]{0,31}")
WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+-]{0,63}")
MOST_FACTS = 12
SILENCE = timedelta(minutes=5)  # after which beat is taken for dead


class AlarmCode(StrEnum):
    """What can be wrong. One alarm of a code is open at a time."""

    DEAD_LETTERS = "dead_letters"
    OLDEST_UNSENT = "oldest_unsent"
    RELAY_LAG = "relay_lag"
    NO_BEAT = "no_beat"
    AUDIT_CHAIN = "audit_chain"
    AUDIT_SEAL = "audit_seal"
    GRANTS = "grants"
    LEDGER = "ledger"
    PROBING = "probing"
    BREAK_GLASS = "break_glass"
    BACKUP = "backup"
    UNREADABLE = "unreadable"
    OLD_KEYS = "old_keys"
    NIGHTLY = "nightly"
    MAIL_REFUSED = "mail_refused"


class Beat(StrEnum):
    """What must happen again and again."""

    WATCH = "watch"
    TRAIL = "trail"
    LEDGER = "ledger"
    GRANTS = "grants"
    BACKUP = "backup"


A = AlarmCode
SENTENCES: Mapping[AlarmCode, str] = {
    A.DEAD_LETTERS: N_("Something could not be delivered and was given up"),
    A.OLDEST_UNSENT: N_("Messages have waited too long to be sent"),
    A.RELAY_LAG: N_("Events have waited too long to be carried to those they concern"),
    A.NO_BEAT: N_("The clock that starts the regular work is silent"),
    A.AUDIT_CHAIN: N_("The audit trail does not hold"),
    A.AUDIT_SEAL: N_("The audit trail has not been sealed for too long"),
    A.GRANTS: N_("Grants and policy disagree about who may read"),
    A.LEDGER: N_("What was accepted and what was delivered do not add up"),
    A.PROBING: N_("An account has asked more than its work explains"),
    A.BREAK_GLASS: N_("Break-glass was asked for, or opened"),
    A.BACKUP: N_("No backup has been noted for too long"),
    A.UNREADABLE: N_("Something that is sealed could not be opened"),
    A.OLD_KEYS: N_("Keys or other secrets are older than they should get"),
    A.NIGHTLY: N_("A nightly check has not come out well for too long"),
    A.MAIL_REFUSED: N_("The mail server refuses messages for what is not their recipients' fault: they wait"),
}
# Counts that are told in mails and on the page, in words; whatever else an alarm has stands on the page by its name.
COUNTS: Mapping[str, str] = {
    "deliveries": N_("Deliveries given up"),
    "messages": N_("Messages given up"),
    "refused": N_("Messages refused, that are tried again"),
    "waiting": N_("Waiting"),
    "oldest_seconds": N_("Seconds that the oldest has waited"),
    "age_seconds": N_("Seconds since it last happened"),
    "backups": N_("Backups noted so far"),
    "late": N_("Nightly checks that are late"),
    "entries": N_("Entries that hold"),
    "broken": N_("First entry that does not hold"),
    "differences": N_("Differences found"),
    "checks": N_("Checks that found something"),
    "labels": N_("Labels that disagree"),
    "values": N_("Sealed values that did not open"),
    "masters": N_("Master keys that are too old"),
    "data_keys": N_("Data keys that are too old"),
    "signing_keys": N_("Signing keys that are too old"),
    "api_tokens": N_("API tokens that are too old"),
    "environments": N_("Environments whose secrets are too old"),
    "oldest_days": N_("Days that the oldest has been in use"),
    "limit_days": N_("Days that one should be used at most"),
    "asked": N_("Asked"),
    "accounts": N_("Accounts"),
}
# What a person has to look at and end: no figure says that it is over.
SEEN_TO_BY_A_PERSON = frozenset({A.PROBING, A.BREAK_GLASS, A.UNREADABLE})


@dataclass(frozen=True, slots=True)
class Limits:
    """From when on a figure is an alarm. ``backup`` None: backups are somebody else's business and not watched."""

    waiting: timedelta = timedelta(minutes=5)
    seal: timedelta = timedelta(hours=3)
    nightly: timedelta = timedelta(hours=30)
    backup: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """How the service does at one moment: counts, ages, and times (None: never). It has no field for content.

    Messages that carry alarms are counted apart (``alarm_messages_*``): mail that is broken must not alarm about itself.
    """

    at: datetime
    deliveries_pending: int = 0
    deliveries_dead: int = 0
    oldest_delivery: timedelta | None = None
    messages_pending: int = 0
    messages_dead: int = 0
    messages_refused: int = 0
    oldest_message: timedelta | None = None
    alarm_messages_pending: int = 0
    alarm_messages_dead: int = 0
    channels_closed: int = 0
    trail_checked_at: datetime | None = None
    proved_at: datetime | None = None
    compared_at: datetime | None = None
    sealed_at: datetime | None = None
    watched_at: datetime | None = None
    backup_at: datetime | None = None


def judged(figures: Figures, limits: Limits) -> dict[AlarmCode, Facts | None]:
    """For each code that the figures decide: the facts of its alarm, or None where all is well."""
    dead = {"deliveries": figures.deliveries_dead, "messages": figures.messages_dead}
    return {
        A.DEAD_LETTERS: dead if any(dead.values()) else None,
        A.OLDEST_UNSENT: _waiting(figures.oldest_message, figures.messages_pending, limits.waiting),
        A.RELAY_LAG: _waiting(figures.oldest_delivery, figures.deliveries_pending, limits.waiting),
        A.BACKUP: _backup(figures, limits),
        A.AUDIT_SEAL: _stale(figures.sealed_at, figures.at, limits.seal) if figures.sealed_at else None,
        A.NIGHTLY: _late(figures, limits),
        A.MAIL_REFUSED: {"refused": figures.messages_refused} if figures.messages_refused else None,
    }


def aged(since: Mapping[str, Sequence[datetime]], *, limit: timedelta, at: datetime) -> Facts | None:
    """The facts where something has been in use for longer than ``limit``: how many of each kind, and the oldest's days."""
    old = {kind: [time for time in times if at - time > limit] for kind, times in since.items()}
    counts: dict[str, int | str] = {kind: len(times) for kind, times in old.items() if times}
    if not counts:
        return None
    oldest = at - min(time for times in old.values() for time in times)
    return {**counts, "oldest_days": oldest.days, "limit_days": limit.days}


def beat_is_silent(*, heard_at: datetime | None, listening_since: datetime, at: datetime) -> Facts | None:
    """The facts where the watch, which beat starts every minute, was not kept while somebody listened; else None."""
    return _stale(max(heard_at or listening_since, listening_since), at, SILENCE)


def _waiting(oldest: timedelta | None, count: int, longest: timedelta) -> Facts | None:
    if oldest is None or oldest <= longest:
        return None
    return {"waiting": count, "oldest_seconds": int(oldest.total_seconds())}


def _backup(figures: Figures, limits: Limits) -> Facts | None:
    if limits.backup is None:
        return None
    if figures.backup_at is None:
        return {"backups": 0}
    return _stale(figures.backup_at, figures.at, limits.backup)


def _late(figures: Figures, limits: Limits) -> Facts | None:
    """Of the checks that came out well at least once. A service that was away first makes up for the night it missed."""
    if figures.watched_at is None or figures.at - figures.watched_at > SILENCE:
        return None
    checks = (figures.trail_checked_at, figures.proved_at, figures.compared_at)
    late = [at for at in checks if at and overdue(at, figures, limits)]
    return {"late": len(late), "age_seconds": int((figures.at - min(late)).total_seconds())} if late else None


def overdue(checked_at: datetime | None, figures: Figures, limits: Limits) -> bool:
    """Whether a nightly check that came out well then should have done so again; one that never did is not late."""
    return checked_at is not None and figures.at - checked_at > limits.nightly


def _stale(since: datetime | None, at: datetime, longest: timedelta) -> Facts | None:
    if since is None or at - since <= longest:
        return None
    return {"age_seconds": int((at - since).total_seconds())}


def checked(facts: Facts) -> Facts:
    """The facts, where each is a count, a code or an id under a plain name; ValueError where one could be content."""
    if len(facts) > MOST_FACTS:
        raise ValueError(f"an alarm has {MOST_FACTS} facts at most")
    for name, value in facts.items():
        if not NAME.fullmatch(name) or (isinstance(value, str) and not WORD.fullmatch(value)):
            raise ValueError(f"the fact {name[:32]} of an alarm is no count, code or id")
    return facts
