"""T1: the oracle, the policy, the queryset and the database say the same of every label and every reader, by the thousand.

``tests/access/test_agreement.py`` draws small worlds and looks at each pair through every query; here a world is some hundred
labels and people, each person asks once for all of them, and the number is what counts: 2,000 triples of a policy, a user and
an object with each commit, 50,000 when landing, a million for a release.
"""

from random import Random
from uuid import UUID

import pytest
from django.db import connection, transaction

from apps.agencies.acting import acting
from apps.agencies.policy import Actor
from apps.core.errors import NotFound
from apps.reports.models import Report
from apps.reports.queries import report_for
from apps.sharing.models import Label
from apps.sharing.policy import judge, visible
from apps.sharing.queries import agreement
from tests.agreement.drawn import drawn
from tests.agreement.stored import Stored
from tests.evidence import Evidence
from tests.sharing.oracle import Reader, reads
from tests.sizes import SEED, size

pytestmark = pytest.mark.django_db
WORLDS, LABELS, PEOPLE = size(commit=(1, 100, 20), landing=(5, 200, 50), release=(20, 500, 100))
EACH = 50  # one of so many pairs is also asked for by its address, as a page does


class Disagreement(AssertionError):
    """Two of them say different things; with all that it takes to see why."""


def _oracle(stored: Stored, reader: Reader) -> set[UUID]:
    return {label for label, facts in stored.facts.items() if reads(facts=facts, reader=reader)}


def _policy(stored: Stored, actor: Actor) -> set[UUID]:
    members = stored.world.members
    judged = {label: judge(facts=facts, members=members) for label, facts in stored.facts.items()}
    return {
        label
        for label, said in judged.items()
        if visible(audience=said.audience, withheld=said.withheld, tokens=actor.tokens)
    }


def _queryset(stored: Stored, actor: Actor) -> tuple[set[UUID], set[UUID]]:
    """As the owner, before whom the database's own wall stands open."""
    ids = list(stored.facts)
    labels = Label.objects.filter(id__in=ids).visible_to(actor).values_list("id", flat=True)
    reports = Report.objects.filter(id__in=ids).visible_to(actor).values_list("id", flat=True)
    return set(labels), set(reports)


def _database(stored: Stored, actor: Actor) -> tuple[set[UUID], set[UUID]]:
    """With no condition of ours at all."""
    with acting(actor), connection.cursor() as cursor:
        ids = [list(stored.facts)]
        cursor.execute("SELECT id FROM sharing_label WHERE id = ANY (%s)", ids)
        labels = {row[0] for row in cursor.fetchall()}
        cursor.execute("SELECT id FROM reports_report WHERE id = ANY (%s)", ids)
        return labels, {row[0] for row in cursor.fetchall()}


def _opens(actor: Actor, label: UUID) -> bool:
    try:
        return report_for(actor=actor, report_id=label).id == label
    except NotFound:
        return False


def _agree(stored: Stored, actor: Actor | None, reader: Reader) -> set[UUID]:
    """What all of them say; who is nobody to the product must be nobody to the oracle."""
    told = _oracle(stored, reader)
    if actor is None:
        assert not told, f"let in nowhere, and should read: {reader}"
        return told
    said = {
        "policy": _policy(stored, actor),
        **dict(zip(("labels by queryset", "reports by queryset"), _queryset(stored, actor), strict=True)),
        **dict(zip(("labels by database", "reports by database"), _database(stored, actor), strict=True)),
    }
    for wall, seen in said.items():
        for label in sorted(seen ^ told):
            word = "shows" if label in seen else "hides"
            raise Disagreement(f"{wall} {word} what the oracle does not: {stored.facts[label]} to {reader}")
    return told


@pytest.mark.parametrize("number", range(WORLDS))
def test_oracle_policy_queryset_and_database_agree_on_every_triple(
    number: int, cast: object, evidence: Evidence
) -> None:
    random = Random(f"{SEED} {number}")
    with transaction.atomic():
        stored = Stored(drawn(random, people=PEOPLE, labels=LABELS))
        for actor, reader in stored.readers:
            told = _agree(stored, actor, reader)
            evidence.add("triples", len(stored.facts))
            evidence.add("seen", len(told))
            if actor is None:
                continue
            sample = random.sample(list(stored.facts), max(1, len(stored.facts) // EACH))
            with acting(actor):
                assert {label for label in sample if _opens(actor, label)} == told.intersection(sample)
            evidence.add("opened or refused", len(sample))
        verdicts = dict(agreement())
        assert all(verdicts[label] for label in stored.facts), "grants, arrays and policy"
        transaction.set_rollback(True)
    assert evidence.figures["triples"] == LABELS * len(stored.users)
    assert 0.05 < evidence.figures["seen"] / evidence.figures["triples"] < 0.95, "a world in which something is decided"
