"""What is printed, and what the page and the API of "who has opened this?" tell: as much as they have to, and to whom."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from apps.audit.actions import gather
from apps.audit.models import Entry
from apps.core.cursors import moment_of
from apps.outbox.actions import relay
from apps.reports.models import Report
from tests.callers import ETIS, Caller, read
from tests.cast import Cast
from tests.web.visiting import Visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(cast: Cast) -> UUID:
    """Singapore's, sent; Kenya is a counterpart."""
    report = Caller(cast.officer("SG-CUSTOMS")).submitted(ETIS)
    relay()
    return report


def test_the_paper_says_who_printed_it_for_which_agency_and_when_at_its_head_and_its_foot(
    cast: Cast, report: UUID
) -> None:
    kenya = Visitor(cast, "liaison", "KE-CUSTOMS")
    shown = kenya.get(f"/reports/{report}/print/")
    stamp = f"Printed by {kenya.user.name}, {cast.agency('KE-CUSTOMS').name}, {datetime.now(UTC).day} "
    assert shown.text.count(stamp) == 2
    assert "1 t raw ivory" in shown


def test_who_may_read_and_not_print_is_refused_and_no_line_says_that_it_was_printed(cast: Cast, report: UUID) -> None:
    Visitor(cast, "analyst", "SG-CUSTOMS").get(f"/reports/{report}/print/", 403)
    Visitor(cast, "officer", "SG-CUSTOMS").get(f"/reports/{report}/print/")
    gather()
    printed = Entry.objects.filter(verb="print").values_list("object_id", "owner_id", "user_id")
    assert list(printed) == [(report, cast.agency("SG-CUSTOMS").id, cast.user("officer", "SG-CUSTOMS").id)]


def test_what_was_withdrawn_is_on_no_paper_of_its_readers(cast: Cast, report: UUID) -> None:
    assert Caller(cast.liaison("SG-CUSTOMS")).post(f"reports/{report}/withdraw/").status_code == 200
    shown = Visitor(cast, "liaison", "KE-CUSTOMS").get(f"/reports/{report}/print/")
    assert shown.path == f"/reports/{report}/"
    assert not {word for word in ("raw ivory", "Pasir Panjang", "Printed by") if word in shown.html}


def test_the_page_of_the_trail_names_ones_own_people_and_of_others_their_agency_and_roles(
    cast: Cast, report: UUID
) -> None:
    kenya, own = Visitor(cast, "liaison", "KE-CUSTOMS"), Visitor(cast, "analyst", "SG-CUSTOMS")
    for visitor in (kenya, own):
        visitor.get(f"/reports/{report}/")
    shown = own.get(f"/reports/{report}/trail/")
    assert f"{cast.agency('KE-CUSTOMS').name} Liaison officer Opened the report" in shown.main
    assert f"{cast.agency('SG-CUSTOMS').name} , {own.user.name} Analyst Opened the report" in shown.main
    for word in (kenya.user.name, kenya.user.email, str(kenya.user.id)):
        assert word not in shown.html


def test_to_anybody_else_there_is_no_page_of_the_trail(cast: Cast, report: UUID) -> None:
    for code in ("KE-CUSTOMS", "STRANGER"):
        Visitor(cast, "liaison", code).get(f"/reports/{report}/trail/", 404)


def test_who_looked_at_the_trail_stands_in_it_too_by_page_and_by_api(cast: Cast, report: UUID) -> None:
    Visitor(cast, "officer", "SG-CUSTOMS").get(f"/reports/{report}/trail/")
    Caller(cast.analyst("SG-CUSTOMS")).get(f"reports/{report}/trail/")
    gather()
    looked = Entry.objects.filter(verb="read_trail", object_id=report, owner_id=cast.agency("SG-CUSTOMS").id)
    people = [cast.user(word, "SG-CUSTOMS").id for word in ("officer", "analyst")]
    assert list(looked.order_by("seq").values_list("user_id", flat=True)) == people


def test_a_mark_of_the_trail_holds_the_time_and_a_half_of_the_hash_and_not_how_many_lines_there_are(
    cast: Cast, report: UUID
) -> None:
    for _ in range(2):
        Caller(cast.liaison("KE-CUSTOMS")).get(f"reports/{report}/")
    page = read(Caller(cast.officer("SG-CUSTOMS")).get(f"reports/{report}/trail/?limit=1"))
    at, half = moment_of(page["next"].rpartition("cursor=")[2].partition("&")[0])
    entry = Entry.objects.filter(object_id=report, verb="read").latest("seq")
    assert (at, half.bytes) == (entry.at, bytes(entry.hash)[:16])


def test_one_report_s_trail_holds_nothing_of_another_one_s(cast: Cast, report: UUID) -> None:
    officer = Caller(cast.officer("SG-CUSTOMS"))
    other = officer.submitted(ETIS, title="Another one")
    relay()
    Caller(cast.liaison("KE-CUSTOMS")).get(f"reports/{other}/")
    assert read(officer.get(f"reports/{report}/trail/"))["results"] == []
    assert Report.objects.count() == 2
