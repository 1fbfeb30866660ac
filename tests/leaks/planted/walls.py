"""Leaks in one of the two walls, which the other one would hide."""

from tests.leaks.terms import leak

EACH_WALL = "tests/leaks/test_each_wall.py::test_"
AGREEMENT = "tests/access/test_agreement.py::test_policy_queryset_and_database_agree_on_every_label_and_reader"
ALIKE = "tests/access/test_absent.py::test_what_is_there_and_what_is_not_answer_alike"
FIRST_ALONE = EACH_WALL + "without_the_databases_wall_a_reader_gets_what_is_its_own"
FIRST_OUTSIDER = EACH_WALL + "without_the_databases_wall_no_query_gives_an_outsider_anything"
SECOND_ALONE = EACH_WALL + "without_any_condition_the_database_gives_a_reader_what_is_its_own"
SECOND_OUTSIDER = EACH_WALL + "without_any_condition_the_database_gives_an_outsider_nothing"
WITHHELD_WINS = EACH_WALL + "withheld_wins_in_each_wall_over_what_every_member_reads"
FOUND, NEWEST = "apps/reports/migrations/0003_search.py", "apps/sharing/migrations/0007_newest.py"
GRANTS = "apps/sharing/migrations/0006_grants_of_visible_labels.py"
SHARING, REPORTS = (f"apps/{room}/migrations/0002_walls.py" for room in ("sharing", "reports"))
REFERRALS = "apps/referrals/migrations/0003_label_by_label.py"  # it writes those of 0002 anew

FIRST = (
    leak(
        "queryset-shows-every-label",
        "The first wall of labels lets everybody pass.",
        ("apps/sharing/models.py", "return self.filter(audience__overlap=tokens).exclude", "return self.exclude"),
        caught_by=FIRST_OUTSIDER,
    ),
    leak(
        "queryset-forgets-withheld",
        "The first wall of reports forgets whom they are withheld from.",
        ("apps/reports/models.py", " & ~Q(label__withheld__overlap=tokens)", ""),
        caught_by=WITHHELD_WINS,
    ),
    leak(
        "statements-forget-withheld",
        "The first wall of the statements that are written out forgets whom a report is withheld from.",
        ("apps/sharing/rls.py", '%(tokens)s::int[] AND NOT l.withheld && %(tokens)s::int[]"', '%(tokens)s::int[]"'),
        caught_by=WITHHELD_WINS,
    ),
    leak(
        "report-by-id-alone",
        "A report is fetched by its id and not for an actor.",
        ("apps/reports/queries/reading.py", 'BY_ID = f"{WHOLE} AND {SEEN}"', "BY_ID = WHOLE"),
        caught_by=FIRST_OUTSIDER,
        like="Primero, 2026-01: an attachment was shown to whoever was signed in",
    ),
    leak(
        "edit-scope-is-view-scope",
        "Whoever reads a report counts as its originator.",
        ("apps/reports/queries/reading.py", "    if not is_originator(actor, report):\n        raise NotFound\n", ""),
        caught_by=FIRST_ALONE,
        like="MISP: the scope of the view was used for editing",
    ),
    leak(
        "readers-get-each-others-referrals",
        "The first wall of referrals asks only whether their report is visible.",
        (
            "apps/referrals/models.py",
            "theirs = Q(agency_id=actor.agency_id) | Q(originator_id=actor.agency_id)\n        return self.filter(theirs, ",
            "return self.filter(",
        ),
        caught_by=FIRST_ALONE,
    ),
    leak(
        "query-gives-every-grant",
        "The query of grants gives every reader all of them.",
        ("apps/sharing/queries.py", "        standing = standing.filter(token__in=actor.tokens)\n", "        pass\n"),
        caught_by=FIRST_ALONE,
        like="MISP #10019: members of a sharing group see who else is in it",
    ),
)
SECOND = (
    leak(
        "database-shows-every-label",
        "The second wall of labels lets everybody read.",
        (SHARING, '"SELECT": VISIBLE', '"SELECT": "true"'),
        caught_by=SECOND_OUTSIDER,
    ),
    leak(
        "database-forgets-withheld",
        "The one condition of the database forgets whom it is withheld from.",
        ("apps/sharing/rls.py", '"audience && {TOKENS} AND NOT withheld && {TOKENS}"', '"audience && {TOKENS}"'),
        caught_by=AGREEMENT,
    ),
    leak(
        "database-shows-every-grant",
        "Every reader can read who else was let in.",
        (GRANTS, "f\"({TOKEN}) AND {of_label('label_id')}\"", "of_label('label_id')"),
        caught_by=SECOND_ALONE,
        like="MISP #1668: members of a sharing group see who else is in it",
    ),
    leak(
        "grant-of-what-is-withheld",
        "Whom a GREEN report is withheld from sees the grant of all law enforcement, and so that there is one.",
        (GRANTS, "f\"({TOKEN}) AND {of_label('label_id')}\"", "TOKEN"),
        caught_by=WITHHELD_WINS,
        like="found in this tree by the test that it names",
    ),
    leak(
        "database-shows-each-others-referrals",
        "The second wall of referrals asks only whether their report is visible.",
        (REFERRALS, "USING ({THEIRS} AND {select});", "USING ({select});"),
        caught_by=SECOND_ALONE,
    ),
    leak(
        "whoever-sees-a-referral-changes-it",
        "The second wall lets whoever sees a referral change it.",
        (REFERRALS, "USING ({OWN} AND {update});", "USING ({THEIRS} AND {update});"),
        caught_by=EACH_WALL + "a_reader_may_change_nothing_but_its_own_answer",
        like="CVE-2026-56424: one object was checked and another one changed",
    ),
    leak(
        "tombstone-keeps-its-specimens",
        "The database goes on showing the specimens of a withdrawn report.",
        (REPORTS, '"SELECT": of_label("report_id", KEPT)', '"SELECT": of_label("report_id")'),
        caught_by=SECOND_ALONE,
    ),
    leak(
        "search-looks-past-the-wall",
        "The search function, which runs as another role, forgets the condition.",
        (FOUND, "WHERE l.audience && {TOKENS} AND NOT l.withheld && {TOKENS} AND l.position", "WHERE l.position"),
        caught_by=EACH_WALL + "what_runs_as_another_role_finds_nothing_for_whoever_may_not_read",
        like="MISP, 2024-09: one boolean in the search",
    ),
    leak(
        "first-page-looks-past-the-wall",
        "The function of a list's first page goes by the grants alone: a place is left where something is withheld.",
        (
            NEWEST,
            " AND g.position < before\n                AND l.audience && {TOKENS} AND NOT l.withheld && {TOKENS}",
            " AND g.position < before",
        ),
        caught_by=WITHHELD_WINS,
    ),
    leak(
        "workers-policy-for-everybody",
        "The policy by which the worker passes holds for every role.",
        (
            "apps/core/rls.py",
            "worker ON {table} TO counterpart_worker USING (true) WITH",
            "worker ON {table} USING (true) WITH",
        ),
        caught_by=SECOND_OUTSIDER,
    ),
    leak(
        "somebody-outlives-the-transaction",
        "Tokens are set for the session: the next borrower of the connection has them.",
        ("apps/agencies/acting.py", "set_config('app.tokens', %s, true)", "set_config('app.tokens', %s, false)"),
        caught_by=EACH_WALL + "who_somebody_is_ends_with_their_transaction",
        like="Zulip, 2021-03: a cache gave users the data of others",
    ),
)
BOTH = (
    leak(
        "both-walls-forget-withheld",
        "An agency that it is withheld from, and that is let in by another rule, reads it.",
        ("apps/sharing/rls.py", '"audience && {TOKENS} AND NOT withheld && {TOKENS}"', '"audience && {TOKENS}"'),
        ("apps/sharing/rls.py", '%(tokens)s::int[] AND NOT l.withheld && %(tokens)s::int[]"', '%(tokens)s::int[]"'),
        ("apps/sharing/policy/audience.py", "    KeepsOut(Reason.WITHHELD, _withheld),\n", ""),
        caught_by=ALIKE,
    ),
)
WALLS = (*FIRST, *SECOND, *BOTH)
