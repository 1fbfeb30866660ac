"""Lists stay fast because their plans stay on their indices: the shape of the plans, whatever the number of rows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.agencies.acting import acting
from apps.agencies.policy import Actor
from apps.core.ids import FIRST, LAST
from apps.reports.policy import Filters
from apps.reports.queries import page_of
from tests.callers import ETIS, Caller
from tests.cast import Cast

pytestmark = pytest.mark.django_db
PLAN = "EXPLAIN (COSTS OFF) "


@pytest.fixture
def reader(cast: Cast) -> Actor:
    """A counterpart, in a database with a report, a draft and statistics to plan by."""
    officer = Caller(cast.officer("SG-CUSTOMS"))
    officer.submitted(ETIS)
    officer.draft(ETIS)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE sharing_label, sharing_grant, reports_report")
    return cast.liaison("KE-CUSTOMS")


def _planned(text: str) -> str:
    """The plan, where reading a whole table or sorting it is no way out."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(PLAN + text.replace("%", "%%"), [])
        return "\n".join(str(row[0]) for row in cursor.fetchall())


def _plan_of(reader: Actor, filters: Filters) -> str:
    """The plan of the very statement that a list sends."""
    with acting(reader):
        with CaptureQueriesContext(connection) as sent:
            page_of(actor=reader, filters=filters, before=None, limit=50)
        return _planned(sent[-1]["sql"])


def test_a_list_merges_the_grants_of_each_token_and_ones_own_drafts(reader: Actor) -> None:
    plan = _plan_of(reader, Filters())
    assert "Index Scan using sharing_grant_reader on sharing_grant g" in plan
    assert "Index Scan using sharing_label_unshared on sharing_label d" in plan
    assert "Seq Scan" not in plan


def test_drafts_are_listed_from_their_own_index(reader: Actor) -> None:
    assert "sharing_label_unshared" in _plan_of(reader, Filters(state="DRAFT"))


def test_words_are_found_by_the_function_and_the_rows_by_their_position(reader: Actor) -> None:
    plan = _plan_of(reader, Filters(q="ivory"))
    assert "sharing_label_position_key" in plan
    assert "Seq Scan" not in plan


def test_the_function_asks_one_index_for_audience_and_words_together(reader: Actor) -> None:
    with acting(reader), connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'sharing_found'")
        (text,) = cursor.fetchone()
        values = {"words": "'ivory'", "after": f"'{FIRST}'::uuid", "before": f"'{LAST}'::uuid", "most": "51"}
        for name, value in values.items():
            text = _replaced(text, name, value)
        cursor.execute("SET LOCAL ROLE counterpart_search")
        cursor.execute("SET LOCAL enable_indexscan = off")  # one row is cheaper read by position; a million are not
        plan = _planned(text)
    (condition,) = [line for line in plan.splitlines() if "Index Cond: ((audience" in line]
    assert "sharing_label_audience_search" in plan
    assert "search @@" in condition


def _replaced(text: str, name: str, value: str) -> str:
    before = {"words": ", words)", "after": ">= after", "before": "< before", "most": "LIMIT most"}[name]
    assert text.count(before) == 1
    return text.replace(before, before.replace(name, value))
