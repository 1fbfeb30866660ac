"""The narrative of a RED report: sealed where it is kept, read by whom it is for, and gone at the end of its retention."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse

from apps.agencies.acting import acting
from apps.reports.models import Report
from apps.vault.models import DataKey, ObjectKey
from tests.callers import PANGOLINS, Caller, read, refused
from tests.cast import Cast
from tests.counting import counted

pytestmark = pytest.mark.django_db
TEXT = "Who told us is in danger."
RED: dict[str, Any] = {**PANGOLINS, "tlp": "RED", "named": ["KE-CUSTOMS"], "narrative": TEXT}


@pytest.fixture
def author(cast: Cast) -> Caller:
    return Caller(cast.liaison("HK-CUSTOMS"))


def row(report: UUID | str) -> Report:
    return Report.objects.get(id=report)


def shown(caller: Caller, report: UUID) -> str:
    """The narrative as the caller reads it."""
    answer = caller.get(f"reports/{report}/")
    assert answer.status_code == 200, answer.content
    return str(read(answer)["narrative"])


def test_it_is_sealed_from_the_first_draft_on_and_read_by_whom_it_is_for(cast: Cast, author: Caller) -> None:
    report = author.submitted(RED)
    assert (row(report).narrative, bool(row(report).narrative_sealed)) == ("", True)
    assert shown(author, report) == shown(Caller(cast.liaison("KE-CUSTOMS")), report) == TEXT
    for word, code in (("officer", "KE-CUSTOMS"), ("liaison", "STRANGER"), ("officer", "HK-CUSTOMS")):
        refused(Caller(cast.actor(word, code)).get(f"reports/{report}/"), 404, "not_found")


def test_its_key_is_as_visible_as_the_report(cast: Cast, author: Caller) -> None:
    report = author.draft(RED)
    seen = {}
    for word, code in (("liaison", "HK-CUSTOMS"), ("officer", "HK-CUSTOMS"), ("liaison", "KE-CUSTOMS")):
        with acting(cast.actor(word, code)):
            seen[word, code] = ObjectKey.objects.count()
    assert list(seen.values()) == [1, 0, 0]
    author.post(f"reports/{report}/submit/")
    for code, number in (("KE-CUSTOMS", 1), ("STRANGER", 0)):
        with acting(cast.liaison(code)):
            assert ObjectKey.objects.count() == number
            assert ObjectKey.objects.all().delete()[0] == 0


def test_what_others_file_in_clear_costs_no_key_and_no_statement(author: Caller) -> None:
    report = author.submitted(PANGOLINS)
    assert row(report).narrative == PANGOLINS["narrative"]
    assert (ObjectKey.objects.count(), DataKey.objects.count()) == (0, 0)


def test_statements_of_a_red_report(author: Caller) -> None:
    first, second = author.draft(RED), author.draft(RED)
    counts = {}
    doors: dict[str, Callable[[], HttpResponse]] = {
        "submit": lambda: author.post(f"reports/{first}/submit/"),
        "read": lambda: author.get(f"reports/{first}/"),
        "list": lambda: author.get("reports/"),
        "change": lambda: author.patch(f"reports/{second}/", {"title": "Another"}),
    }
    for name, do in doors.items():
        with counted() as count:
            assert do().status_code == 200
        counts[name] = sum("vault_" in statement for statement in count.statements)
        assert name != "submit" or int(count) <= 20
    assert counts == {"submit": 1, "read": 1, "list": 0, "change": 3}  # to change: read, seal, answer


def test_it_moves_in_and_out_of_clear_with_the_marking(author: Caller) -> None:
    report = author.draft(RED)
    sealed = bytes(row(report).narrative_sealed or b"")
    for tlp, clear in (("AMBER", True), ("RED", False), ("GREEN", True), ("RED", False)):
        assert read(author.patch(f"reports/{report}/", {"tlp": tlp}))["narrative"] == TEXT
        found = row(report)
        assert (found.narrative, found.narrative_sealed is None) == (TEXT if clear else "", clear)
        assert ObjectKey.objects.count() == (0 if clear else 1)
    Report.objects.filter(id=report).update(narrative_sealed=sealed)  # an old copy, whose key went when it was opened
    refused(author.get(f"reports/{report}/"), 500, "unreadable")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reports_report SET narrative = 'in clear', narrative_sealed = NULL WHERE id = %s",
        "UPDATE sharing_label SET tlp = 'RED' WHERE id = %s",
    ],
)
def test_the_database_refuses_red_in_clear(author: Caller, statement: str) -> None:
    report = author.draft(RED if "narrative" in statement else PANGOLINS)
    refusal = pytest.raises(IntegrityError, match="never written in clear")
    with refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [report])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_text_put_into_another_reports_place_does_not_open_and_nothing_is_told_of_it(author: Caller) -> None:
    first, second = author.submitted(RED), author.submitted({**RED, "narrative": "Another secret."})
    sealed = row(first).narrative_sealed
    Report.objects.filter(id=second).update(narrative_sealed=sealed)
    answer = author.get(f"reports/{second}/")
    refused(answer, 500, "unreadable")
    assert TEXT.encode() not in answer.content
    assert shown(author, first) == TEXT
    refused(author.post(f"reports/{second}/copy/"), 500, "unreadable")
    assert Report.objects.count() == 2
    assert author.post(f"reports/{second}/withdraw/").status_code == 200  # what needs no text, works


def test_its_words_find_nothing_and_its_title_does(author: Caller) -> None:
    report = str(author.submitted({**RED, "title": "Scales in a container"}))
    other = str(author.submitted({**PANGOLINS, "narrative": TEXT}))
    assert author.listed("?q=danger") == [other]
    assert author.listed("?q=scales") == [other, report]


def test_a_kept_answer_is_sealed_and_answered_again_to_the_byte(cast: Cast, author: Caller) -> None:
    first = author.post("reports/", RED, **{"Idempotency-Key": "once"})
    again = author.post("reports/", RED, **{"Idempotency-Key": "once"})
    assert (first.status_code, first.content) == (again.status_code, again.content)
    with connection.cursor() as cursor:
        cursor.execute("SELECT answer FROM agencies_idempotencykey")
        [(kept,)] = cursor.fetchall()
        assert bytes(kept)[:1] == b"\x01"
        cursor.execute("UPDATE agencies_idempotencykey SET id = gen_random_uuid()")
    refused(author.post("reports/", RED, **{"Idempotency-Key": "once"}), 500, "unreadable")
    assert Report.objects.count() == 1


def test_a_platform_administrators_kept_answers_are_the_platforms(cast: Cast) -> None:
    caller = Caller(cast.platform)
    answer = caller.post("reports/", RED, **{"Idempotency-Key": "x"})
    refused(answer, 403, "not_allowed")
    assert not DataKey.objects.exists()


def test_a_deleted_draft_takes_its_key_along(author: Caller) -> None:
    report = author.draft(RED)
    assert ObjectKey.objects.count() == 1
    assert author.delete(f"reports/{report}/").status_code == 204
    assert ObjectKey.objects.count() == 0


def test_a_copy_has_a_key_of_its_own(author: Caller) -> None:
    report = author.submitted(RED)
    copy = UUID(read(author.post(f"reports/{report}/copy/"))["id"])
    assert set(ObjectKey.objects.values_list("id", flat=True)) == {report, copy}
    ObjectKey.objects.filter(id=report).delete()
    assert shown(author, copy) == TEXT


def test_an_empty_narrative_needs_no_key(author: Caller) -> None:
    author.draft({**RED, "narrative": ""})
    assert not ObjectKey.objects.exists()


def test_the_longest_narrative_comes_back_whole(author: Caller) -> None:
    text = ("Scales – 鳞 – échelles\n" * 5000)[:49000]
    assert shown(author, author.submitted({**RED, "narrative": text})) == text.strip()
