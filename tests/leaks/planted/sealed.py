"""Leaks of what is sealed: in clear where it is kept, open where it does not belong, readable after its end."""

from tests.leaks.terms import leak

NARRATIVES, SEALING = "tests/reports/test_narratives.py::test_", "tests/vault/test_sealing.py::test_"
DUMP = "tests/vault/test_dump.py::test_no_table_holds_a_secret_word_after_every_door_of_the_api_and_the_pages"

SEALED = (
    leak(
        "red-in-clear",
        "The narrative of a RED report is written as every other.",
        ("apps/reports/actions/narrative.py", "if tlp == Tlp.RED else None", "if tlp == Tlp.CLEAR else None"),
        caught_by=NARRATIVES + "it_is_sealed_from_the_first_draft_on_and_read_by_whom_it_is_for",
    ),
    leak(
        "red-words-in-the-search",
        "The words of a RED narrative stand in the search vector.",
        (
            "apps/reports/actions/submission.py",
            'narrative = "" if content.tlp == Tlp.RED else content.narrative',
            "narrative = content.narrative",
        ),
        caught_by=DUMP,
    ),
    leak(
        "answers-kept-in-clear",
        "The answer that is kept for an Idempotency-Key is kept as it is.",
        (
            "apps/agencies/idempotency.py",
            "row.answer = seal_briefly(owner=asked.agency_id, field=FIELD, row=row.id, plain=written(response.data))",
            "row.answer = written(response.data)",
        ),
        caught_by=DUMP,
    ),
    leak(
        "sealed-for-any-place",
        "A sealed value opens in every row and field.",
        ("apps/vault/sealing.py", "return (owner or NOBODY).bytes + row.bytes + field.encode()", 'return b""'),
        caught_by=SEALING + "the_key_of_one_row_does_not_open_another_although_the_database_is_rewritten",
        like="Fernet: a token has no place and opens wherever it is put",
    ),
    leak(
        "one-nonce-for-all",
        "Every value is sealed with the same nonce.",
        ("apps/vault/sealing.py", "nonce = os.urandom(NONCE)", "nonce = bytes(NONCE)"),
        caught_by=SEALING + "the_same_text_is_never_sealed_to_the_same_bytes_and_stands_nowhere_in_them",
    ),
    leak(
        "keys-for-everybody",
        "The key of a row is seen by who may not see the row.",
        (
            "apps/reports/migrations/0004_sealed_narratives.py",
            'FOR SELECT TO counterpart_web USING ({of_label("id")})',
            "FOR SELECT TO counterpart_web USING (owner IS NOT NULL)",
        ),
        caught_by=NARRATIVES + "its_key_is_as_visible_as_the_report",
    ),
    leak(
        "shredded-and-the-key-kept",
        "At the end of its retention a text is taken out of its row, and its key stays.",
        ("apps/reports/actions/shredding.py", "        destroy(rows=ids, now=now)\n", ""),
        caught_by="tests/reports/test_retention.py::test_what_is_over_is_told_first_and_destroyed_when_that_is_asked",
    ),
)
