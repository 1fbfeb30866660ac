"""A report's walk through the API: drafted, read, changed, previewed, submitted, read by others, withdrawn."""

from typing import Any
from typing import cast as cast_to

import pytest
from django.http import HttpResponse

from apps.reports.models import Report, RouteStop, SeizedItem
from apps.sharing.models import Grant, Label
from tests.callers import ETIS, PANGOLINS, Caller, read, refused
from tests.cast import Cast

pytestmark = pytest.mark.django_db
EMPTY: tuple[object, ...] = (None, "", [], {"name": "", "country": ""}, {"country": ""})


def test_a_draft_answers_what_was_sent_and_has_no_reference(cast: Cast) -> None:
    officer = Caller(cast.officer("HK-CUSTOMS"))
    answer = officer.post("reports/", PANGOLINS)
    shown = read(answer)
    assert (answer.status_code, answer["Content-Type"]) == (201, "application/json")
    assert (shown["state"], shown["reference"], shown["submitted_at"]) == ("DRAFT", None, None)
    assert (shown["originator"], shown["author"]) == ("HK-CUSTOMS", officer.actor.name)
    items = [{**item, "grams": "8268000", "taxon_reported": ""} for item in PANGOLINS["items"]]
    assert {name: shown[name] for name in PANGOLINS} == {**PANGOLINS, "items": items}
    assert read(officer.get(f"reports/{shown['id']}/")) == shown


def test_intelligence_starts_out_with_h2(cast: Cast) -> None:
    shown = read(Caller(cast.officer("WWF")).post("reports/", {"kind": "OPERATIONAL_INTELLIGENCE", "title": "A boat"}))
    assert (shown["tlp"], shown["law_enforcement_only"], shown["handling"]) == ("AMBER", True, ["H2"])


def test_an_answer_sent_back_changes_nothing(cast: Cast) -> None:
    officer = Caller(cast.officer("HK-CUSTOMS"))
    shown = read(officer.post("reports/", PANGOLINS))
    again = read(officer.patch(f"reports/{shown['id']}/", shown))
    assert {**again, "updated_at": None} == {**shown, "updated_at": None}


def test_a_change_keeps_what_it_does_not_name(cast: Cast) -> None:
    officer = Caller(cast.officer("HK-CUSTOMS"))
    shown = read(officer.post("reports/", PANGOLINS))
    changed = officer.patch(
        f"reports/{shown['id']}/", {"title": "9 t", "route": [{"country": "CN", "part": "TRANSIT"}]}
    )
    assert changed.status_code == 200
    route = [{"country": "CN", "part": "TRANSIT", "seizure_opportunity": None}]
    expected = {**shown, "title": "9 t", "route": route, "updated_at": None}
    assert {**read(changed), "updated_at": None} == expected


def test_a_colleague_reads_and_changes_a_draft_and_nobody_else_knows_of_it(cast: Cast) -> None:
    report = Caller(cast.officer("HK-CUSTOMS")).draft(named=["KE-CUSTOMS"])
    colleague = Caller(cast.liaison("HK-CUSTOMS"))
    assert colleague.patch(f"reports/{report}/", {"title": "Read again"}).status_code == 200
    for other in (cast.liaison("KE-CUSTOMS"), cast.liaison("AE-CUSTOMS"), cast.administrator("HK-CUSTOMS")):
        refused(Caller(other).get(f"reports/{report}/"), 404, "not_found")
        assert Caller(other).listed() == []


def test_a_deleted_draft_leaves_nothing(cast: Cast) -> None:
    officer = Caller(cast.officer("HK-CUSTOMS"))
    report = officer.draft()
    answer = officer.delete(f"reports/{report}/")
    assert (answer.status_code, answer.content) == (204, b"")
    left = [model.objects.count() for model in (Report, SeizedItem, RouteStop, Label, Grant)]
    assert left == [0, 0, 0, 0, 0]
    refused(officer.get(f"reports/{report}/"), 404, "not_found")


def test_the_preview_of_a_body_and_of_its_draft_are_the_audience_after_submission(cast: Cast) -> None:
    officer = Caller(cast.officer("SG-CUSTOMS"))
    body = {**ETIS, "named": ["WCO"], "withheld_from": ["UG-CUSTOMS"]}
    previewed = read(officer.post("reports/preview/", body))
    assert Report.objects.count() == 0
    report = officer.draft(body)
    assert read(officer.post("reports/preview/", {"report": str(report)})) == previewed
    assert read(officer.get(f"reports/{report}/audience/")) == previewed
    officer.post(f"reports/{report}/submit/")
    assert read(officer.get(f"reports/{report}/audience/")) == previewed
    told = {row["agency"]: row["parts"] for row in previewed["audience"] if row["told"]}
    assert told == {
        "AE-CUSTOMS": ["TRANSIT"],
        "CN-CUSTOMS": ["DESTINATION"],
        "KE-CUSTOMS": ["ORIGIN", "EXPORT"],
        "MY-CUSTOMS": ["TRANSIT"],
        "WCO": ["NAMED"],
    }
    (left_out,) = previewed["left_out"]
    assert (left_out["agency"], left_out["reason"]) == ("UG-CUSTOMS", "WITHHELD")


def test_a_country_without_an_agency_goes_to_the_coordinating_body_and_is_named(cast: Cast) -> None:
    body = {**ETIS, "route": [{"country": "BR", "part": "ORIGIN"}, {"country": "XX", "part": "DESTINATION"}]}
    previewed = read(Caller(cast.officer("SG-CUSTOMS")).post("reports/preview/", body))
    (row,) = [row for row in previewed["audience"] if row["told"]]
    assert (row["agency"], row["basis"], row["for_information"]) == ("WCO", "COORDINATING_BODY", True)
    assert "Brazil" in row["sentence"]
    assert row["parts"] == ["ORIGIN", "DESTINATION"]


def test_a_submission_gives_the_reference_and_ends_the_drafts_verbs(cast: Cast) -> None:
    officer = Caller(cast.officer("SG-CUSTOMS"))
    report = officer.draft(ETIS)
    moved = read(officer.post(f"reports/{report}/submit/"))
    assert moved["state"] == "SUBMITTED"
    assert moved["reference"].startswith("SR-20")
    before = read(officer.get(f"reports/{report}/"))
    refused(officer.post(f"reports/{report}/submit/"), 409, "state_moved")
    refused(officer.patch(f"reports/{report}/", {"title": "Changed"}), 409, "not_a_draft")
    refused(officer.delete(f"reports/{report}/"), 409, "not_a_draft")
    assert read(officer.get(f"reports/{report}/")) == before


def test_what_is_missing_is_refused_at_submission_with_the_same_field_paths(cast: Cast) -> None:
    officer = Caller(cast.officer("SG-CUSTOMS"))
    body = {"kind": "SEIZURE", "items": [{"taxon": "Loxodonta africana", "term": "TUS"}]}
    report = officer.draft(body)
    answer = officer.post(f"reports/{report}/submit/")
    refused(answer, 400, "incomplete", "items.0.quantity", "items.0.unit", "occurred.date", "place.country", "route")
    assert read(officer.get(f"reports/{report}/"))["state"] == "DRAFT"
    assert Grant.objects.count() == 0


def test_every_reader_gets_the_same_keys_and_only_the_originator_who_else_is_in(cast: Cast) -> None:
    officer = Caller(cast.officer("SG-CUSTOMS"))
    report = officer.submitted(ETIS, named=["WILDAID"], withheld_from=["UG-CUSTOMS"])
    own = read(officer.get(f"reports/{report}/"))
    assert (own["named"], own["withheld_from"], own["author"]) == (["WILDAID"], ["UG-CUSTOMS"], officer.actor.name)
    for reader in (cast.officer("KE-CUSTOMS"), cast.liaison("WILDAID"), cast.analyst("MY-CUSTOMS")):
        theirs = read(Caller(reader).get(f"reports/{report}/"))
        assert theirs == {**own, "named": [], "withheld_from": [], "author": None}
        rows = read(Caller(reader).get(f"reports/{report}/audience/"))
        assert [row["agency"] for row in rows.pop("audience")] == ["SG-CUSTOMS", reader.agency_code]
        assert rows == {"left_out": [], "own": [], "unreached": []}


def test_who_it_was_withheld_from_and_strangers_get_the_answers_of_nothing(cast: Cast) -> None:
    report = Caller(cast.officer("SG-CUSTOMS")).submitted(ETIS, withheld_from=["UG-CUSTOMS"])
    for code in ("UG-CUSTOMS", "STRANGER", "WILDAID"):
        outsider = Caller(cast.liaison(code))
        refused(outsider.get(f"reports/{report}/"), 404, "not_found")
        refused(outsider.get(f"reports/{report}/audience/"), 404, "not_found")
        assert outsider.listed() == outsider.listed("?q=ivory") == outsider.listed("?country=UG") == []


def test_a_withdrawn_report_is_a_tombstone_to_everyone_but_its_originator(cast: Cast) -> None:
    report = Caller(cast.officer("SG-CUSTOMS")).submitted(ETIS, title="Tusks under the tea")
    liaison, reader = Caller(cast.liaison("SG-CUSTOMS")), Caller(cast.liaison("KE-CUSTOMS"))
    before = read(liaison.get(f"reports/{report}/"))
    moved = read(liaison.post(f"reports/{report}/withdraw/"))
    assert moved["state"] == "WITHDRAWN"
    whole = read(liaison.get(f"reports/{report}/"))
    kept = {**whole, "state": "SUBMITTED", "withdrawn_at": None, "updated_at": before["updated_at"]}
    assert kept == before
    told = {"id": str(report), "reference": before["reference"], "state": "WITHDRAWN"}
    for shown, keys in ((read(reader.get(f"reports/{report}/")), set(whole)), (_row(reader), set(_row(liaison)))):
        assert set(shown) == keys
        assert {name: shown[name] for name in told} == told
        assert shown["withdrawn_at"] == moved["withdrawn_at"]
        assert [name for name, value in shown.items() if value not in EMPTY] == [*told, "withdrawn_at"]
    audience = read(reader.get(f"reports/{report}/audience/"))
    assert audience == {"audience": [], "left_out": [], "own": [], "unreached": []}
    refused(liaison.post(f"reports/{report}/withdraw/"), 409, "state_moved")


def _row(reader: Caller) -> Any:
    (row,) = read(reader.get("reports/"))["results"]
    return row


@pytest.mark.parametrize(
    "query",
    [
        "q=ivory",
        "country=KE",
        "country=KE&part=ORIGIN",
        "part=EXPORT",
        "taxon=Loxodonta africana",
        "kind=SEIZURE",
        "originator=SG-CUSTOMS",
    ],
)
def test_a_tombstone_is_found_by_nothing_that_it_used_to_say(cast: Cast, query: str) -> None:
    liaison, reader = Caller(cast.liaison("SG-CUSTOMS")), Caller(cast.liaison("KE-CUSTOMS"))
    report = liaison.submitted(ETIS)
    assert reader.listed(f"?{query}") == [str(report)]
    liaison.post(f"reports/{report}/withdraw/")
    assert reader.listed(f"?{query}") == []
    assert reader.listed() == reader.listed("?state=WITHDRAWN") == reader.listed("?since=2020-01-01") == [str(report)]
    assert liaison.listed(f"?{query}") == [str(report)]


def test_a_copy_is_a_draft_of_its_own_without_the_case_number(cast: Cast) -> None:
    officer = Caller(cast.officer("HK-CUSTOMS"))
    report = officer.submitted()
    original = read(officer.get(f"reports/{report}/"))
    answer = officer.post(f"reports/{report}/copy/")
    copied = read(answer)
    assert answer.status_code == 201
    assert (copied["state"], copied["reference"], copied["case_number"]) == ("DRAFT", None, "")
    assert {name: copied[name] for name in PANGOLINS} == {
        **{name: original[name] for name in PANGOLINS},
        "case_number": "",
    }
    refused(Caller(cast.officer("VN-CUSTOMS")).post(f"reports/{report}/copy/"), 404, "not_found")


def test_roles_decide_who_files_submits_withdraws_and_searches(cast: Cast) -> None:
    officer = Caller(cast.officer("SG-CUSTOMS"))
    draft, sent = officer.draft(ETIS), officer.submitted(ETIS)
    analyst, admin = Caller(cast.analyst("SG-CUSTOMS")), Caller(cast.administrator("SG-CUSTOMS"))
    for caller in (analyst, admin):
        refused(caller.post("reports/", ETIS), 403, "not_allowed")
        refused(caller.post(f"reports/{draft}/submit/"), 403, "not_allowed")
        refused(caller.post(f"reports/{sent}/withdraw/"), 403, "not_allowed")
    refused(analyst.delete(f"reports/{draft}/"), 403, "not_allowed")
    refused(officer.post(f"reports/{sent}/withdraw/"), 403, "not_allowed")
    refused(officer.post("reports/search/", {"q": "ivory"}), 403, "not_allowed")
    refused(admin.post("reports/search/", {"q": "ivory"}), 403, "not_allowed")
    assert [row["id"] for row in read(analyst.post("reports/search/", {"q": "ivory"}))["results"]] == [
        str(sent),
        str(draft),
    ]
    assert set(Report.objects.values_list("id", "state")) == {(draft, "DRAFT"), (sent, "SUBMITTED")}


def test_ngos_file_intelligence_and_no_seizures(cast: Cast) -> None:
    officer = Caller(cast.officer("WILDAID"))
    refused(officer.post("reports/", {"kind": "SEIZURE"}), 403, "not_allowed")
    assert Report.objects.count() == 0
    officer.submitted({"kind": "ANALYSIS", "title": "Prices in 2026"})


def test_red_is_read_by_its_author_and_the_cleared_of_those_named(cast: Cast) -> None:
    author = Caller(cast.officer("SG-CUSTOMS"))
    report = author.submitted(ETIS, tlp="RED", named=["AE-CUSTOMS"])
    readers = {
        author: 200,
        Caller(cast.liaison("SG-CUSTOMS")): 200,
        Caller(cast.analyst("SG-CUSTOMS")): 404,
        Caller(cast.liaison("AE-CUSTOMS")): 200,
        Caller(cast.officer("AE-CUSTOMS")): 404,
        Caller(cast.liaison("KE-CUSTOMS")): 404,
    }
    for reader, status in readers.items():
        assert reader.get(f"reports/{report}/").status_code == status
        assert reader.listed() == ([str(report)] if status == 200 else [])


def test_a_session_needs_its_csrf_token_and_a_token_does_not(cast: Cast) -> None:
    user = cast.user("officer", "SG-CUSTOMS")
    caller = Caller(cast.officer("SG-CUSTOMS"))
    caller.client.handler.enforce_csrf_checks = True
    caller.client.force_login(user)
    assert caller.post("reports/", ETIS).status_code == 201
    answer = caller.client.post("/api/v1/reports/", ETIS, content_type="application/json")
    assert isinstance(answer.content, bytes)
    refused(cast_to(HttpResponse, answer), 403, "not_allowed")
    assert caller.client.get("/api/v1/me/").status_code == 200
    assert Report.objects.count() == 1
