"""Lists of referrals are read in their order, however many an agency has: plans of the very statements, among thousands."""

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from apps.agencies.acting import acting
from apps.agencies.policy import Actor
from apps.referrals.queries import newest
from tests.cast import Cast
from tests.reports.test_api_plans import LABELS, MANY

pytestmark = pytest.mark.django_db
REFERRALS = """
INSERT INTO referrals_referral (id, report_id, agency_id, originator_id, parts, for_information, state, opened_at, due_at,
    moved_at, reason, outcome)
SELECT gen_random_uuid(), id, %s, originator, '[]', false, CASE WHEN n %% 3 = 0 THEN 'ACCEPTED' ELSE 'OPEN' END,
    now() - n * interval '1 minute', now(), now(), '', '' FROM made WHERE n %% 50 <> 0
"""


@pytest.fixture
def reader(cast: Cast) -> Actor:
    """Somebody whose agency was asked about nearly everything, and statistics to plan by."""
    reader = cast.liaison("KE-CUSTOMS")
    with connection.cursor() as cursor:
        cursor.execute(LABELS, [MANY])
        cursor.execute(REFERRALS, [reader.agency_id])
        cursor.execute("ANALYZE sharing_label, sharing_grant, reports_report, referrals_referral")
    return reader


@pytest.mark.parametrize(
    ("narrowed", "mine", "index"),
    [
        (Q(), False, "referrals_of_agency_newest"),
        (Q(answered_at__isnull=True), False, "referrals_of_agency_newest"),
        (Q(), True, "referrals_of_originator_newest"),
    ],
)
def test_a_list_is_read_in_the_order_of_its_index(reader: Actor, narrowed: Q, mine: bool, index: str) -> None:
    with acting(reader):
        with CaptureQueriesContext(connection) as sent:
            newest(actor=reader, narrowed=narrowed, before=None, limit=51, mine=mine)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE counterpart_web")
            cursor.execute("EXPLAIN (COSTS OFF) " + sent.captured_queries[-1]["sql"])
            plan = "\n".join(str(row[0]) for row in cursor.fetchall())
    chosen = plan.partition("Limit")[2]
    assert f"Index Scan using {index} on" in chosen, plan
    assert "Sort" not in chosen, plan
