"""Who has opened a report of one's own agency: when, which agency, in which roles.

Persons stand by name where they are one's own; the platform's administrators, who open by break-glass, by name and address.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.agencies.models import Agency, User
from apps.agencies.policy import Actor
from apps.audit.actions import gather
from apps.audit.queries import Access, Mark, trail_of
from apps.referrals.queries import on_own_reports
from apps.reports.models import Report
from apps.reports.queries import own_report_for

# What counts as opening. Lists and searches show rows of many reports, and name none of them in the trail.
VERBS = ("read", "print", "export", "break_glass", "break_glass_read")


@dataclass(frozen=True, slots=True)
class Opened:
    """One access. ``agency`` is empty for the platform's own people, ``person`` for everybody of another agency.

    ``break_glass`` is the opening itself, whether anybody looked or not: ``person`` asked, ``approved_by`` agreed.
    """

    mark: Mark
    at: datetime
    verb: str
    kind: str
    agency: str
    agency_name: str
    person: str
    approved_by: str
    roles: tuple[str, ...]


def opened(*, actor: Actor, report_id: UUID, before: Mark | None, limit: int) -> tuple[Report, list[Opened]]:
    """The report and who has opened it or what is asked on it, newest first; NotFound unless it is the actor's agency's.

    What was read until this moment is chained first, so that the list is whole.
    """
    report = own_report_for(actor=actor, report_id=report_id)
    gather()
    asked = on_own_reports(actor=actor).order_by().filter(report_id=report_id).values_list("id", flat=True)
    owner = report.label.originator_id
    found = trail_of(owner_id=owner, objects=[report_id, *asked], verbs=VERBS, before=before, limit=limit)
    return report, _told(found, owner)


def _told(found: Iterable[Access], owner: UUID) -> list[Opened]:
    found = list(found)
    agencies = Agency.objects.in_bulk({each.agency_id for each in found if each.agency_id})
    known = {id_ for each in found if each.agency_id in (None, owner) for id_ in _people(each).values()}
    people = {user.id: _named(user) for user in User.objects.filter(id__in=known)} if known else {}
    return [_one(each, agencies, people) for each in found]


def _people(access: Access) -> dict[str, UUID]:
    """Who did it, and who agreed."""
    ids = {"person": access.user_id or access.facts.get("asked_by"), "approved_by": access.facts.get("approved_by")}
    return {name: UUID(str(id_)) for name, id_ in ids.items() if id_}


def _named(user: User) -> str:
    return f"{user.name} ({user.email})" if user.agency_id is None else user.name


def _one(access: Access, agencies: dict[UUID, Agency], people: dict[UUID, str]) -> Opened:
    agency = agencies.get(access.agency_id) if access.agency_id else None
    named = {name: people.get(id_, "") for name, id_ in _people(access).items()}
    code, name = (agency.code, agency.name) if agency else ("", "")
    return Opened(
        mark=access.mark,
        at=access.at,
        verb=access.verb,
        kind=access.kind,
        agency=code,
        agency_name=name,
        person=named.get("person", ""),
        approved_by=named.get("approved_by", ""),
        roles=tuple(access.facts.get("roles", ())),
    )
