"""Leaks by side doors: notices, mail, the administrator's pages, caches, the trail."""

from tests.leaks.terms import leak

FLOW, GATE = "tests/notifications/test_flow.py::test_", "tests/notifications/test_gate.py::test_"

DOORS = (
    leak(
        "everybody-is-told",
        "A notice for one agency goes to the liaison officers of all that are told.",
        (
            "apps/notifications/queries.py",
            "for user in self.users[agency_id]]\n        if kind",
            "for users in self.users.values() for user in users]\n        if kind",
        ),
        caught_by=FLOW + "the_counterparts_liaison_officers_are_told_and_strangers_are_not",
        like="GlobaLeaks #2833: requests for an identity went to the custodians of all tenants",
    ),
    leak(
        "mail-with-the-title",
        "A mail carries the report's title where its reference should stand.",
        (
            "apps/referrals/subscribers.py",
            'object_id=referral.id,\n            label_id=report.id,\n            reference=report.reference or "",',
            "object_id=referral.id,\n            label_id=report.id,\n            reference=report.title[:20],",
        ),
        caught_by=FLOW + "nothing_of_the_report_is_in_a_mail_a_row_an_event_or_a_log",
    ),
    leak(
        "told-without-the-gate",
        "Nobody asks whether the recipient may still be told.",
        (
            "apps/sharing/subscribers.py",
            "return visible(audience=audience, withheld=withheld, tokens=actor.tokens)",
            "return True",
        ),
        caught_by=GATE + "whoever_could_open_it_may_be_told_and_nobody_else",
    ),
    leak(
        "withheld-body-learns-that-something-waits",
        "A coordinating body that it is withheld from learns that something waits for an agency.",
        (
            "apps/sharing/subscribers.py",
            "reaches(audience=audience, withheld=withheld, member=_agency_of(actor))",
            "reaches(audience=audience, withheld=frozenset(), member=_agency_of(actor))",
        ),
        caught_by=GATE + "that_something_waits_may_be_told_unless_it_is_withheld",
    ),
    leak(
        "outside-body-learns-who-was-sent-something",
        "A coordinating body outside the audience is told for which agency a RED report waits, as long as nothing is withheld.",
        (
            "apps/sharing/subscribers.py",
            "reaches(audience=audience, withheld=withheld, member=_agency_of(actor))",
            "withheld.isdisjoint({actor.agency_token})",
        ),
        caught_by=FLOW + "a_coordinating_body_outside_does_not_learn_who_was_sent_a_red_report"
        "_and_the_originator_learns_that_it_waits",
        like="MISP #1668: who else is in is itself the secret",
    ),
    leak(
        "notice-outlives-access",
        "A notice goes on naming the report that its reader has lost.",
        ("apps/notifications/queries.py", "closed=opens(notice) and notice.label_id in closed", "closed=False"),
        caught_by="tests/notifications/test_api.py::"
        "test_a_notice_of_a_red_report_says_nothing_of_it_once_its_reader_has_lost_it[role_lost]",
        like="RELIABILITY 2a: a history table still answered after the DELETE",
    ),
    leak(
        "kept-answer-of-a-notice",
        "What was answered when a notice was read is answered again, with the reference, after its report is closed.",
        ("apps/notifications/api.py", "        if self._as_seen(own).sentence:\n            raise Conflict\n", ""),
        caught_by="tests/notifications/test_api.py::"
        "test_a_notice_of_a_red_report_says_nothing_of_it_once_its_reader_has_lost_it[withheld_since]",
        like="RELIABILITY 2a: a history table still answered after the DELETE",
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
        like="RELIABILITY 2a: forms and delete pages of the admin listed what is hidden",
    ),
    leak(
        "answers-may-be-cached",
        "Signed-in answers may be kept by whatever stands between.",
        ("config/middleware.py", 'response["Cache-Control"] = "private, no-store"', 'response["Vary"] = "Cookie"'),
        caught_by="tests/web/test_pages_refused.py::test_every_page_forbids_what_is_inline_and_is_kept_by_nobody",
        like="Zulip, 2021-03: a cache showed up to 149 users the data of 26 others",
    ),
    leak(
        "trail-may-be-rewritten",
        "Nothing in the database refuses to change an entry of the trail.",
        (
            "apps/audit/migrations/0003_waiting_and_seals.py",
            "IF NEW IS NOT DISTINCT FROM kept AND EXISTS (",
            "IF true OR EXISTS (",
        ),
        caught_by="tests/audit/test_append_only.py::test_even_the_owner_of_the_tables_changes_no_entry",
    ),
    leak(
        "trail-is-read-by-everybody",
        "Whoever is signed in can read the whole trail: who did what to which object.",
        (
            "apps/audit/migrations/0003_waiting_and_seals.py",
            "USING ({STAFF} OR owner_id = {AGENCY})",
            "USING (true)",
        ),
        caught_by="tests/audit/test_waiting.py::test_an_agency_reads_the_trail_of_what_it_owns_and_nobody_else_does",
        like="MISP: two of its leaks were the audit log",
    ),
    leak(
        "trail-page-for-every-reader",
        "Whoever may read a report has a page of who has opened it.",
        (
            "apps/referrals/opened.py",
            "from apps.reports.queries import own_report_for",
            "from apps.reports.queries import report_for as own_report_for",
        ),
        caught_by="tests/web/test_pages_trail.py::test_to_anybody_else_there_is_no_trail",
    ),
    leak(
        "list-leaves-no-line",
        "A list of reports is shown, and nothing in the trail says that it was.",
        (
            "apps/reports/api/views.py",
            'self.seen("report", count=len(page.rows), verb="list", filters=asked.filters.names)',
            "pass",
        ),
        caught_by="tests/access/test_matrix.py::test_a_door_answers_each_reader_as_the_table_says",
    ),
    leak(
        "search-words-in-the-trail",
        "The trail holds what was searched for, and administrators read it there.",
        ("apps/reports/actions/searching.py", '"filters": filters.names', '"filters": [filters.q]'),
        caught_by="tests/web/test_pages_trail.py::test_a_search_leaves_how_many_it_found_and_by_what_but_not_the_words",
    ),
    leak(
        "production-serves-as-the-owner",
        "The product starts although its database role passes the walls.",
        ("apps/core/walls.py", "    if roles:\n        raise Breached(", "    if not login:\n        raise Breached("),
        caught_by="tests/core/test_walls.py::test_the_owner_of_the_tables_may_not_serve_pages",
    ),
    leak(
        "schema-for-strangers",
        "The API's schema is shown to whoever asks.",
        (
            "config/api_docs.py",
            "class Schema(View):\n",
            "class Schema(APIView):\n    permission_classes = (AllowAny,)\n\n",
        ),
        caught_by="tests/access/test_matrix.py::test_a_door_answers_each_reader_as_the_table_says[api-schema]",
        like="RELIABILITY 2a: the schema answered 200 to anonymous",
    ),
    leak(
        "workers-answer-the-broker",
        "Whoever reaches the broker has a worker tell its settings, or ends it.",
        ("config/settings.py", "CELERY_WORKER_ENABLE_REMOTE_CONTROL = False\n", ""),
        caught_by="tests/drills/test_broker.py::test_a_worker_tells_it_nothing_and_is_not_ended_by_it",
        like="Celery's remote control, on by default: inspect conf shows all settings not named like a secret",
    ),
    leak(
        "administrators-look-unseen",
        "A page of Django admin is shown, and the trail does not say to whom.",
        ("config/admin_site.py", "                self._looked(request, actor, drawn)\n", ""),
        caught_by="tests/admin/test_site.py::test_every_page_that_shows_rows_leaves_one_line_of_who_looked",
    ),
)
