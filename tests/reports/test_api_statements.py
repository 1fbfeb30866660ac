"""How many statements each door takes, to the one: with the token's look-up, the settings and the line of what was read in
the trail, without BEGIN and COMMIT.
"""

import pytest

from apps.agencies.models import Agency
from apps.outbox.actions import relay
from apps.sharing.models import Grant
from tests.callers import ETIS, PANGOLINS, Caller, read
from tests.cast import Cast
from tests.counting import counted

pytestmark = pytest.mark.django_db
SUBMIT = 11


def _named(number: int) -> list[str]:
    made = Agency.objects.bulk_create(
        Agency(code=f"MANY-{index:04}", name=f"Agency {index}", kind="POLICE", country_id="FR", law_enforcement=True)
        for index in range(number)
    )
    return [agency.code for agency in made]


@pytest.mark.parametrize("recipients", [6, 600])
def test_a_submission_takes_the_same_statements_for_6_and_600_recipients(cast: Cast, recipients: int) -> None:
    officer = Caller(cast.officer("HK-CUSTOMS"))
    report = officer.draft(named=_named(recipients))
    with counted() as count:
        assert officer.post(f"reports/{report}/submit/").status_code == 200
    assert Grant.objects.filter(basis="NAMED").count() == recipients
    assert int(count) == SUBMIT <= 20, count.statements


def test_a_submission_takes_the_same_statements_for_3_and_200_specimens(cast: Cast) -> None:
    officer = Caller(cast.officer("HK-CUSTOMS"))
    for specimens in (3, 200):
        report = officer.draft(items=PANGOLINS["items"] * specimens)
        with counted() as count:
            assert officer.post(f"reports/{report}/submit/").status_code == 200
        assert int(count) == SUBMIT, count.statements


LISTS = {
    "reports/": 4,
    "reports/?limit=200": 4,
    "reports/?q=ivory": 6,  # two for the budget of searches, in a transaction of its own
    "reports/?state=SUBMITTED&kind=SEIZURE&since=2019-01-01": 4,
    "reports/?q=ivory&country=KE&part=ORIGIN&taxon=Loxodonta africana&originator=SG-CUSTOMS": 7,
    "referrals/": 6,
    "notifications/": 5,  # one for what is still open to the reader
    "me/": 2,
}


@pytest.mark.parametrize("door", LISTS)
def test_a_list_takes_the_same_statements_for_one_row_and_for_a_page(cast: Cast, door: str) -> None:
    sender, reader = Caller(cast.officer("SG-CUSTOMS")), Caller(cast.liaison("KE-CUSTOMS"))
    found = []
    for more in (1, 6):
        for _ in range(more):
            sender.submitted(ETIS)
        relay()
        with counted() as count:
            answer = reader.get(door)
        assert answer.status_code == 200
        found.append(len(read(answer).get("results", ())))
        assert int(count) == LISTS[door], count.statements
    assert found == ([0, 0] if door == "me/" else [1, 7])


def test_reading_takes_the_same_statements_for_every_reader(cast: Cast) -> None:
    officer = Caller(cast.officer("SG-CUSTOMS"))
    report = officer.submitted(ETIS)
    counts = []
    for reader in (officer, Caller(cast.analyst("SG-CUSTOMS")), Caller(cast.liaison("KE-CUSTOMS"))):
        with counted() as count:
            assert reader.get(f"reports/{report}/").status_code == 200
        counts.append(int(count))
    assert counts == [6, 6, 6]
