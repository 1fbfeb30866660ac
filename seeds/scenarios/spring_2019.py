"""The story ``spring-2019``: public cases and totals of 2018 to 2020, partners' intelligence, and the first answers.

Everything goes through the actions that people use, as the people of the cast, in one transaction: the story is told
whole or not at all. Its events are carried here and not by the worker, since the answers need the referrals. Everyone
concerned has their notices; the letters about them are cancelled, as each agency's would be many at once and old news,
and the mail of a newcomer's own first report would not be found among them.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from apps.agencies.acting import acting
from apps.agencies.models import User
from apps.agencies.policy import Actor
from apps.agencies.queries import actor_of
from apps.audit.actions import MACHINE, record
from apps.notifications.actions import cancel
from apps.outbox.actions import relay
from apps.referrals.queries import received
from apps.reports.actions import draft_report, submit_report
from apps.reports.models import Report
from seeds.cast import address
from seeds.scenarios.answers import ANSWERS, Answered
from seeds.scenarios.cases import cases
from seeds.scenarios.filing import Filing
from seeds.scenarios.partners import partners
from seeds.scenarios.totals import totals

Progress = Callable[[Sequence[Any], str], Iterable[Any]]
APART = timedelta(milliseconds=1)  # between two filings, so that lists have an order


class CastMissing(Exception):
    """The people who tell the story are not there or not active; load the cast first."""


def filings() -> list[Filing]:
    """Everything that the story files, the most interesting last: it stands first in the lists."""
    return [*totals(), *cases(), *partners()]


def run(*, now: datetime, progress: Progress) -> int:
    """File what is missing and answer it; returns how many reports were filed, 0 (after one statement) on repeat."""
    missing = _missing()
    if not missing:
        return 0
    with transaction.atomic():
        actors: dict[str, Actor] = {}
        filed = [
            _file(filing, _person("officer", filing.agency, now, actors), now + index * APART)
            for index, filing in enumerate(progress(missing, "Filing reports"))
        ]
        _carry()
        told = {filing.data["case_number"] for filing in missing}
        for answered in progress([each for each in ANSWERS if each.case_number in told], "Answering"):
            _answer(answered, _person("liaison", answered.agency, now, actors))
        _carry()
        for report in filed:
            _cancel_letters(report, now)
    return len(filed)


def _missing() -> list[Filing]:
    wanted = filings()
    numbers = [filing.data["case_number"] for filing in wanted]
    there = set(Report.objects.filter(case_number__in=numbers).values_list("label__originator__code", "case_number"))
    return [filing for filing in wanted if filing.key not in there]


def _person(word: str, code: str, now: datetime, known: dict[str, Actor]) -> Actor:
    email = address(word, code)
    if email not in known:
        user = User.objects.filter(email=email).first()
        actor = actor_of(user_id=user.id, now=now) if user else None
        if actor is None:
            raise CastMissing(email)
        known[email] = actor
    return known[email]


def _file(filing: Filing, officer: Actor, now: datetime) -> Report:
    with acting(officer):
        draft = draft_report(actor=officer, data=filing.data, now=now)
    with acting(officer):
        return submit_report(actor=officer, report_id=draft.id, now=now)


def _answer(answered: Answered, liaison: Actor) -> None:
    for step in answered.steps:
        with acting(liaison):
            referral = received(actor=liaison).get(report__case_number=answered.case_number)
            step(liaison, referral.id)


def _cancel_letters(report: Report, now: datetime) -> None:
    """With an entry that says so: nothing is cancelled without a cause that the ledger can find."""
    facts = {"cancelled": cancel(label_id=report.id, now=now)}
    record(actor=MACHINE, verb="cancel_messages", kind="report", object_id=report.id, facts=facts, now=now)


def _carry() -> None:
    """Run the deliveries that are due, as the worker would."""
    while relay():
        pass
