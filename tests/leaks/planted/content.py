"""Leaks of words that stray: into an index, the trail, figures, answers that are kept, names, events; and of counts."""

from tests.leaks.terms import leak

STRAYS = "tests/canaries/test_canaries.py::test_no_word_strays"
TOLD_APART = "tests/worlds/test_worlds.py::test_what_others_hide_moves_no_byte_and_no_statement"
REGISTERED = "tests/channels/test_register.py::test_what_there_is_is_what_is_registered"
PROBED = "tests/channels/test_register.py::test_nothing_of_a_report_leaves_by_it"
SUBMISSION = "apps/reports/actions/submission.py"
UNIQUE = "CREATE UNIQUE INDEX taken ON reports_report (case_number) WHERE case_number <> ''"

CONTENT = (
    leak(
        "left-out-are-searched",
        "A report is found by the codes of those from whom it is withheld.",
        (SUBMISSION, "content.place_name, *taxa,", "content.place_name, *content.withheld_from, *taxa,"),
        caught_by=TOLD_APART,
        like="RELIABILITY 2a: a filter over a field that nobody is shown is an oracle",
    ),
    leak(
        "trail-holds-what-was-searched",
        "The trail notes what was searched for, and not only by what.",
        ("apps/reports/actions/searching.py", '"filters": filters.names}', '"filters": filters.q}'),
        caught_by=STRAYS,
    ),
    leak(
        "metrics-by-address",
        "Requests are counted by their address, which holds ids and whatever somebody typed.",
        (
            "config/metrics.py",
            '    return (match.view_name or "unnamed") if match else "none"\n',
            "    return request.path\n",
        ),
        caught_by=STRAYS,
        like="RELIABILITY 2c: traces carried the address with its query",
    ),
    leak(
        "event-with-the-title",
        "An event carries a report's title along, and leaves it in a row of the outbox.",
        (
            "apps/reports/events.py",
            'name: ClassVar[str] = "reports.submitted"\n    report_id: UUID\n',
            'name: ClassVar[str] = "reports.submitted"\n    report_id: UUID\n    title: str = ""\n',
        ),
        (
            SUBMISSION,
            "publish(ReportSubmitted(report_id), now=now)",
            "publish(ReportSubmitted(report_id, report.title), now=now)",
        ),
        caught_by=f"{PROBED}[event]",
    ),
    leak(
        "report-is-called-by-its-title",
        "Wherever a report is named, in logs and on pages that list what would be deleted, its title stands.",
        (
            "apps/reports/models.py",
            "        return self.reference or str(self.id)\n",
            "        return self.title or str(self.id)\n",
        ),
        caught_by="tests/access/test_sinks.py::test_what_holds_content_is_called_by_its_id_or_reference",
        like="RELIABILITY 2a: a delete page of the admin showed the title of a hidden report",
    ),
    leak(
        "browsable-api",
        "A browser that asks the API gets pages with forms.",
        (
            "config/settings.py",
            '["apps.agencies.edge.bodies.JsonOut"]',
            '["apps.agencies.edge.bodies.JsonOut", "rest_framework.renderers.BrowsableAPIRenderer"]',
        ),
        caught_by="tests/access/test_api_docs.py::test_a_browser_gets_json_and_no_form_that_lists_what_could_be_chosen",
        like="RELIABILITY 2a: the browsable API listed hidden objects in its forms",
    ),
    leak(
        "case-number-is-unique-everywhere",
        "A case number that another agency uses is refused: so one learns that it is used.",
        (
            "apps/reports/migrations/0002_walls.py",
            "    operations = [\n",
            f"    operations = [\n        migrations.RunSQL({UNIQUE!r}),\n",
        ),
        caught_by="tests/access/test_absent.py::test_what_others_have_taken_is_free_for_everybody_else",
        like="RELIABILITY 2a: a unique reference answered 'already exists'",
    ),
    leak(
        "reference-is-a-number",
        "References are counted: who files twice learns how much others have filed in between.",
        (
            "apps/core/ids.py",
            'return f"{prefix}-{year}-" + "".join(secrets.choice(CROCKFORD) for _ in range(8))',
            'return f"{prefix}-{year}-{next(_COUNTED):08d}"',
        ),
        ("apps/core/ids.py", 'CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"\n', "_COUNTED = iter(range(10**8))\n"),
        caught_by=TOLD_APART,
        like="RELIABILITY 2a: sequential ids told the volume",
    ),
    leak(
        "size-of-the-audience",
        "Every reader is told how many others may read it.",
        (
            "apps/reports/queries/showing.py",
            '        **_frame(report),\n        "originator": report.label.originator.code,\n',
            '        **_frame(report),\n        "readers": len(report.label.audience),\n        "originator": None,\n',
        ),
        caught_by=TOLD_APART,
        like="MISP #10019: members of a sharing group see who else is in it",
    ),
    leak(
        "any-token-is-revoked",
        "Whoever is signed in ends anybody's API token: the page asks for one's own account, the verb takes any id.",
        (
            "apps/agencies/actions/tokens.py",
            "ApiToken.objects.filter(id=token_id, user_id=actor.user_id, revoked_at",
            "ApiToken.objects.filter(id=token_id, revoked_at",
        ),
        caught_by="tests/access/test_matrix.py::test_a_door_answers_each_reader_as_the_table_says[account]",
        like="CVE-2026-21886 and CVE-2026-56424: one object was asked for and another one deleted",
    ),
    leak(
        "address-of-an-account-is-changed",
        "An administrator's form changes the address to which links to choose a password go.",
        ("apps/agencies/actions/accounts.py", 'frozenset({"name",', 'frozenset({"email", "name",'),
        caught_by="tests/agencies/test_accounts.py::test_another_role_counts_at_once_and_what_may_not_change_does_not",
        like="CVE-2026-44380: an organisation's administrator got at another account's way in",
    ),
    leak(
        "command-that-nobody-registered",
        "A new command prints reports, and nobody has thought about who sees them.",
        (
            "apps/reports/management/commands/dump_reports.py",
            "",
            "from django.core.management.base import BaseCommand\n\n\nclass Command(BaseCommand):\n    pass\n",
        ),
        caught_by=f"{REGISTERED}[command]",
    ),
    leak(
        "address-that-nobody-registered",
        "A new address answers, and nobody has thought about who sees what there.",
        (
            "config/urls.py",
            '    path("healthz", ',
            '    path("feed", health.alive),\n    path("healthz", ',
        ),
        caught_by="tests/access/test_matrix.py::test_every_door_and_method_of_the_product_has_a_row",
        like="RELIABILITY 1: a feed's path let through who was in no organisation",
    ),
)
