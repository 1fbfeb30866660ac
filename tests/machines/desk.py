"""What administrators and operations do, while the others go on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from apps.agencies.acting import acting
from apps.agencies.actions import change_user, close_agency, deactivate_user, reactivate_user
from apps.agencies.events import AgencyChanged
from apps.agencies.models import Agency, HeldToken, User
from apps.agencies.policy import Actor
from apps.agencies.queries import actor_of
from apps.audit.actions import record
from apps.core.clock import now
from apps.core.errors import NotAllowed
from apps.notifications.models import Notification
from apps.outbox.actions import publish
from apps.reports.models import Report
from apps.sharing.actions import approve_opening, ask_to_open, relabel
from apps.sharing.models import Label, Opening
from apps.sharing.policy import Role
from apps.sharing.queries import facts_of, members, tokens_in
from apps.sharing.states import LIVE
from seeds.cast import PLATFORM_ADMINISTRATOR
from tests.machines.asking import AGENCIES, CLOSED, OPERATIONS, PEOPLE, WHY, Asking, which
from tests.machines.model import Filed, Person


class Desk(Asking):
    """Accounts, agencies, operations, broken glass."""

    def platform(self) -> Any:
        return actor_of(user_id=self.model.people[PLATFORM_ADMINISTRATOR].id, now=now())

    def administer(self, do: Callable[[Any], None]) -> None:
        _as(self.platform(), do)

    def let_in(self, person: Person, do: Callable[[Any], None]) -> bool:
        """Whether somebody is let in again, or in to more: by an administrator of their agency, never by the platform's."""
        with pytest.raises(NotAllowed):
            self.administer(do)
        giver = self.colleague(person)
        if giver is not None:
            _as(giver, do)
            self.changes.append((person, giver.user_id))
            self.due = True
            self.evidence.add("let in by their agency")
        return giver is not None

    def colleague(self, person: Person) -> Actor | None:
        """Who manages accounts in that person's agency and is somebody else; None where nobody does, or it has left."""
        people = [p for p in self.model.people.values() if p.agency == person.agency and p.active and p is not person]
        managers = [p for p in people if Role.AGENCY_ADMIN in p.roles]
        return actor_of(user_id=managers[0].id, now=now()) if managers else None

    @rule(name=st.sampled_from(PEOPLE[:-1]))
    def close_or_open_account(self, name: str) -> None:
        person = self.person(name)
        if person.active:
            self.administer(lambda platform: deactivate_user(actor=platform, user_id=person.id, now=now()))
            person.active = False
        elif self.let_in(person, lambda actor: reactivate_user(actor=actor, user_id=person.id, now=now())):
            person.active = True
            if not self.left(person):
                del self.callers[name]  # its old token stays dead: a new one is made

    @rule(name=st.sampled_from(PEOPLE[:-1]), roles=st.frozensets(st.sampled_from(Role), min_size=1, max_size=2))
    def give_roles(self, name: str, roles: frozenset[Role]) -> None:
        person = self.person(name)
        user = User.objects.get(id=person.id)
        user.roles = sorted(roles)

        def give(actor: Actor) -> None:
            change_user(actor=actor, user=user, fields=["roles"], now=now())

        if roles <= person.roles:
            self.administer(give)
        elif not self.let_in(person, give):
            return
        lost, person.roles = person.roles - roles, roles
        if lost and person.active and not self.left(person):
            assert self.callers.pop(name).get("me/").status_code == 401, "a token outlives a role that was taken away"

    @rule(code=st.sampled_from(CLOSED))
    def close_or_open_agency(self, code: str) -> None:
        """Its people are let in nowhere from this moment; who is let in again reads once the worker has judged."""
        token = self.model.tokens[code]
        for name in PEOPLE:
            if self.model.people[name].agency == token:
                self.person(name)  # signed in before
        active = not self.model.members[token].active
        self.administer(lambda platform: _switch(platform, code, active=active))
        self.model.members[token] = replace(self.model.members[token], active=active)
        self.due = True
        if active:
            people = self.model.people
            for name in [name for name in self.callers if people[name].agency == token and people[name].active]:
                del self.callers[name]  # whoever comes back signs in anew; a closed account keeps its dead token
            self.relay()

    @precondition(lambda self: self.shared())
    @rule(which=which)
    def break_the_glass(self, which: int) -> None:
        """Two administrators; nobody but them reads more by it, and the owner is told."""
        report = self.shared()[which % len(self.shared())]
        first, second = self.platform(), actor_of(user_id=self.second.id, now=now())
        assert second is not None
        reference = Report.objects.get(id=report.id).reference
        if Opening.objects.filter(reference=reference, state__in=LIVE).exists():
            return
        with acting(first):
            opening = ask_to_open(actor=first, reference=reference, reason=WHY, now=now())
        with acting(second):
            approve_opening(actor=second, opening_id=opening.id, now=now())
        self.relay()
        owners = {p.id for p in self.model.people.values() if p.agency == report.facts.originator}
        told = set(Notification.objects.filter(cause=opening.id).values_list("user_id", flat=True))
        assert told <= owners
        assert told or not self.reached(report), "the owner is not told"
        self.evidence.add("openings")

    def reached(self, report: Filed) -> bool:
        """Whether somebody of the owner's may be told."""
        roles = {Role.LIAISON, Role.AGENCY_ADMIN}
        owner = report.facts.originator
        people = [p for p in self.model.people.values() if p.agency == owner and p.active and p.roles & roles]
        return self.model.members[owner].active and bool(people)

    # What operations do.

    @precondition(lambda self: self.shared())
    @rule(which=which, operation=st.sampled_from((None, *OPERATIONS)))
    def put_under_operation(self, which: int, operation: int | None) -> None:
        report = self.shared()[which % len(self.shared())]
        label = Label.objects.select_related("originator", "author").get(id=report.id)
        facts = replace(facts_of(label), operation=operation)
        relabel(label=label, facts=facts, members=members(tokens_in(facts)), now=now())
        report.facts = replace(report.facts, operation=operation)

    @rule(code=st.sampled_from(AGENCIES), operation=st.sampled_from(OPERATIONS))
    def join_or_leave(self, code: str, operation: int) -> None:
        token, at = self.model.tokens[code], now()
        held = self.model.held[token]
        if operation in held:
            HeldToken.objects.filter(agency__token=token, token=operation, until__isnull=True).update(until=at)
        else:
            agency = Agency.objects.get(token=token)
            HeldToken.objects.create(agency=agency, token=operation, since=at - timedelta(microseconds=1))
        held.symmetric_difference_update({operation})


def _as(actor: Any, do: Callable[[Any], None]) -> None:
    with acting(actor):
        do(actor)


def _switch(platform: Any, code: str, *, active: bool) -> None:
    """As the administrator's page does it (apps/agencies/admin/members.py), which also writes it down."""
    agency = Agency.objects.get(code=code)
    agency.active = active
    agency.save(update_fields=["active"])
    facts = {"fields": ["active"]}
    record(actor=platform, verb="change", kind="agency", object_id=agency.id, facts=facts, now=now())
    if not active:
        close_agency(actor=platform, agency_id=agency.id, now=now())
    publish(AgencyChanged(agency=agency.token), now=now())
