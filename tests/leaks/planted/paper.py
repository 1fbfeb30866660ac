"""Leaks on paper, in the trail that owners read, on the page of break-glass, in what is asked to be passed on, in heads."""

from tests.leaks.terms import leak

PAPER = "tests/access/test_paper_and_trail.py::test_"
DOORS = "tests/access/test_matrix.py::test_a_door_answers_each_reader_as_the_table_says[reports]"
PASSING, GLASS = "tests/flows/test_passing_on.py::test_", "tests/flows/test_break_glass.py::test_"
ASKED = "tests/flows/test_break_glass_asked.py::test_"
EACH_WALL, SEALS = "tests/leaks/test_each_wall.py::test_", "tests/audit/test_seals.py::test_"
PRINTS, TRAIL, OPENED = "apps/web/pages/prints.py", "apps/web/pages/trail.py", "apps/referrals/opened.py"
GLASS_PAGES, QUERIES, PASSED = "apps/web/pages/breakglass.py", "apps/sharing/queries.py", "apps/referrals/queries.py"

PRINTED = (
    leak(
        "printed-by-every-role",
        "Whoever reads a report prints it.",
        (PRINTS, "if not may_do(self.actor, Verb.PRINT):", "if may_do(self.actor, Verb.PRINT) is None:"),
        caught_by=PAPER + "who_may_read_and_not_print_is_refused_and_no_line_says_that_it_was_printed",
        like="CVE-2026-56424: the scope of the view was used for something else",
    ),
    leak(
        "print-leaves-no-line",
        "A report is printed, and its owner sees nothing of it.",
        (
            PRINTS,
            '        self.seen("report", object_id=report.id, owner_id=report.label.originator_id, verb="print")\n',
            "",
        ),
        caught_by=DOORS,
    ),
    leak(
        "paper-of-what-was-withdrawn",
        "The page for paper goes on saying what a withdrawn report said.",
        (
            PRINTS,
            "if report.state == ReportState.DRAFT or tombstone(self.actor, report):",
            "if report.state == ReportState.DRAFT:",
        ),
        caught_by=PAPER + "what_was_withdrawn_is_on_no_paper_of_its_readers",
        like="RELIABILITY 2a: what was deleted went on being answered by another door",
    ),
    leak(
        "paper-of-nobody",
        "A printed page does not say who printed it: a copy that turns up leads to nobody.",
        (PRINTS, '{"person": self.actor.name, "agency": self.actor.agency_name,', '{"person": "", "agency": "",'),
        caught_by=PAPER + "the_paper_says_who_printed_it_for_which_agency_and_when_at_its_head_and_its_foot",
    ),
)
TRAILS = (
    leak(
        "trail-names-everybody",
        "An owner reads the names of the other agencies' people who opened its report.",
        (OPENED, "for each in found if each.agency_id in (None, owner) for", "for each in found for"),
        caught_by=PAPER + "the_page_of_the_trail_names_ones_own_people_and_of_others_their_agency_and_roles",
    ),
    leak(
        "api-of-the-trail-names-everybody",
        "The API tells an owner which person of another agency opened its report.",
        (OPENED, "for each in found if each.agency_id in (None, owner) for", "for each in found for"),
        caught_by="tests/web/test_pages_trail.py::"
        "test_the_originator_sees_which_agency_opened_it_and_its_own_people_by_name",
    ),
    leak(
        "page-of-the-trail-by-whoever-reads",
        "Whoever may read a report opens the page of who has opened it.",
        (OPENED, "own_report_for(actor=actor, report_id=report_id)", "Report.objects.get(id=report_id)"),
        caught_by=PAPER + "to_anybody_else_there_is_no_page_of_the_trail",
        like="Primero, 2026-01: signed in was enough",
    ),
    leak(
        "trail-is-read-unseen",
        "Who looks at the page of the trail leaves no line.",
        (
            TRAIL,
            '        self.seen("trail", object_id=report_id, owner_id=owner, count=len(rows[:PAGE]), verb="read_trail")\n',
            "",
        ),
        caught_by=PAPER + "who_looked_at_the_trail_stands_in_it_too_by_page_and_by_api",
    ),
    leak(
        "api-of-the-trail-is-read-unseen",
        "A script reads who has opened a report, and leaves no line.",
        (
            "apps/referrals/api/trail.py",
            '        self.seen("trail", object_id=id, owner_id=owner, count=count, verb="read_trail")\n',
            "",
        ),
        caught_by=PAPER + "who_looked_at_the_trail_stands_in_it_too_by_page_and_by_api",
    ),
    leak(
        "mark-of-the-trail-is-a-number",
        "The mark of a page holds the number of a line: two of them tell how busy everybody was in between.",
        ("apps/audit/queries/trail.py", "UUID(bytes=bytes(row.hash)[:16])", "UUID(int=row.seq)"),
        caught_by=PAPER + "a_mark_of_the_trail_holds_the_time_and_a_half_of_the_hash_and_not_how_many_lines_there_are",
        like="RELIABILITY 2a: sequential ids told the volume",
    ),
    leak(
        "trail-of-all-ones-reports",
        "The trail of one report holds what was done with the others.",
        ("apps/audit/queries/trail.py", "owner_id=owner_id, object_id__in=objects, ", "owner_id=owner_id, "),
        caught_by=PAPER + "one_report_s_trail_holds_nothing_of_another_one_s",
    ),
)
GLASSES = (
    leak(
        "any-administrator-looks-through",
        "What one administrator opened by break-glass every other one reads.",
        (QUERIES, "        asked_by_id=actor.user_id,\n        **{", "        **{"),
        caught_by=GLASS + "the_second_person_does_not_read_and_nobody_else_does",
    ),
    leak(
        "glass-shows-what-was-withdrawn",
        "The page of break-glass shows a report that was withdrawn meanwhile.",
        (GLASS_PAGES, "if tombstone(reader, report):", "if reader is None:"),
        caught_by=GLASS + "a_report_withdrawn_meanwhile_is_a_tombstone_here_too",
    ),
    leak(
        "agencies-see-that-there-is-break-glass",
        "The list of openings answers people of agencies, with an empty page.",
        (
            QUERIES,
            '    require_staff(actor)\n    rows = Opening.objects.select_related("asked_by", "approved_by", "ended_by",',
            '    rows = Opening.objects.select_related("asked_by", "approved_by", "ended_by",',
        ),
        caught_by=GLASS + "nobody_but_administrators_knows_that_there_is_such_a_thing",
    ),
    leak(
        "approved-by-a-session-left-open",
        "Break-glass is approved without asking who it is that approves.",
        (GLASS_PAGES, '    fresh = True\n    done = _("Approved', '    done = _("Approved'),
        caught_by=ASKED + "asking_and_approving_ask_again_who_it_is[{opening}/approve/]",
    ),
    leak(
        "asker-approves",
        "One administrator asks and approves; the database is asked to believe it.",
        (
            "apps/sharing/actions/glass.py",
            '    if opening.asked_by_id == actor.user_id:\n        raise NotAllowed("two_people", TWO_PEOPLE)\n',
            "",
        ),
        caught_by=ASKED + "who_asked_never_approves",
    ),
)
PASSINGS = (
    leak(
        "requests-of-others-in-the-first-wall",
        "The query of what was asked to be passed on forgets who asks: the database alone keeps it.",
        (
            "apps/referrals/models.py",
            "theirs = Q(asked_by_id=actor.agency_id) | Q(originator_id=actor.agency_id)\n        return self.filter(theirs, ",
            "return self.filter(",
        ),
        caught_by=EACH_WALL + "without_the_databases_wall_nobody_gets_what_others_asked_to_pass_on",
    ),
    leak(
        "offered-are-those-who-do-not-read",
        "The page offers to pass on to those who do not read it yet: what is missing reads, what is refused is withheld.",
        (
            PASSED,
            "    known = {actor.agency_token, report.label.originator.token}\n",
            "    known = {actor.agency_token, *report.label.audience}\n",
        ),
        caught_by=PASSING + "what_can_be_chosen_does_not_depend_on_who_reads_or_is_kept_out",
        like="MISP #10019: members of a sharing group see who else is in it",
    ),
    leak(
        "receiver-learns-who-passed-it-on",
        "To whom a report is passed on it tells which agency asked for it.",
        (
            "apps/referrals/models.py",
            "theirs = Q(asked_by_id=actor.agency_id) | Q(originator_id=actor.agency_id)\n",
            "theirs = Q(asked_by_id=actor.agency_id) | Q(originator_id=actor.agency_id) | Q(agency_id=actor.agency_id)\n",
        ),
        (
            "apps/referrals/migrations/0004_passings.py",
            "(asked_by_id = {AGENCY} OR originator_id = {AGENCY}) AND",
            "(asked_by_id = {AGENCY} OR originator_id = {AGENCY} OR agency_id = {AGENCY}) AND",
        ),
        caught_by=PASSING + "what_is_passed_on_is_read_explained_and_told",
    ),
)
HEADS = (
    leak(
        "seals-tell-their-size",
        "The web role may ask how many lines a seal covers.",
        (
            "apps/audit/migrations/0003_waiting_and_seals.py",
            "GRANT SELECT (id, at, head, public, signature) ON audit_seal",
            "GRANT SELECT (id, at, size, head, public, signature) ON audit_seal",
        ),
        caught_by=SEALS + "the_web_role_cannot_ask_how_much_was_sealed[size]",
    ),
    leak(
        "checkpoints-are-counted",
        "Whoever asks for the heads is told how many there are.",
        (
            TRAIL,
            '"checkpoints": [_checkpoint(each) for each in found]}',
            '"checkpoints": [_checkpoint(each) for each in found], "count": len(found)}',
        ),
        caught_by=SEALS + "the_heads_are_published_without_any_count",
    ),
    leak(
        "quiet-hours-have-no-head",
        "An hour in which nothing happened is not sealed: the heads tell when somebody worked.",
        (
            "apps/audit/actions/sealing.py",
            "(last is not None and last.at >= at)",
            "(last is not None and (last.at >= at or last.size == Head.objects.get(id=1).seq))",
        ),
        caught_by=SEALS + "an_hour_in_which_nothing_happened_has_a_head_like_any_other",
    ),
)
PAPERS = (*PRINTED, *TRAILS, *GLASSES, *PASSINGS, *HEADS)
