"""Reads: one's own notices, who is told of what waits for an agency, what is due to be sent, and how delivery does."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.conf import settings
from django.db import connection
from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest

from apps.agencies.models import Agency, User
from apps.agencies.policy import Actor, Role
from apps.agencies.queries import administrators_of, liaisons_of
from apps.audit.queries import sealed_at
from apps.core.words import N_
from apps.notifications.gate import Look, open_to
from apps.notifications.models import Alarm, Attempt, Channel, Dispatch, Notification, Pulse
from apps.notifications.policy import Beat, Figures, Limits
from apps.notifications.states import GATHERED, TOLD_WITHOUT_OPENING, WAITS_FOR_AGENCY, DispatchState, NoticeKind
from apps.outbox.queries import backlog

WAITS_SINCE = Greatest("created_at", "gathered_until")  # what is being gathered does not wait yet
UNREAD_SHOWN = 50  # more is shown as "50+": counting them all would cost more than it tells
CLOSED = N_("What it was about is no longer open to you.")


def notifications_for(actor: Actor) -> QuerySet[Notification]:
    """The actor's own notices, newest first."""
    return Notification.objects.filter(user_id=actor.user_id).order_by("-created_at", "-id")


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice as its reader may see it now: without ids and reference once what it was about is closed to them."""

    id: UUID
    kind: NoticeKind
    cause: UUID | None
    object_id: UUID | None
    reference: str
    created_at: datetime
    read_at: datetime | None

    @property
    def sentence(self) -> str:
        """To be translated: that it is closed; empty where it is not."""
        return CLOSED if self.object_id is None else ""


def shown_to(*, actor: Actor, notices: Collection[Notification]) -> list[Shown]:
    """Notices of the actor's own as they may be shown now, in one statement; none where they are about no label.

    A notice outlives its reader's access, and the reference of what is closed is the one thing that must not stay.
    """
    asked = {notice.label_id for notice in notices if notice.label_id and opens(notice)}
    closed = asked - open_to(actor, labels=asked)
    return [_shown(notice, closed=opens(notice) and notice.label_id in closed) for notice in notices]


def _shown(row: Notification, *, closed: bool) -> Shown:
    cause, about, reference = (None, None, "") if closed else (row.cause, row.object_id, row.reference)
    return Shown(row.id, NoticeKind(row.kind), cause, about, reference, row.created_at, row.read_at)


def page_of(*, actor: Actor, before: tuple[datetime, UUID] | None, limit: int) -> list[Shown]:
    """At most so many of the actor's own notices, newest first, behind the one made at that time with that id."""
    rows = notifications_for(actor)
    if before:
        rows = rows.filter(Q(created_at__lt=before[0]) | Q(created_at=before[0], id__lt=before[1]))
    return shown_to(actor=actor, notices=list(rows[:limit]))


def unread_count(actor: Actor) -> int:
    """How many of the actor's notices are unread, up to one more than is shown (``UNREAD_SHOWN``)."""
    return notifications_for(actor).filter(read_at__isnull=True)[: UNREAD_SHOWN + 1].count()


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell one account: a kind and ids. It has no field for content."""

    user_id: UUID
    kind: NoticeKind
    cause: UUID
    object_id: UUID
    label_id: UUID | None
    reference: str = ""

    @property
    def look(self) -> Look | None:
        """What must hold for it to be told; None where it is about no label."""
        if self.label_id is None:
            return None
        return Look(self.user_id, self.label_id, opens=opens(self))


def opens(notice: "Notice | Notification | Shown") -> bool:
    """Whether its reader must be able to open what it is about.

    Who is told that something waits for another agency, and never what, need not; but the originator is shown the very
    referral that waits (the notice's cause), and has to be able to open that.
    """
    return notice.kind not in TOLD_WITHOUT_OPENING or notice.object_id == notice.cause


@dataclass(frozen=True, slots=True)
class Recipients:
    """Who is told of what arrives for some agencies.

    ``users``: agency → its active liaison officers, or where there is none its active administrators and the people of
    the coordinating body. ``stand_ins``: agency without a liaison officer → the coordinating body's among them.
    """

    users: Mapping[UUID, list[UUID]]
    stand_ins: Mapping[UUID, list[UUID]] = field(default_factory=dict)

    @property
    def without_liaison(self) -> frozenset[UUID]:
        """The agencies that had no active liaison officer."""
        return frozenset(self.stand_ins)

    def notices(
        self,
        *,
        agency_id: UUID,
        kind: NoticeKind,
        cause: UUID,
        object_id: UUID,
        label_id: UUID | None,
        reference: str,
        owners: Collection[UUID] = (),
    ) -> list[Notice]:
        """The notices of one thing for one agency.

        Without a liaison officer its administrators and the coordinating body are told that something waits, by a
        notice that opens the agency and not the thing. The coordinating body isn't told the reference either, and the
        gate lets neither be told where the label lets their agency in nowhere. The ``owners`` of the thing are told what
        waits, so that it never waits unseen.
        """
        if agency_id not in self.stand_ins:
            return [Notice(user, kind, cause, object_id, label_id, reference) for user in self.users[agency_id]]
        if kind not in WAITS_FOR_AGENCY:
            return []
        outside = set(self.stand_ins[agency_id])
        own = [Notice(user, NoticeKind.NO_LIAISON, cause, cause, label_id, reference) for user in owners]
        return own + [
            Notice(user, NoticeKind.NO_LIAISON, cause, agency_id, label_id, "" if user in outside else reference)
            for user in self.users[agency_id]
        ]


def recipients(agency_ids: Collection[UUID]) -> Recipients:
    """Who is told, in four statements at most, whatever the number of agencies and people."""
    users = _by_agency(liaisons_of(agency_ids), agency_ids)
    without = [agency for agency, people in users.items() if not people]
    if not without:
        return Recipients(users)
    coordinators = _coordinators(without)
    people = _liaisons_or_administrators({*without, *coordinators.values()})
    stand_ins = {
        agency: people[coordinators[agency]] if coordinators.get(agency, agency) != agency else [] for agency in without
    }
    own = {agency: people[agency] for agency in without}
    return Recipients(users | {agency: [*own[agency], *stand_ins[agency]] for agency in without}, stand_ins)


def _by_agency(people: QuerySet[User], agency_ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    users: dict[UUID, list[UUID]] = {agency: [] for agency in agency_ids}
    for agency, user in people.order_by("email").values_list("agency_id", "id"):
        if agency is not None:
            users[agency].append(user)
    return users


def _coordinators(agency_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Agency → the body that coordinates its country, or the platform's own."""
    codes = dict(Agency.objects.filter(id__in=agency_ids).values_list("id", "country__coordinator"))
    named = {agency: code or settings.COORDINATING_BODY for agency, code in codes.items()}
    bodies = dict(Agency.objects.filter(code__in=set(named.values()), active=True).values_list("code", "id"))
    return {agency: bodies[code] for agency, code in named.items() if code in bodies}


def _liaisons_or_administrators(agency_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Each agency's active liaison officers, or its active administrators where there is none, in one statement."""
    wanted = [Role.LIAISON, Role.AGENCY_ADMIN]
    rows = (
        (liaisons_of(agency_ids) | administrators_of(agency_ids))
        .order_by("email")
        .values_list("agency_id", "id", "roles")
    )
    by_role: dict[Role, dict[UUID, list[UUID]]] = {role: {agency: [] for agency in agency_ids} for role in wanted}
    for agency, user, roles in rows:
        for role in wanted:
            if agency is not None and role in roles:
                by_role[role][agency].append(user)
    return {agency: by_role[Role.LIAISON][agency] or by_role[Role.AGENCY_ADMIN][agency] for agency in agency_ids}


@dataclass(frozen=True, slots=True)
class Letter:
    """A claimed dispatch: the notice it carries, where it goes, and whether its reader and their agency are active."""

    id: UUID
    leased_until: datetime
    attempts: int
    notice: Notice
    email: str
    language: str
    active: bool
    along: tuple["Letter", ...] = ()  # what is told in the same mail

    @property
    def all(self) -> tuple["Letter", ...]:
        """Itself and what goes along."""
        return (self, *self.along)

    @property
    def ident(self) -> UUID:
        """What its Message-ID follows from: the dispatch, or all of those that go in one mail.

        A mail that holds one more is another mail: a receiver must not drop it for one that came before.
        """
        first, *rest = sorted(each.id for each in self.all)
        return uuid5(first, " ".join(map(str, rest))) if rest else first


def gathered(letters: Iterable[Letter]) -> list[Letter]:
    """The letters, where those of one reader on one report, of the kinds that are gathered, are one."""
    groups: dict[object, list[Letter]] = {}
    for letter in letters:
        told = letter.notice
        together = told.label_id is not None and told.kind in GATHERED
        groups.setdefault((told.user_id, told.label_id) if together else letter.id, []).append(letter)
    return [replace(first, along=tuple(rest)) for first, *rest in groups.values()]


def letter_of(  # noqa: PLR0913, PLR0917 - the columns of a claim, in their order
    id_: UUID,
    leased_until: datetime,
    attempts: int,
    kind: str,
    cause: UUID,
    object_id: UUID,
    label_id: UUID | None,
    reference: str,
    user_id: UUID,
    email: str,
    language: str,
    active: bool,
) -> Letter:
    """A claimed row as a letter."""
    notice = Notice(user_id, NoticeKind(kind), cause, object_id, label_id, reference)
    return Letter(id_, leased_until, attempts, notice, email, language, active)


@dataclass(frozen=True, slots=True)
class Health:
    """How delivery does: messages by state, the age of the oldest that waits, and accounts whose channel has failed."""

    counts: Mapping[str, int]
    oldest_pending: timedelta | None
    closed_channels: int


def health(*, now: datetime) -> Health:
    """For administrators and alarms, in two statements."""
    grouped = Dispatch.objects.values("state").annotate(count=Count("id"), since=Min(WAITS_SINCE))
    rows = {row["state"]: row for row in grouped}
    counts = {state: rows[state]["count"] if state in rows else 0 for state in DispatchState.values}
    waiting = rows.get(DispatchState.PENDING)
    closed = Channel.objects.filter(closed_at__isnull=False).count()
    return Health(counts, _age(waiting["since"], now) if waiting else None, closed)


def closed_addresses() -> dict[UUID, datetime]:
    """Account → since when nothing is mailed to it, since a mail server refused its address: one's own, one's agency's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT user_id, since FROM notifications_closed()")
        return dict(cursor.fetchall())


def figures(*, now: datetime) -> Figures:
    """How the service does, in six statements; as the worker, the owner or an administrator, whom the walls let look."""
    carried, pulses = backlog(now=now), dict(Pulse.objects.values_list("name", "at"))
    waiting, dead = Q(state=DispatchState.PENDING), Q(state=DispatchState.DEAD)
    alarms = Q(user__is_staff=True)  # administrators of the platform are told of nothing else
    sent = Dispatch.objects.filter(waiting | dead).aggregate(
        pending=Count("id", filter=waiting & ~alarms),
        dead=Count("id", filter=dead & ~alarms),
        since=Min(WAITS_SINCE, filter=waiting & ~alarms),
        alarms_pending=Count("id", filter=waiting & alarms),
        alarms_dead=Count("id", filter=dead & alarms),
    )
    return Figures(
        at=now,
        deliveries_pending=carried.pending,
        deliveries_dead=carried.dead,
        oldest_delivery=carried.oldest,
        messages_pending=sent["pending"],
        messages_dead=sent["dead"],
        messages_refused=_refused(),
        oldest_message=_age(sent["since"], now) if sent["since"] else None,
        alarm_messages_pending=sent["alarms_pending"],
        alarm_messages_dead=sent["alarms_dead"],
        channels_closed=Channel.objects.filter(closed_at__isnull=False).count(),
        sealed_at=sealed_at(),
        trail_checked_at=pulses.get(Beat.TRAIL),
        proved_at=pulses.get(Beat.LEDGER),
        compared_at=pulses.get(Beat.GRANTS),
        watched_at=pulses.get(Beat.WATCH),
        backup_at=pulses.get(Beat.BACKUP),
    )


def _refused() -> int:
    """How many messages wait since the mail server refused them for good, though not for what is their readers' fault."""
    newest = Attempt.objects.filter(dispatch=OuterRef("id")).order_by("-id").values("code")[:1]
    tried = Dispatch.objects.filter(state=DispatchState.PENDING, attempts__gt=0, user__is_staff=False)
    return tried.filter(held_up=False).annotate(said=Subquery(newest)).filter(said__regex="^5[0-9][0-9]$").count()


def _age(since: datetime, at: datetime) -> timedelta:
    return max(at - since, timedelta())


def watched_at() -> datetime | None:
    """When the figures were last looked at."""
    return Pulse.objects.filter(name=Beat.WATCH).values_list("at", flat=True).first()


def limits() -> Limits:
    """From when on a figure is an alarm, as the environment says."""
    return Limits(backup=settings.BACKUP_EVERY)


def alarms(*, ended_since: datetime) -> list[Alarm]:
    """Those that are open, and those that ended since; newest first."""
    return list(Alarm.objects.filter(Q(ended_at__isnull=True) | Q(ended_at__gte=ended_since)).order_by("-since"))


def alarm_of(alarm_id: UUID) -> Alarm | None:
    """The alarm that a message tells of."""
    return Alarm.objects.filter(id=alarm_id).first()


def alarms_taken() -> dict[UUID, datetime]:
    """Alarm → when the mail server last took a message of it; for platform administrators."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT alarm_id, at FROM notifications_alarms_taken()")
        return dict(cursor.fetchall())
