"""Who has opened a report of one's own agency: when, which agency, in which roles; persons by name where they are one's own."""

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
VERBS = ("read", "print", "export", "break_glass_read")


@dataclass(frozen=True, slots=True)
class Opened:
    """One access. ``agency`` is empty for the platform's own people, ``person`` for everybody of another agency."""

    mark: Mark
    at: datetime
    verb: str
    kind: str
    agency: str
    agency_name: str
    person: str
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
    colleagues = {each.user_id for each in found if each.user_id and each.agency_id == owner}
    people = dict(User.objects.filter(id__in=colleagues).values_list("id", "name")) if colleagues else {}
    return [_one(each, agencies, people) for each in found]


def _one(access: Access, agencies: dict[UUID, Agency], people: dict[UUID, str]) -> Opened:
    agency = agencies.get(access.agency_id) if access.agency_id else None
    person = people.get(access.user_id, "") if access.user_id else ""
    code, name = (agency.code, agency.name) if agency else ("", "")
    roles = tuple(access.facts.get("roles", ()))
    return Opened(access.mark, access.at, access.verb, access.kind, code, name, person, roles)
