"""Policy, queryset and database say the same of every label and every reader; and lists are what is seen, in order.

The decision table tells a diplomat what the policy is; this tells that nothing else decides. One without the other misses
mutants.
"""

from contextlib import suppress

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from apps.agencies.acting import acting
from apps.agencies.policy import Actor
from apps.core.errors import NotFound
from apps.reports.models import Report
from apps.reports.policy import Filters
from apps.reports.queries import page_of, report_for
from apps.sharing.models import Label
from apps.sharing.policy import judge, visible
from tests.access.worlds import World, actor, ids, size, stored, worlds
from tests.sharing.oracle import reads

pytestmark = pytest.mark.django_db


def _policy(world: World, labels: list[Label], tokens: frozenset[int]) -> set[object]:
    judged = [judge(facts=facts, members=world.members) for facts in world.labels]
    return {
        label.id
        for label, judgement in zip(labels, judged, strict=True)
        if visible(audience=judgement.audience, withheld=judgement.withheld, tokens=tokens)
    }


def _queryset(labels: list[Label], reader: Actor) -> tuple[set[object], set[object]]:
    """As the owner, before whom the database's own wall stands open."""
    seen = Label.objects.filter(id__in=ids(labels)).visible_to(reader)
    reports = Report.objects.filter(id__in=ids(labels)).visible_to(reader)
    return set(seen.values_list("id", flat=True)), set(reports.values_list("id", flat=True))


def _read(labels: list[Label], reader: Actor) -> set[object]:
    """One by one, as the owner too: the statement is written out, and has to say the same."""
    found: set[object] = set()
    for label in labels:
        with suppress(NotFound):
            found.add(report_for(actor=reader, report_id=label.id).id)
    return found


def _database(labels: list[Label], reader: Actor) -> tuple[set[object], set[object]]:
    """With no condition of ours at all."""
    with acting(reader), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM sharing_label WHERE id = ANY (%s)", [ids(labels)])
        seen = {row[0] for row in cursor.fetchall()}
        cursor.execute("SELECT id FROM reports_report WHERE id = ANY (%s)", [ids(labels)])
        return seen, {row[0] for row in cursor.fetchall()}


@size(pairs=2_000, landing=20_000, release=100_000)
@given(world=worlds())
def test_policy_queryset_and_database_agree_on_every_label_and_reader(world: World) -> None:
    with transaction.atomic():
        labels = stored(world)
        for reader in world.readers:
            somebody = actor(reader)
            told = {
                label.id for label, facts in zip(labels, world.labels, strict=True) if reads(facts=facts, reader=reader)
            }
            assert _policy(world, labels, somebody.tokens) == told
            assert _queryset(labels, somebody) == (told, told)
            assert _database(labels, somebody) == (told, told)
            assert _read(labels, somebody) == told
        transaction.set_rollback(True)


def _walked(reader: Actor, filters: Filters, limit: int) -> list[object]:
    """Every page behind the other."""
    found: list[object] = []
    before = None
    while True:
        page = page_of(actor=reader, filters=filters, before=before, limit=limit)
        found += [row["id"] for row in page.rows]
        before = page.before
        if before is None:
            return found


@size(pairs=1_500, landing=15_000, release=100_000)
@given(world=worlds(), limit=st.integers(1, 12))
def test_the_pages_of_a_list_are_all_that_is_seen_newest_first_and_once(world: World, limit: int) -> None:
    with transaction.atomic():
        labels = stored(world)
        newest_first = sorted(labels, key=lambda label: label.position, reverse=True)
        for reader in world.readers:
            somebody = actor(reader)
            told = [label for label in newest_first if visible_to(label, somebody)]
            with acting(somebody):
                assert _walked(somebody, Filters(), limit) == ids(told)
                for stage, state in (("DRAFT", "DRAFT"), ("SHARED", "SUBMITTED"), ("WITHDRAWN", "WITHDRAWN")):
                    of_state = [label.id for label in told if label.stage == stage]
                    assert _walked(somebody, Filters(state=state), limit) == of_state
                assert _walked(somebody, Filters(q="ivory"), limit) == ids(_worded(told, somebody))
                assert _walked(somebody, Filters(kind="ANALYSIS"), limit) == ids(_telling(told, somebody))
        transaction.set_rollback(True)


def visible_to(label: Label, reader: Actor) -> bool:
    """The one condition, in Python."""
    return visible(audience=set(label.audience), withheld=set(label.withheld), tokens=reader.tokens)


def _telling(seen: list[Label], reader: Actor) -> list[Label]:
    """A tombstone tells others nothing that a filter could find."""
    return [label for label in seen if label.stage != "WITHDRAWN" or label.originator_id == reader.agency_id]


def _worded(seen: list[Label], reader: Actor) -> list[Label]:
    """Words find what is shared; of one's own agency's also what is not."""
    return [label for label in seen if label.stage == "SHARED" or label.originator_id == reader.agency_id]
