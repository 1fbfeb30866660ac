"""Labels follow what is known of agencies: an administrator's change is carried, judged again, and proved by check_grants."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection

from apps.agencies.actions import deactivate_user
from apps.agencies.events import AgencyChanged
from apps.agencies.models import Agency, User
from apps.audit.actions import MACHINE, record
from apps.core.ids import FIRST
from apps.notifications.models import Alarm, Notification, Pulse
from apps.outbox.actions import publish, relay
from apps.outbox.models import Event
from apps.referrals.ledger.proof import prove
from apps.referrals.models import Referral
from apps.sharing.actions import judge_again, mend, report_agreement
from apps.sharing.actions.mending import BATCH
from apps.sharing.models import Grant, Label
from apps.sharing.queries import agreement, disagreeing, every_label
from apps.sharing.tasks import check_grants
from tests.admin.conftest import no_rows
from tests.callers import ETIS, Caller, read
from tests.cast import Cast
from tests.doors import come_in

pytestmark = pytest.mark.django_db


def now() -> datetime:
    return datetime.now(UTC)


def _shared(cast: Cast, **changes: Any) -> UUID:
    report = Caller(cast.officer("SG-CUSTOMS")).submitted(ETIS, **changes)
    relay()
    return report


def _change(code: str, **fields: Any) -> None:
    """As the administrator's page does it: the row, the event and the entry in one transaction."""
    Agency.objects.filter(code=code).update(**fields)
    agency = Agency.objects.get(code=code)
    publish(AgencyChanged(agency=agency.token), now=now())
    record(actor=MACHINE, verb="change_agency", kind="agency", object_id=agency.id, now=now())


def _grants(code: str) -> list[tuple[str, bool]]:
    rows = Grant.objects.filter(agency__code=code).order_by("since")
    return [(grant.basis, grant.revoked_at is None) for grant in rows]


def test_an_agency_that_is_no_longer_law_enforcement_loses_what_is_for_law_enforcement_only(cast: Cast) -> None:
    closed, open_ = _shared(cast), _shared(cast, law_enforcement_only=False)
    named = _shared(cast, named=["KE-CUSTOMS"])
    kenya = Caller(cast.liaison("KE-CUSTOMS"))
    assert {kenya.get(f"reports/{report}/").status_code for report in (closed, open_, named)} == {200}
    _change("KE-CUSTOMS", law_enforcement=False)
    relay()
    kenya = Caller(cast.liaison("KE-CUSTOMS"))
    assert [kenya.get(f"reports/{report}/").status_code for report in (closed, open_, named)] == [404, 200, 200]
    ended = Grant.objects.get(label_id=closed, agency__code="KE-CUSTOMS")
    assert (ended.basis, ended.revoked_at is None) == ("COUNTERPART", False)
    assert all(agrees for _, agrees in agreement())


def test_what_was_asked_of_an_agency_whose_access_ended_is_cancelled_and_explained(cast: Cast) -> None:
    closed, named = _shared(cast), _shared(cast, named=["KE-CUSTOMS"])
    _change("KE-CUSTOMS", law_enforcement=False)
    relay()
    states = {row.report_id: row.state for row in Referral.objects.filter(agency__code="KE-CUSTOMS")}
    assert states == {closed: "CANCELLED", named: "OPEN"}
    assert set(Referral.objects.exclude(agency__code="KE-CUSTOMS").values_list("state", flat=True)) == {"OPEN"}
    assert prove(now=now()).findings == ()


def test_an_agency_that_becomes_law_enforcement_reads_what_names_its_part(cast: Cast) -> None:
    Agency.objects.filter(code="KE-CUSTOMS").update(law_enforcement=False)
    report = _shared(cast)
    assert Caller(cast.liaison("KE-CUSTOMS")).get(f"reports/{report}/").status_code == 404
    _change("KE-CUSTOMS", law_enforcement=True)
    relay()
    assert Caller(cast.liaison("KE-CUSTOMS")).get(f"reports/{report}/").status_code == 200
    assert _grants("KE-CUSTOMS") == [("COUNTERPART", True)]
    assert all(agrees for _, agrees in agreement())


def test_a_deactivated_agency_loses_its_grants_and_a_returning_one_gets_them_anew(cast: Cast) -> None:
    report = _shared(cast)
    _change("KE-CUSTOMS", active=False)
    relay()
    assert _grants("KE-CUSTOMS") == [("COUNTERPART", False)]
    _change("KE-CUSTOMS", active=True)
    relay()
    assert _grants("KE-CUSTOMS") == [("COUNTERPART", False), ("COUNTERPART", True)]
    assert Caller(cast.liaison("KE-CUSTOMS")).get(f"reports/{report}/").status_code == 200
    assert all(agrees for _, agrees in agreement())


def test_a_returning_agency_hears_of_a_withdrawal_and_one_that_is_away_does_not(cast: Cast) -> None:
    """What was asked of it stays cancelled, but it reads the report again."""
    report = _shared(cast, named=["CN-POLICE"])
    for code, active in (("KE-CUSTOMS", False), ("CN-POLICE", False), ("KE-CUSTOMS", True)):
        _change(code, active=active)
        relay()
    assert Referral.objects.get(agency__code="KE-CUSTOMS").state == "CANCELLED"
    Caller(cast.liaison("SG-CUSTOMS")).post(f"reports/{report}/withdraw/")
    relay()
    told = Notification.objects.filter(kind="REPORT_WITHDRAWN").values_list("user__agency__code", flat=True)
    assert {"KE-CUSTOMS", "UG-CUSTOMS"} <= set(told)
    assert "CN-POLICE" not in told
    assert prove(now=now()).findings == ()


def test_what_names_an_agency_that_left_is_judged_again_when_it_returns(cast: Cast) -> None:
    report = _shared(cast, named=["CN-POLICE"])
    _change("CN-POLICE", active=False)
    relay()
    assert Label.objects.get(id=report).audience.count(Agency.objects.get(code="CN-POLICE").token) == 0
    Agency.objects.filter(code="CN-POLICE").update(active=True)
    assert disagreeing() == [report]
    _change("CN-POLICE", active=True)
    relay()
    assert disagreeing() == []
    assert Caller(cast.liaison("CN-POLICE")).get(f"reports/{report}/").status_code == 200


def test_a_withheld_agency_gains_nothing_by_any_change(cast: Cast) -> None:
    report = _shared(cast, withheld_from=["UG-CUSTOMS"])
    for fields in ({"active": False}, {"active": True}, {"law_enforcement": False}, {"law_enforcement": True}):
        _change("UG-CUSTOMS", **fields)
        relay()
        assert _grants("UG-CUSTOMS") == []
    assert Caller(cast.liaison("UG-CUSTOMS")).get(f"reports/{report}/").status_code == 404


def test_what_agrees_is_not_written_again(cast: Cast) -> None:
    _shared(cast)
    before = list(Grant.objects.order_by("id").values())
    token = Agency.objects.get(code="KE-CUSTOMS").token
    assert judge_again(agency=token, after=FIRST, now=now()) == 0
    assert (list(Grant.objects.order_by("id").values()), mend(ids=every_label(), now=now())) == (before, 0)


def test_many_labels_are_judged_a_batch_an_event_and_none_twice(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    reports = {_shared(cast) for _ in range(5)}
    monkeypatch.setattr("apps.sharing.actions.mending.BATCH", 2)
    assert BATCH == 200
    _change("KE-CUSTOMS", law_enforcement=False)
    relay()
    stale = Event.objects.filter(name="sharing.labels_stale").order_by("at")
    ended = Grant.objects.filter(agency__code="KE-CUSTOMS", revoked_at__isnull=False)
    assert (stale.count(), set(ended.values_list("label_id", flat=True))) == (2, reports)
    assert ended.count() == 5
    assert disagreeing() == []


def test_a_run_that_was_broken_off_is_finished_by_the_next(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    reports = sorted(_shared(cast) for _ in range(3))
    Agency.objects.filter(code="KE-CUSTOMS").update(law_enforcement=False)
    assert mend(ids=reports[:1], now=now()) == 1
    assert sorted(disagreeing()) == reports[1:]
    assert mend(ids=every_label(), now=now()) == 2
    assert disagreeing() == []


def test_the_administrators_page_sets_it_off(cast: Cast, client: Any) -> None:
    come_in(client, _platform(cast))
    report = _shared(cast)
    kenya = Agency.objects.get(code="KE-CUSTOMS")
    words = {"name": kenya.name, "kind": kenya.kind, "country": "KE", "active": "on", "language": "en"}
    page = f"/admin/agencies/agency/{kenya.id}/change/"
    unchanged = {**words, "law_enforcement": "true", **no_rows("jurisdictions")}
    client.post(page, {**unchanged, "name": "Kenya Revenue Authority"})
    assert not Event.objects.filter(name="agencies.agency_changed").exists()
    answer = client.post(page, {**unchanged, "law_enforcement": "false"})
    assert answer.status_code == 302, answer.content[:2000]
    assert Event.objects.filter(name="agencies.agency_changed").count() == 1
    relay()
    assert Caller(cast.liaison("KE-CUSTOMS")).get(f"reports/{report}/").status_code == 404


def _platform(cast: Cast) -> User:
    return User.objects.get(id=cast.platform.user_id)


def _spoil(report: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sharing_label SET audience = audience || 117 WHERE id = %s", [report])


def test_the_nightly_comparison_alarms_on_any_difference_and_clears_the_alarm(cast: Cast) -> None:
    report = _shared(cast)
    assert check_grants() == 0
    assert not Alarm.objects.filter(code="grants").exists()
    agreed = Pulse.objects.get(name="grants").at
    _spoil(report)
    assert check_grants() == 1
    assert Pulse.objects.get(name="grants").at == agreed
    alarm = Alarm.objects.get(code="grants")
    assert (alarm.facts, alarm.ended_at) == ({"labels": 1}, None)
    call_command("relabel")
    assert report_agreement(now=now()) == 0
    alarm.refresh_from_db()
    assert alarm.ended_at is not None


@pytest.mark.parametrize("words", [[], ["--all"]])
def test_relabel_mends_what_differs_and_says_how_far_it_is(
    cast: Cast, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    reports = [_shared(cast), _shared(cast)]
    _spoil(reports[0])
    with pytest.raises(SystemExit):
        call_command("check_grants")
    call_command("relabel", *words)
    judged = 2 if words else 1
    assert capsys.readouterr().out.splitlines()[-1] == f"{judged} labels judged, 1 changed"
    call_command("check_grants")
    assert capsys.readouterr().out == "2 labels: grants, arrays and policy agree\n"


def test_a_draft_is_mended_without_grants(cast: Cast) -> None:
    draft = Caller(cast.officer("SG-CUSTOMS")).draft(ETIS)
    _spoil(draft)
    assert (mend(ids=[draft], now=now()), Grant.objects.count(), disagreeing()) == (1, 0, [])


# Clearance, and operations while they run: what a reader holds is asked at each request


def test_a_red_report_is_closed_to_a_liaison_officer_from_the_request_after_the_role_is_gone(cast: Cast) -> None:
    report = _shared(cast, tlp="RED", named=["CN-CUSTOMS"])
    china = Caller(cast.liaison("CN-CUSTOMS"))
    assert china.get(f"reports/{report}/").status_code == 200
    user = cast.user("liaison", "CN-CUSTOMS")
    user.roles = ["OFFICER"]
    user.save(update_fields=["roles"])
    assert china.get(f"reports/{report}/").status_code in (401, 404)
    assert Caller(cast.liaison("CN-CUSTOMS")).get(f"reports/{report}/").status_code == 404


def test_an_author_reads_their_own_red_report_whatever_clearance_they_lose(cast: Cast) -> None:
    report = Caller(cast.liaison("SG-CUSTOMS")).submitted(ETIS, tlp="RED")
    user = cast.user("liaison", "SG-CUSTOMS")
    for roles, status in ((["LIAISON"], 200), (["OFFICER"], 200), (["ANALYST"], 200), (["AGENCY_ADMIN"], 404)):
        user.roles = roles
        user.save(update_fields=["roles"])
        assert Caller(cast.liaison("SG-CUSTOMS")).get(f"reports/{report}/").status_code == status, roles
    assert Caller(cast.officer("SG-CUSTOMS")).get(f"reports/{report}/").status_code == 404
    assert all(agrees for _, agrees in agreement())


def test_a_red_report_reaches_the_cleared_of_those_named_and_nobody_of_the_route(cast: Cast) -> None:
    report = _shared(cast, tlp="RED", named=["CN-CUSTOMS"])
    readers = {
        (word, code): Caller(getattr(cast, word)(code)).get(f"reports/{report}/").status_code == 200
        for word in ("officer", "analyst", "liaison")
        for code in ("SG-CUSTOMS", "CN-CUSTOMS", "KE-CUSTOMS", "STRANGER")
    }
    allowed = {("officer", "SG-CUSTOMS"), ("liaison", "SG-CUSTOMS"), ("liaison", "CN-CUSTOMS")}
    assert {reader for reader, reads in readers.items() if reads} == allowed
    assert set(Referral.objects.values_list("agency__code", flat=True)) == {"CN-CUSTOMS"}


def test_the_preview_warns_where_nobody_is_cleared_to_read_a_red_report(cast: Cast) -> None:
    singapore = Caller(cast.officer("SG-CUSTOMS"))
    body = {**ETIS, "tlp": "RED", "named": ["CN-CUSTOMS", "CN-POLICE"]}
    assert _uncleared(singapore, body) == []
    manager = cast.platform
    deactivate_user(actor=manager, user_id=cast.user("liaison", "CN-POLICE").id, now=now())
    assert _uncleared(singapore, body) == ["CN-POLICE"]
    assert _uncleared(singapore, {**body, "tlp": "AMBER"}) == []


def _uncleared(caller: Caller, body: dict[str, Any]) -> list[str]:
    rows = read(caller.post("reports/preview/", body))["audience"]
    return [row["agency"] for row in rows if row["nobody_cleared"]]


def test_an_agency_whose_access_ended_is_not_told_of_a_withdrawal_and_the_books_know_it(cast: Cast) -> None:
    report = _shared(cast)
    _change("KE-CUSTOMS", law_enforcement=False)
    relay()
    Caller(cast.liaison("SG-CUSTOMS")).post(f"reports/{report}/withdraw/")
    relay()
    told = Notification.objects.filter(kind="REPORT_WITHDRAWN").values_list("user__agency__code", flat=True)
    assert "UG-CUSTOMS" in told
    assert "KE-CUSTOMS" not in told
    assert prove(now=now()).findings == ()
