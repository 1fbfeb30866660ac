"""Leaks in what a reader is shown of what is theirs to see."""

from tests.leaks.terms import leak

API, KEPT_API = "tests/reports/test_api.py::test_", "tests/reports/test_api_idempotency.py::test_"
SAME_KEYS = API + "every_reader_gets_the_same_keys_and_only_the_originator_who_else_is_in"
TOMBSTONE = API + "a_withdrawn_report_is_a_tombstone_to_everyone_but_its_originator"
FOUND_BY_NOTHING = API + "a_tombstone_is_found_by_nothing_that_it_used_to_say"
SHOWING, LISTING = "apps/reports/queries/showing.py", "apps/reports/queries/listing.py"
FOUND = "apps/reports/migrations/0003_search.py"
KEYS = "apps/agencies/idempotency.py"
PREVIEWED = "tests/probing/test_previews.py::test_the_audience_of_a_draft_is_a_preview_and_of_what_was_submitted_a_fact"

READERS = (
    leak(
        "readers-see-the-audience",
        "Every reader is told who else is in, who was left out and why.",
        (
            "apps/reports/queries/audience.py",
            "    if report.label.originator_id == actor.agency_id:\n",
            "    if report.label.originator_id:\n",
        ),
        caught_by=SAME_KEYS,
        like="MISP #1668: members of a sharing group see who else is in it",
    ),
    leak(
        "readers-count-the-named",
        "A reader can count who else was named, and from whom it is withheld.",
        (SHOWING, ' | ({} if own else {"named": [], "withheld_from": []})', ""),
        caught_by=SAME_KEYS,
    ),
    leak(
        "author-is-named-to-readers",
        "Every reader is told the name of the officer who filed the report.",
        (SHOWING, "report.label.author.name if own else None", "report.label.author.name"),
        caught_by=SAME_KEYS,
    ),
    leak(
        "tombstone-with-content",
        "A withdrawn report goes on saying what it said.",
        (
            "apps/reports/queries/reading.py",
            "return report.state == ReportState.WITHDRAWN and not is_originator(actor, report)",
            "return False",
        ),
        caught_by=TOMBSTONE,
    ),
    leak(
        "tombstone-in-lists-with-content",
        "In lists a withdrawn report goes on saying what it said.",
        (LISTING, "return _tombstone_row(row) if row", "return _full_row(row) if row"),
        caught_by=TOMBSTONE,
    ),
    leak(
        "tombstone-found-by-its-route",
        "A filter finds a withdrawn report by what it used to say.",
        (FOUND, "IF asked ? 'telling' THEN", "IF asked ? 'never' THEN"),
        caught_by=FOUND_BY_NOTHING,
        like="MISP: correlations told of what was withdrawn",
    ),
    leak(
        "previews-for-nothing",
        "Whom a draft would tell is asked for without end at a door that nobody thought of.",
        ("apps/reports/actions/preview.py", "    must_be_counted(actor=actor, kind=Asking.PREVIEW)\n", ""),
        caught_by=PREVIEWED,
    ),
    leak(
        "kept-answer-of-another-account",
        "An Idempotency-Key gives whoever sends it the answer that another account got.",
        (KEYS, ".filter(user_id=asked.user_id, scope=", ".filter(scope="),
        ("apps/agencies/migrations/0002_walls.py", '"SELECT": f"user_id = {USER}"', '"SELECT": "true"'),
        caught_by=KEPT_API + "nobody_gets_another_accounts_answer",
    ),
    leak(
        "kept-answer-outlives-access",
        "A kept answer is shown although its report may not be read any longer.",
        (KEYS, "    recheck()\n", ""),
        caught_by=KEPT_API + "a_kept_answer_is_not_shown_once_access_has_ended",
        like="RELIABILITY 2a: a history table still answered after the DELETE",
    ),
)
