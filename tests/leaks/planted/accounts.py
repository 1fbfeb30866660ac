"""Leaks in who manages whose account, in invitations, and in what stops guessing."""

from tests.leaks.terms import leak

ACTIONS = "apps/agencies/actions/"
ACCOUNT, INVITATION = "tests/agencies/test_accounts.py::test_", "tests/agencies/test_invitations.py::test_"
FOREIGN = ACCOUNT + "an_agencys_administrator_does_nothing_to_a_foreign_or_stronger_account"
AGAIN = "tests/agencies/test_let_in_again.py::test_"
GUESSING = "tests/probing/test_guessing.py::test_"

ACCOUNTS = (
    leak(
        "foreign-second-factor-is-reset",
        "An agency's administrator resets anybody's second factor, a platform administrator's too.",
        (
            ACTIONS + "factors/removing.py",
            "user = of_another(actor=actor, user_id=user_id)",
            "user = User.objects.get(id=user_id)",
        ),
        caught_by=FOREIGN,
        like="CVE-2026-44380: an organisation's administrator reset a site administrator's key",
    ),
    leak(
        "foreign-account-is-changed",
        "The right to change is asked of the administrator's own agency, and not of the account's.",
        (
            ACTIONS + "managing.py",
            (
                "if found is None or not may_manage(actor=actor, agency_id=found.agency_id):\n        raise NotFound\n"
                "    manage(actor=actor, agency_id=found.agency_id)"
            ),
            "if found is None:\n        raise NotFound\n    manage(actor=actor, agency_id=actor.agency_id)",
        ),
        caught_by=FOREIGN,
        like="MISP CVE-2026-56424: checked one object, changed another",
    ),
    leak(
        "foreign-account-is-shown",
        "The page of a person opens for the administrator of any agency.",
        (
            "apps/agencies/people.py",
            "filter(id=user_id, agency_id=managed_agency(actor))",
            "filter(id=user_id).exclude(id=managed_agency(actor))",
        ),
        caught_by="tests/web/test_pages_people.py::test_a_foreign_or_stronger_account_is_absent",
        like="CVE-2026-44730: an organisation's administrator reached users of another one",
    ),
    leak(
        "own-roles",
        "An administrator of accounts makes themselves a reader of reports.",
        (
            ACTIONS + "managing.py",
            '    if actor.user_id == user_id:\n        raise NotAllowed("own_account", OWN_ACCOUNT)\n',
            "",
        ),
        caught_by=ACCOUNT + "nobody_does_it_to_the_account_they_are_using",
        like="Primero, 2025-11: users could change their own groups",
    ),
    leak(
        "one-administrator-opens-accounts",
        "A platform administrator alone opens a closed account again, and makes a liaison officer of it.",
        (ACTIONS + "managing.py", '        raise NotAllowed("lets_nobody_in", why_not(user))\n', "        return\n"),
        (
            "apps/agencies/migrations/0010_nobody_lets_in_alone.py",
            "IF current_user = 'counterpart_web' AND {STAFF} THEN",
            "IF false THEN",
        ),
        caught_by=AGAIN + "a_platform_administrator_neither_opens_an_account_again_nor_gives_a_role",
    ),
    leak(
        "one-request-opens-accounts",
        "The verbs refuse it, and the database would let any other page of an administrator's do it.",
        (
            "apps/agencies/migrations/0010_nobody_lets_in_alone.py",
            "IF current_user = 'counterpart_web' AND {STAFF} THEN",
            "IF false THEN",
        ),
        caught_by=AGAIN + "the_database_holds_one_platform_administrator_to_it",
    ),
    leak(
        "nobody-hears-of-a-role",
        "An agency's administrator makes a colleague a liaison officer, who reads what is RED, and nobody is told.",
        (
            ACTIONS + "accounts.py",
            "        tell_of_change(actor=actor, user_id=stored.id, now=now)\n    if changed:",
            "    if changed:",
        ),
        caught_by=AGAIN + "an_agency_is_told_when_one_of_its_administrators_lets_somebody_in_again",
    ),
    leak(
        "lost-role-stays-signed-in",
        "Whoever loses a role keeps their sessions and API tokens.",
        (ACTIONS + "accounts.py", "_end_lost(user.id, lost, now) if lost else {}", "{}"),
        caught_by=ACCOUNT + "a_lost_role_ends_sessions_and_tokens_and_one_more_role_does_not",
    ),
    leak(
        "switched-off-agency-comes-in",
        "The people of an agency that takes part no longer go on coming in.",
        ("apps/agencies/queries.py", '"u.is_active AND (a.active OR a.id IS NULL)"', '"u.is_active"'),
        caught_by=ACCOUNT + "an_agency_that_is_switched_off_has_nobody_left",
    ),
    leak(
        "second-factors-of-all",
        "Whoever is signed in can ask who has a second factor and who has none.",
        (
            "apps/agencies/migrations/0005_people.py",
            "AND ({STAFF} OR u.agency_id = {AGENCY})",
            "AND ({STAFF} OR {AGENCY} IS NOT NULL)",
        ),
        caught_by=ACCOUNT + "that_somebody_has_a_second_factor_is_told_to_their_agencys_people_and_the_platform",
    ),
    leak(
        "invitation-tells-who-has-an-account",
        "Inviting an address tells every agency whether it has an account somewhere.",
        (
            ACTIONS + "invitations.py",
            "known is not None and (actor.staff or (agency_id is not None and known.agency_id == agency_id))",
            "known is not None",
        ),
        caught_by=INVITATION + "an_address_with_an_account_elsewhere_is_answered_the_same_and_its_owner_is_told",
    ),
    leak(
        "invitation-for-ever",
        "The link of an invitation opens an account whenever it is found.",
        ("apps/agencies/people.py", " or found.expires_at <= now", ""),
        (ACTIONS + "invitations.py", "digest=invitation.digest, expires_at__gt=now)", "digest=invitation.digest)"),
        caught_by=INVITATION + "a_link_lasts_for_three_days_to_the_second",
    ),
    leak(
        "invitation-in-clear",
        "The table holds what opens the link, for everybody who reads it or a backup of it.",
        (ACTIONS + "invitations.py", "held.update(digest=digest(raw))", "held.update(digest=raw.encode())"),
        caught_by=INVITATION + "the_mail_and_the_tables_hold_neither_content_nor_what_opens_the_link",
    ),
    leak(
        "invitations-of-all",
        "Every agency reads whom the others have invited.",
        (
            "apps/agencies/migrations/0005_people.py",
            'INVITATIONS = {"SELECT": f"{MANAGED} OR {BROUGHT}"',
            'INVITATIONS = {"SELECT": "true"',
        ),
        caught_by=INVITATION + "the_database_shows_an_invitation_to_its_agency_and_changes_nothing_of_whom_it_is_for",
    ),
    leak(
        "leavers-invitations-stay",
        "An administrator who leaves comes back by an invitation that they made themselves.",
        (ACTIONS + "ending.py", "return open_ones.update(state=InvitationState.REVOKED)", "return open_ones.count()"),
        caught_by=ACCOUNT + "what_a_leaving_administrator_began_ends_with_them",
    ),
    leak(
        "five-guess-for-one",
        "Each account of an agency has a budget, and all of them together have none.",
        (ACTIONS + "probing.py", ", **({str(agency): most.agency} if agency else {})", ""),
        caught_by=GUESSING + "five_accounts_together_get_no_more_than_their_agencys_budget",
    ),
    leak(
        "hits-after-the-budget",
        "When the budget is spent what is there is still shown: so a refusal says that there is nothing.",
        ("apps/agencies/edge/base.py", "        actions.refuse_paused(actor=self.actor, kinds=kinds, now=now())\n", ""),
        caught_by=GUESSING + "one_account_that_guesses_at_ids_is_cut_off_at_its_budget",
    ),
)
