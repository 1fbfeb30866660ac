"""Lists stay fast because their plans stay on their indices: plans of the very statements, among a few thousand labels."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.agencies.acting import acting
from apps.agencies.policy import Actor
from apps.core.ids import FIRST, LAST
from apps.reports.policy import Filters
from apps.reports.queries import page_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db
MANY = 3_000
# Every label is for its originator and four agencies of three hundred; one in seven for every law-enforcement member.
LABELS = """
CREATE TEMPORARY TABLE made ON COMMIT DROP AS
SELECT gen_random_uuid() AS id, n, a.id AS originator, u.id AS author,
    (lpad(to_hex(1500000000000 + n), 12, '0') || '70008' || lpad(to_hex(n), 15, '0'))::uuid AS position,
    ARRAY(SELECT DISTINCT t FROM (
        SELECT a.token AS t UNION SELECT 100 + (n * 7 + k * 61) %% 300 FROM generate_series(1, 4) k
        UNION SELECT 1 WHERE n %% 7 = 0) each) AS audience
FROM generate_series(1, %s) n
JOIN (SELECT row_number() OVER (ORDER BY token) - 1 AS number, id, token FROM agencies_agency) a ON a.number = n %% 20
JOIN LATERAL (SELECT id FROM agencies_user WHERE agency_id = a.id ORDER BY token LIMIT 1) u ON true;
INSERT INTO sharing_label (id, originator_id, author_id, stage, tlp, law_enforcement_only, handling, handling_note, named,
    withheld, passed_on, counterparts, audience, position, search)
SELECT id, originator, author, CASE WHEN n %% 50 = 0 THEN 'DRAFT' ELSE 'SHARED' END, 'AMBER', true, '{}', '', '{}', '{}',
    '{}', '[]', audience, position, to_tsvector('simple', 'ivory word' || n %% 100) FROM made;
INSERT INTO sharing_grant (id, label_id, originator_id, token, basis, position, since)
SELECT gen_random_uuid(), id, originator, token, 'COUNTERPART', position, now() FROM made, unnest(audience) token
WHERE n %% 50 <> 0;
INSERT INTO reports_report (id, label_id, kind, state, reference, case_number, title, narrative, precision, place_name,
    created_at, updated_at, submitted_at)
SELECT id, id, 'SEIZURE', CASE WHEN n %% 50 = 0 THEN 'DRAFT' ELSE 'SUBMITTED' END,
    CASE WHEN n %% 50 <> 0 THEN 'SR-2026-' || lpad(n::text, 8, '0') END, '', 'Report', '', '', '', now(), now(),
    CASE WHEN n %% 50 <> 0 THEN now() END FROM made;
INSERT INTO reports_routestop (id, report_id, line, country_id, part, place)
SELECT gen_random_uuid(), id, 0, (ARRAY['KE', 'UG', 'CN', 'VN'])[1 + n %% 4], 'ORIGIN', '' FROM made;
"""


@pytest.fixture
def reader(cast: Cast) -> Actor:
    """A counterpart among many, and statistics to plan by."""
    with connection.cursor() as cursor:
        cursor.execute(LABELS, [MANY])
        cursor.execute("ANALYZE sharing_label, sharing_grant, reports_report, reports_routestop")
    return cast.liaison("KE-CUSTOMS")


def _explained(text: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (COSTS OFF) " + text)
        return "\n".join(str(row[0]) for row in cursor.fetchall())


def _inside(reader: Actor, function: str) -> str:
    """The plan of what a function does, with the settings that it makes and as the role that it works as."""
    with acting(reader), connection.cursor() as cursor:
        cursor.execute("SELECT prosrc, proconfig FROM pg_proc WHERE proname = %s", [function])
        text, made = cursor.fetchone()
        cursor.execute("SET LOCAL ROLE counterpart_search")
        for setting in made:
            cursor.execute(f"SET LOCAL {setting}")
        for name, value in {"after": f"'{FIRST}'::uuid", "before": f"'{LAST}'::uuid", "most": "51"}.items():
            text = re.sub(rf"\b{name}\b", value, text)
        return _explained(text)


def test_what_was_granted_last_is_read_in_the_order_of_its_index_and_never_sorted(reader: Actor) -> None:
    plan = _inside(reader, "sharing_newest")
    assert "Index Scan using sharing_grant_reader on sharing_grant g" in plan
    assert "Index Scan using sharing_label_unshared on sharing_label d" in plan
    merged = plan.partition("Append")[2]
    assert "Sort" not in merged
    assert "Bitmap" not in merged
    assert "Seq Scan" not in plan


@pytest.mark.parametrize("asked", [Filters(), Filters(q="ivory"), Filters(country="KE", part="ORIGIN")], ids=str)
def test_the_rows_of_a_page_are_looked_up_by_their_positions(reader: Actor, asked: Filters) -> None:
    with acting(reader):
        with CaptureQueriesContext(connection) as sent:
            page = page_of(actor=reader, filters=asked, before=None, limit=50)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")  # a few thousand labels are read through as quickly
        plan = _explained(sent[-1]["sql"].replace("%", "%%"))
    assert (len(page.rows), page.before is None) == (50, False)
    assert "Index Scan using sharing_label_position_key on sharing_label" in plan
    assert "Index Scan using reports_report_label_id_key on reports_report" in plan
    assert "Seq Scan on reports_report" not in plan


def _blocks(reader: Actor, filters: Filters) -> int:
    """How many blocks of the database a page is read from, the function's own among them."""
    with acting(reader):
        with CaptureQueriesContext(connection) as sent:
            page_of(actor=reader, filters=filters, before=None, limit=50)
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, FORMAT JSON) " + sent[-1]["sql"].replace("%", "%%"))
            (plan,) = cursor.fetchone()[0]
    return int(plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"])


ASKED = {
    "nothing": Filters(),
    "a common word": Filters(q="ivory"),
    "a rare word": Filters(q="word17"),
    "a word that nobody wrote": Filters(q="unheard"),
    "a common country": Filters(country="KE", part="ORIGIN"),
    "a country that is nowhere": Filters(country="TV"),
    "drafts": Filters(state="DRAFT"),
    "what was withdrawn": Filters(state="WITHDRAWN"),
    "what was sent": Filters(side="SENT"),
}
# A look-up takes three or four blocks, and a row of a page a handful of them; reading all labels' would take 20,000.
MOST_BLOCKS = 3_500


@pytest.mark.parametrize("name", ASKED)
def test_a_page_reads_little_whatever_is_asked(reader: Actor, name: str) -> None:
    assert 0 < _blocks(reader, ASKED[name]) < MOST_BLOCKS
