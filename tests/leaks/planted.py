"""The leaks. Each is one thing that a tired person could write, or forget."""

from tests.leaks.terms import Change, Leak

EACH_WALL = "tests/leaks/test_each_wall.py::test_"
AGREEMENT = "tests/access/test_agreement.py::test_policy_queryset_and_database_agree_on_every_label_and_reader"
ALIKE = "tests/access/test_absent.py::test_what_is_there_and_what_is_not_answer_alike"
FIRST_ALONE = EACH_WALL + "without_the_databases_wall_a_reader_gets_what_is_its_own"
FIRST_OUTSIDER = EACH_WALL + "without_the_databases_wall_no_query_gives_an_outsider_anything"
SECOND_ALONE = EACH_WALL + "without_any_condition_the_database_gives_a_reader_what_is_its_own"
SECOND_OUTSIDER = EACH_WALL + "without_any_condition_the_database_gives_an_outsider_nothing"
REPORTS_API, KEPT_API = "tests/reports/test_api.py::test_", "tests/reports/test_api_idempotency.py::test_"
TOMBSTONE = REPORTS_API + "a_withdrawn_report_is_a_tombstone_to_everyone_but_its_originator"
READERS = "tests/sharing/test_readers.py::test_"


def leak(name: str, sentence: str, *changes: tuple[str, str, str], caught_by: str, like: str = "") -> Leak:
    return Leak(name, sentence, tuple(Change(*change) for change in changes), caught_by, like)


WALLS = (
    leak(
        "queryset-shows-every-label",
        "The first wall of labels lets everybody pass.",
        (
            "apps/sharing/models.py",
            "return self.filter(audience__overlap=tokens).exclude(withheld__overlap=tokens)",
            "return self.exclude(withheld__overlap=tokens)",
        ),
        caught_by=AGREEMENT,
    ),
    leak(
        "queryset-forgets-withheld",
        "The first wall of reports forgets whom they are withheld from.",
        (
            "apps/reports/models.py",
            "return self.filter(Q(label__audience__overlap=tokens) & ~Q(label__withheld__overlap=tokens))",
            "return self.filter(Q(label__audience__overlap=tokens))",
        ),
        caught_by=AGREEMENT,
    ),
    leak(
        "database-shows-every-label",
        "The second wall of labels lets everybody read.",
        ("apps/sharing/migrations/0002_walls.py", '"SELECT": VISIBLE', '"SELECT": "true"'),
        caught_by=AGREEMENT,
    ),
    leak(
        "database-forgets-withheld",
        "The one condition of the database forgets whom it is withheld from.",
        (
            "apps/sharing/rls.py",
            'VISIBLE = f"audience && {TOKENS} AND NOT withheld && {TOKENS}"',
            'VISIBLE = f"audience && {TOKENS}"',
        ),
        caught_by=AGREEMENT,
    ),
    leak(
        "database-shows-every-grant",
        "Every reader can read who else was let in.",
        (
            "apps/sharing/migrations/0002_walls.py",
            'f"{OWN} OR token = ANY ({TOKENS})"',
            '"EXISTS (SELECT FROM sharing_label l WHERE l.id = label_id)"',
        ),
        caught_by=SECOND_ALONE,
        like="MISP #1668: members of a sharing group see who else is in it",
    ),
    leak(
        "query-gives-every-grant",
        "The query of grants gives every reader all of them.",
        (
            "apps/sharing/queries.py",
            "    if label.originator_id != actor.agency_id:\n        standing = standing.filter(token__in=actor.tokens)\n",
            "",
        ),
        caught_by=FIRST_ALONE,
        like="MISP #10019",
    ),
    leak(
        "report-by-id-alone",
        "A report is fetched by its id and not for an actor.",
        ("apps/reports/queries/reading.py", "Report.objects.visible_to(actor).select", "Report.objects.select"),
        caught_by=FIRST_OUTSIDER,
    ),
    leak(
        "edit-scope-is-view-scope",
        "Whoever reads a report counts as its originator.",
        (
            "apps/reports/queries/reading.py",
            "    if not is_originator(actor, report):\n        raise NotFound\n",
            "",
        ),
        caught_by=FIRST_ALONE,
        like="MISP: the view's scope used for editing",
    ),
    leak(
        "readers-see-each-others-referrals",
        "The first wall of referrals asks only whether the report is visible.",
        ("apps/referrals/models.py", "self.filter(theirs, report__label", "self.filter(report__label"),
        caught_by=FIRST_ALONE,
    ),
    leak(
        "database-shows-each-others-referrals",
        "The second wall of referrals asks only whether the report is visible.",
        (
            "apps/referrals/migrations/0002_walls.py",
            '"SELECT": f"{THEIRS} AND {of_label(\'report_id\')}"',
            "\"SELECT\": of_label('report_id')",
        ),
        caught_by=SECOND_ALONE,
    ),
    leak(
        "originator-answers-for-the-agency",
        "The second wall lets whoever sees a referral change it.",
        (
            "apps/referrals/migrations/0002_walls.py",
            '"UPDATE": f"agency_id = {AGENCY} AND {of_label(\'report_id\')}"',
            '"UPDATE": f"{THEIRS} AND {of_label(\'report_id\')}"',
        ),
        caught_by=EACH_WALL + "a_reader_may_change_nothing_but_its_own_answer",
        like="CVE-2026-56424: one object is checked, another is changed",
    ),
    leak(
        "tombstone-keeps-its-specimens",
        "The database goes on showing the specimens of a withdrawn report.",
        (
            "apps/reports/migrations/0002_walls.py",
            '"SELECT": of_label("report_id", KEPT)',
            '"SELECT": of_label("report_id")',
        ),
        caught_by=SECOND_ALONE,
    ),
    leak(
        "search-looks-past-the-wall",
        "The search function, which runs as another role, forgets the condition.",
        ("apps/sharing/migrations/0004_search.py", "WHERE {VISIBLE} AND search @@", "WHERE search @@"),
        caught_by=EACH_WALL + "the_search_finds_nothing_for_whoever_may_not_read",
        like="MISP, 2024-09: one boolean in the search",
    ),
    leak(
        "somebody-outlives-the-transaction",
        "Tokens are set for the session: the next borrower of the connection has them.",
        (
            "apps/agencies/acting.py",
            "set_config('app.tokens', %s, true),\"",
            "set_config('app.tokens', %s, false),\"",
        ),
        caught_by=EACH_WALL + "who_somebody_is_ends_with_their_transaction",
        like="Zulip, 2021-03: a cache gave users the data of others",
    ),
)
READERS_OF = (
    leak(
        "readers-see-the-audience",
        "Every reader is told who else is in, who was left out and why.",
        (
            "apps/reports/queries/audience.py",
            "    if report.label.originator_id == actor.agency_id:\n",
            "    if report.label.originator_id:\n",
        ),
        caught_by=REPORTS_API + "every_reader_gets_the_same_keys_and_only_the_originator_who_else_is_in",
        like="MISP #1668",
    ),
    leak(
        "number-of-named-is-told",
        "A reader can count who else was named and from whom it is withheld.",
        (
            "apps/reports/queries/showing.py",
            'return data_of(content) | ({} if own else {"named": [], "withheld_from": []})',
            "return data_of(content)",
        ),
        caught_by=REPORTS_API + "every_reader_gets_the_same_keys_and_only_the_originator_who_else_is_in",
    ),
    leak(
        "author-is-named-to-readers",
        "Every reader is told the name of the officer who filed the report.",
        ("apps/reports/queries/showing.py", "report.label.author.name if own else None", "report.label.author.name"),
        caught_by=REPORTS_API + "every_reader_gets_the_same_keys_and_only_the_originator_who_else_is_in",
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
        (
            "apps/reports/queries/listing.py",
            'return _tombstone_row(row) if row["state"] == ReportState.WITHDRAWN and not own else _full_row(row)',
            "return _full_row(row)",
        ),
        caught_by=TOMBSTONE,
    ),
    leak(
        "tombstone-found-by-its-route",
        "A filter finds a withdrawn report by what it used to say.",
        (
            "apps/reports/queries/listing.py",
            "        (filters.asks_for_content, lambda: ~Q(state=ReportState.WITHDRAWN)"
            " | Q(label__originator_id=actor.agency_id)),\n",
            "",
        ),
        caught_by=REPORTS_API + "a_tombstone_is_found_by_nothing_that_it_used_to_say",
    ),
    leak(
        "tombstone-found-by-its-title",
        "Words find a withdrawn report of another agency by its title.",
        (
            "apps/reports/queries/listing.py",
            "WHERE l.originator_id = %s AND l.stage",
            "WHERE %s::uuid IS NOT NULL AND l.stage",
        ),
        caught_by=REPORTS_API + "a_tombstone_is_found_by_nothing_that_it_used_to_say",
    ),
    leak(
        "refusal-tells-existence",
        "Another's report is refused with 403 where one that is not there answers 404.",
        (
            "apps/reports/queries/reading.py",
            "    report = rows.filter(id=report_id).first()\n    if report is None:\n        raise NotFound\n",
            "    report = rows.filter(id=report_id).first()\n    if report is None:\n"
            "        from django.db import connection\n\n"
            "        with connection.cursor() as cursor:\n"
            "            cursor.execute('RESET ROLE')\n"
            "        raise NotAllowed if Report.objects.filter(id=report_id).exists() else NotFound\n",
        ),
        (
            "apps/reports/queries/reading.py",
            "from apps.core.errors import NotFound",
            "from apps.core.errors import NotAllowed, NotFound",
        ),
        caught_by=ALIKE,
    ),
    leak(
        "kept-answer-of-another-account",
        "An Idempotency-Key gives whoever sends it the answer that another account got.",
        (
            "apps/agencies/idempotency.py",
            "IdempotencyKey.objects.filter(user_id=asked.user_id, scope",
            "IdempotencyKey.objects.filter(scope",
        ),
        ("apps/agencies/migrations/0002_walls.py", '"SELECT": f"user_id = {USER}"', '"SELECT": "true"'),
        caught_by=KEPT_API + "nobody_gets_another_accounts_answer",
    ),
    leak(
        "kept-answer-outlives-access",
        "A kept answer is shown although the report may not be read any longer.",
        ("apps/agencies/idempotency.py", "    recheck()\n", ""),
        caught_by=KEPT_API + "a_kept_answer_is_not_shown_once_access_has_ended",
    ),
)
PEOPLE = (
    leak(
        "inactive-agency-holds-tokens",
        "The people of a deactivated agency go on reading.",
        ("apps/agencies/policy.py", "if agency is None or not active or CONTENT", "if agency is None or CONTENT"),
        caught_by=READERS + "a_reader_holds_what_role_agency_and_running_operations_give",
    ),
    leak(
        "administrators-read",
        "An agency's administrator, who has no content role, reads its reports.",
        ("apps/agencies/policy.py", "not active or CONTENT_ROLES.isdisjoint(roles):", "not active:"),
        caught_by=READERS + "a_reader_holds_what_role_agency_and_running_operations_give",
    ),
    leak(
        "officers-read-red",
        "Everybody of a named agency reads its RED reports, and not the cleared alone.",
        (
            "apps/agencies/policy.py",
            "    if not CLEARED_ROLES.isdisjoint(roles):\n        tokens.add(-agency)",
            "    tokens.add(-agency)",
        ),
        caught_by=REPORTS_API + "red_is_read_by_its_author_and_the_cleared_of_those_named",
    ),
    leak(
        "closed-account-keeps-its-tokens",
        "The API tokens of a closed account go on opening it.",
        ("apps/agencies/queries.py", ", user__is_active=True\n", "\n"),
        (
            "apps/agencies/actions/accounts.py",
            "revoked = ApiToken.objects.filter(user_id=user_id, revoked_at__isnull=True).update(revoked_at=now)",
            "revoked = 0",
        ),
        caught_by="tests/agencies/test_accounts.py::test_a_closed_account_is_out_at_once_by_session_and_by_token",
    ),
    leak(
        "sign-in-tells-who-has-an-account",
        "An unknown address is refused without a hash, so sooner than a known one.",
        (
            "apps/agencies/actions/sessions.py",
            "        make_password(password)\n        return False",
            "        return False",
        ),
        caught_by="tests/agencies/test_sign_in.py::test_every_refusal_is_the_same_and_costs_the_same_number_of_hashes",
    ),
    leak(
        "withheld-country-has-a-substitute",
        "Where a contact is withheld, the coordinating body is told in its place.",
        ("apps/sharing/routing/resolution.py", "return None if withheld_here else self._open(", "return self._open("),
        caught_by="tests/sharing/test_routing.py::test_a_withheld_contact_has_no_substitute",
    ),
)
SIDE_DOORS = (
    leak(
        "everybody-is-told",
        "A notice for one agency goes to the liaison officers of all that are told.",
        (
            "apps/notifications/queries.py",
            "for user in self.users[agency_id]]\n        if kind",
            "for users in self.users.values() for user in users]\n        if kind",
        ),
        caught_by="tests/notifications/test_flow.py::test_the_counterparts_liaison_officers_are_told_and_strangers_are_not",
        like="GlobaLeaks #2833: requests for an identity went to the custodians of all tenants",
    ),
    leak(
        "mail-with-the-title",
        "A mail carries the report's title where its reference should stand.",
        (
            "apps/referrals/subscribers.py",
            '            cause=referral.id,\n            object_id=referral.id,\n            label_id=report.id,\n            reference=report.reference or "",',
            "            cause=referral.id,\n            object_id=referral.id,\n            label_id=report.id,\n            reference=report.title[:20],",
        ),
        caught_by="tests/notifications/test_flow.py::test_nothing_of_the_report_is_in_a_mail_a_row_an_event_or_a_log",
    ),
    leak(
        "told-without-the-gate",
        "Nobody asks whether the recipient may still be told.",
        (
            "apps/sharing/subscribers.py",
            "return visible(audience=audience, withheld=withheld, tokens=actor.tokens)",
            "return True",
        ),
        caught_by="tests/notifications/test_gate.py::test_whoever_could_open_it_may_be_told_and_nobody_else",
    ),
    leak(
        "admin-of-reports",
        "Reports have a page in Django admin.",
        (
            "apps/reports/admin.py",
            "",
            "from django.contrib import admin\n\nfrom apps.reports.models import Report\n\nadmin.site.register(Report)\n",
        ),
        caught_by="tests/admin/test_site.py::test_no_model_that_holds_content_has_a_page",
    ),
    leak(
        "answers-may-be-cached",
        "Signed-in answers may be kept by whatever stands between.",
        ("config/middleware.py", 'response["Cache-Control"] = "private, no-store"', 'response["Vary"] = "Cookie"'),
        caught_by="tests/reports/test_api.py::test_an_answer_is_kept_by_nobody",
        like="Zulip, 2021-03: a cache gave users the data of others",
    ),
    leak(
        "trail-may-be-rewritten",
        "Nothing in the database refuses to change an entry of the trail.",
        (
            "apps/audit/migrations/0001_chain.py",
            "BEFORE UPDATE OR DELETE ON audit_entry",
            "BEFORE DELETE ON audit_entry",
        ),
        caught_by="tests/audit/test_append_only.py",
    ),
    leak(
        "web-role-passes-the-walls",
        "The role that serves pages may see past the walls, and production starts with it.",
        ("apps/core/walls.py", "    if roles:\n        raise Breached(", "    if not login:\n        raise Breached("),
        caught_by="tests/core/test_walls.py",
    ),
    leak(
        "worker-policy-for-everybody",
        "The policy by which the worker passes holds for every role.",
        (
            "apps/core/rls.py",
            'CREATE POLICY worker ON {table} TO counterpart_worker USING (true) WITH CHECK (true);\\n"\n        f"CREATE POLICY owner',
            'CREATE POLICY worker ON {table} USING (true) WITH CHECK (true);\\n"\n        f"CREATE POLICY owner',
        ),
        caught_by=SECOND_OUTSIDER,
    ),
)
LEAKS = (*WALLS, *READERS_OF, *PEOPLE, *SIDE_DOORS)
