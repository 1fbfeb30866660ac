"""Leaks by which more people read: passing on, and break-glass."""

from tests.leaks.terms import leak

PASSING, GLASS = "tests/flows/test_passing_on.py::test_", "tests/flows/test_break_glass.py::test_"
QUERIES, GLASS_ACTIONS = "apps/sharing/queries.py", "apps/sharing/actions/glass.py"

OPENINGS = (
    leak(
        "passed-on-to-whom-it-is-withheld-from",
        "A recipient's wish is granted for an agency that the originator withholds the report from, and says so.",
        (
            "apps/sharing/policy/readers.py",
            "and to not in {by, facts.originator, *facts.withheld}",
            "and to not in {by, facts.originator}",
        ),
        caught_by=PASSING + "every_refusal_says_the_same_whatever_its_cause_and_moves_nothing[withheld]",
    ),
    leak(
        "who-reads-already-is-told-apart",
        "Asking for an agency that reads the report already is granted, so a refusal tells that one is withheld.",
        (
            "apps/sharing/policy/readers.py",
            "\n        and not reaches(audience=judgement.audience, withheld=judgement.withheld, member=receiver)",
            "",
        ),
        caught_by=PASSING + "who_asks_can_not_tell_a_withheld_agency_from_one_that_reads_it",
        like="MISP #1668: members of a group see who else is in it",
    ),
    leak(
        "passed-on-by-who-lost-the-role",
        "What a liaison officer asked is granted although they have become an officer before it is judged.",
        ("apps/referrals/subscribers.py", "if person and _still_asks(person, passing) else", "if person else"),
        caught_by=PASSING + "who_may_not_ask_any_longer_when_it_is_judged_passes_nothing_on"
        "_and_reads_the_same_refusal[role_lost]",
        like="CVE-2026-56424: one thing was checked at the door, another one acted on",
    ),
    leak(
        "requests-are-seen-by-every-reader",
        "The database shows every reader of a report who asked to pass it on to whom.",
        (
            "apps/referrals/migrations/0004_passings.py",
            "(asked_by_id = {AGENCY} OR originator_id = {AGENCY}) AND {of_one_label('report_id')}",
            "{of_one_label('report_id')}",
        ),
        caught_by=PASSING + "the_second_wall_keeps_requests_to_who_asked_and_the_originator",
        like="RELIABILITY section 1: the recipient list is itself secret",
    ),
    leak(
        "glass-stays-broken",
        "Nobody asks whether the 60 minutes are over until something cleans up.",
        (
            QUERIES,
            "        until__gt=Now(),\n        asked_by_id=actor.user_id,\n",
            "        asked_by_id=actor.user_id,\n",
        ),
        caught_by=GLASS + "after_sixty_minutes_it_is_over_by_itself",
    ),
    leak(
        "glass-opens-what-else-is-open",
        "Who reads one report by break-glass reads as if all that is open to anybody were open to them.",
        (
            QUERIES,
            "replace(actor, tokens=frozenset({opening.token}), staff=False)",
            "replace(actor, tokens=frozenset(Opening.objects.values_list('token', flat=True)), staff=False)",
        ),
        caught_by=GLASS + "an_opening_opens_its_own_report_and_no_other",
        like="CVE-2026-56424: one object was checked, another one used",
    ),
    leak(
        "one-person-under-two-names",
        "An administrator may approve by an account that they made themselves a moment ago.",
        (
            "apps/agencies/people.py",
            "    return changed.exists() or brought.exists()\n",
            "    return brought.exists()\n",
        ),
        caught_by=GLASS + "neither_may_have_made_or_changed_the_others_account_in_the_last_day[first]",
        like="CVE-2026-44730: an administrator of one organisation added a stronger account",
    ),
    leak(
        "the-owner-is-not-told",
        "A report is opened by break-glass and its agency learns nothing.",
        (GLASS_ACTIONS, "    _tell(opening, label, owners, now)\n", ""),
        caught_by=GLASS + "the_owner_is_told_and_reads_every_request_in_its_trail",
    ),
    leak(
        "opened-where-nobody-can-be-told",
        "Who closes the owner's accounts first opens its report by break-glass unseen.",
        (GLASS_ACTIONS, "label is None or not owners or label.stage", "label is None or label.stage"),
        caught_by=GLASS + "where_nobody_of_the_owner_can_be_told_nothing_is_opened[its people]",
    ),
    leak(
        "one-administrator-lets-somebody-in",
        "A platform administrator confirms their own invitation, and so opens an account in any agency alone.",
        (
            "apps/agencies/actions/invitations.py",
            "        state=InvitationState.PROPOSED if actor.staff else InvitationState.OPEN,\n        platform=actor.staff,\n",
            "        state=InvitationState.OPEN,\n",
        ),
        (
            "apps/agencies/migrations/0008_confirmed_invitations.py",
            """f"{MANAGED} AND platform = {BY_STAFF} AND (state = 'PROPOSED') = platform\"""",
            'f"{MANAGED}"',
        ),
        caught_by="tests/agencies/test_two_people.py::"
        "test_nothing_is_mailed_before_the_second_has_said_yes_and_the_agency_is_told_of_it",
        like="CVE-2026-44730: an administrator of one organisation added a stronger account",
    ),
    leak(
        "brought-in-a-moment-ago",
        "An administrator whom one of the two has just brought in confirms what that one asks.",
        (
            "apps/agencies/people.py",
            "    return changed.exists() or brought.exists()\n",
            "    return changed.exists()\n",
        ),
        caught_by="tests/agencies/test_two_people.py::"
        "test_a_new_administrator_confirms_nothing_for_those_who_brought_them_in",
    ),
    leak(
        "desk-answers-about-any-column",
        "The administrator's lists can be asked about columns that they do not show, a password's hash among them.",
        (
            "apps/core/desk.py",
            "        return any(lookup in self._questions(each) for each in self.get_list_filter(request))\n",
            "        return True\n",
        ),
        caught_by="tests/admin/test_site.py::test_a_list_is_asked_nothing_but_what_its_filters_ask"
        "[agencies_user_changelist-password__startswith=argon2]",
    ),
    leak(
        "looks-through-the-glass-leave-no-trace",
        "What is read by break-glass does not stand in the trail.",
        (
            "apps/web/pages/breakglass.py",
            "        actions.record_glass_read(actor=self.actor, opening=row, now=self.now)\n",
            "",
        ),
        caught_by=GLASS + "the_owner_is_told_and_reads_every_request_in_its_trail",
    ),
)
