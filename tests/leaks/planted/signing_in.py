"""Leaks at the doors: what opens with too little, for too long, or to somebody else."""

from tests.leaks.terms import leak

DOORS, ONCE = "tests/agencies/test_doors.py::test_", "tests/agencies/test_doors_at_once.py::test_"
FACTORS, SESSIONS = "tests/agencies/test_factors.py::test_", "tests/agencies/test_sessions.py::test_"
PAGES, OPENID = "tests/web/test_pages_factors.py::test_", "tests/agencies/test_openid.py::test_"
SUBJECTS, PASSKEY_FOR = "tests/agencies/test_subjects.py::test_", "tests/agencies/test_passkey_for.py::test_"
PROVING, ENROLLING = "apps/agencies/actions/factors/proving.py", "apps/agencies/actions/factors/enrolling.py"

SIGNING_IN = (
    leak(
        "password-opens-alone",
        "The session is opened after the password, and the second step is only shown.",
        (
            "apps/web/pages/entry.py",
            "        step = actions.next_step(user=user)\n",
            "        step = actions.next_step(user=user)\n        admit(self.request, user, now=at)\n",
        ),
        caught_by=DOORS + "after_the_password_only_every_address_answers_as_it_answers_a_stranger",
        like="django.contrib.admin's own login beside allauth's second factor",
    ),
    leak(
        "code-is-good-twice",
        "A code of an app is looked at and not used up.",
        (PROVING, "WHERE id = %(id)s AND coalesce((data ->> 'step')::bigint, 0) < %(step)s", "WHERE id = %(id)s"),
        caught_by=FACTORS + "a_code_is_good_once_and_none_before_it_is_good_afterwards",
        like="allauth's mark of a used code in a cache of one process",
    ),
    leak(
        "stranger-enrols-a-second-factor",
        "Whoever knows the password adds a factor of their own beside the one that they were asked for.",
        (ENROLLING, "isinstance(actor, Oneself) and has_second_factor(actor.user_id)", "isinstance(actor, str)"),
        caught_by=FACTORS + "somebody_who_has_proved_a_password_only_enrols_the_first_factor_and_no_second",
    ),
    leak(
        "codes-guessed-for-ever",
        "Codes can be guessed as often as one likes.",
        (PROVING, "most=TRIES, within=WITHIN, now=now)", "most=10**9, within=WITHIN, now=now)"),
        caught_by=FACTORS + "after_ten_mistakes_even_the_right_code_is_refused_for_a_quarter_of_an_hour",
        like="CVE-2024-45404: no rate limit on one-time codes",
    ),
    leak(
        "factors-of-all",
        "The database shows every account's second factors to every request.",
        (
            "apps/agencies/migrations/0003_doors.py",
            'FACTORS = {"SELECT": OWN,',
            'FACTORS = {"SELECT": "true",',
        ),
        caught_by=FACTORS + "the_database_shows_an_account_its_own_factors_and_no_other_s",
    ),
    leak(
        "secret-in-the-session",
        "The secret of an app stands in the session in clear while it is enrolled.",
        (
            ENROLLING,
            "sealed = seal_briefly(owner=None, field=PENDING, row=actor.user_id, plain=secret.encode())",
            "sealed = secret.encode()",
        ),
        (
            ENROLLING,
            "return unseal(owner=None, field=PENDING, row=actor.user_id, sealed=b64decode(sealed)).decode()",
            "return b64decode(sealed).decode()",
        ),
        caught_by=FACTORS + "the_secret_that_is_being_enrolled_opens_for_its_person_only",
    ),
    leak(
        "foreign-administrator-resets",
        "Any agency's administrator takes away anybody's second factor.",
        (
            "apps/agencies/actions/factors/removing.py",
            "user = of_another(actor=actor, user_id=user_id)",
            "user = User.objects.get(id=user_id)",
        ),
        caught_by=FACTORS + "an_administrator_resets_the_factors_of_their_own_people_and_ends_their_sessions",
        like="CVE-2026-44380: an organisation's administrator reset a site administrator's key",
    ),
    leak(
        "locked-account-costs-nothing",
        "Where an account's tries are spent no password is hashed: who counts the time knows.",
        (
            "apps/agencies/actions/sessions.py",
            "right = _matches(user, password)",
            "right = allowed and _matches(user, password)",
        ),
        caught_by=DOORS + "every_refusal_is_the_same_page_with_the_same_cookies_and_one_hash",
    ),
    leak(
        "session-key-stays",
        "The session keeps its key from the first step to the second.",
        (
            "apps/web/pages/admitting.py",
            '    onward = request.session.get(WAITING, {}).get("onward", "")\n    request.session.flush()\n',
            '    onward = request.session.get(WAITING, {}).get("onward", "")\n    request.session.cycle_key = lambda: None\n',
        ),
        caught_by=DOORS + "a_session_has_another_key_after_each_step_and_the_old_ones_open_nothing",
    ),
    leak(
        "idle-session-stays",
        "A session that nobody uses stays open all day.",
        ("apps/agencies/sessions.py", "expire_date__gt=at, seen_at__gt=idle)", "expire_date__gt=at)"),
        caught_by=SESSIONS + "a_session_ends_a_quarter_of_an_hour_after_it_was_last_used",
    ),
    leak(
        "epoch-ends-nothing",
        "What was being opened while all sessions were ended stays open.",
        ("apps/agencies/models/accounts.py", 'f"{self.session_epoch}:{self.password}"', "self.password"),
        caught_by=SESSIONS + "a_session_that_was_read_before_the_end_can_not_be_written_back",
    ),
    leak(
        "old-proof-serves",
        "A proof of this morning is as good as one of now.",
        ("apps/agencies/proofs.py", "return 0 <= age <= FRESH.total_seconds()", "return age >= 0"),
        caught_by=PAGES
        + "five_minutes_after_the_last_proof_a_form_is_done_only_after_another_and_nothing_typed_is_lost",
    ),
    leak(
        "provider-of-another-agency",
        "An agency's provider signs in whomever it names, of any agency.",
        (
            "apps/agencies/actions/openid.py",
            "user.agency is not None and user.agency.code == provider.agency",
            "user.agency is not None",
        ),
        caught_by=OPENID + "whoever_it_is_that_has_no_account_here_is_refused_alike_and_none_is_made",
    ),
    leak(
        "unverified-address",
        "An address that the provider has not verified opens the account of that address.",
        (
            "apps/agencies/actions/openid.py",
            'if claims.get("email_verified") is True else None',
            'if claims.get("email") else None',
        ),
        caught_by=OPENID + "whoever_it_is_that_has_no_account_here_is_refused_alike_and_none_is_made",
    ),
    leak(
        "address-that-changed-hands",
        "Whoever has the address at the provider by now opens the account that another subject is bound to.",
        (
            "apps/agencies/actions/openid.py",
            "if bound is None and subjects.is_another(user=user, subject=subject):",
            "if False:",
        ),
        (
            "apps/agencies/actions/subjects.py",
            'filter(user_id=user.id, issuer=subject["issuer"], digest=digest).exists()',
            'filter(user_id=user.id, issuer=subject["issuer"]).exists()',
        ),
        caught_by=SUBJECTS + "the_first_sign_in_binds_the_subject_and_every_other_one_is_refused_from_then_on",
        like="ASVS 10.5.2: an address is given to somebody else, a subject is not",
    ),
    leak(
        "bound-before-the-second-step",
        "Whoever the provider names is bound before the second step, and keeps the person out.",
        (
            "apps/agencies/actions/openid.py",
            "    _accept(user, now)\n",
            '    _accept(user, now)\n    subjects.second_step_done(user=user, factor="", subject=subject, now=now)\n',
        ),
        caught_by=SUBJECTS + "whoever_fails_the_second_step_is_bound_to_nothing",
    ),
    leak(
        "only-accounts-are-warned-of",
        "Where an address is nobody's the door has less to do once its tries are spent: who counts the time knows.",
        (
            "apps/agencies/actions/sessions.py",
            "told = not network and is_due(",
            "told = not network and user is not None and is_due(",
        ),
        caught_by="tests/agencies/test_warnings.py::test_to_an_address_that_opens_nothing_nobody_writes_and_the_door_does_"
        "the_same_work",
    ),
    leak(
        "app-beside-the-passkey",
        "Where a role asks for a passkey a code of an app is enough to enrol another one.",
        (
            "apps/agencies/actions/steps.py",
            "serves = {RECOVERY} if PASSKEY in kinds else {RECOVERY, APP}",
            "serves = {RECOVERY, APP}",
        ),
        caught_by=PASSKEY_FOR + "once_there_is_a_passkey_the_app_asks_for_it_and_enrols_no_other",
    ),
    leak(
        "provider-stands-for-the-passkey",
        "Where a role asks for a passkey the word of the agency's provider is enough.",
        (
            "apps/agencies/actions/steps.py",
            "if user.needs_passkey():",
            'if user.needs_passkey() and proved != "provider":',
        ),
        caught_by=PASSKEY_FOR + "an_agency_s_own_sign_in_does_not_stand_for_a_passkey",
    ),
    leak(
        "opened-by-less",
        "A session that was opened by an app goes on after its account has got a role that asks for a passkey.",
        ("apps/agencies/models/accounts.py", '(":passkey" if self.needs_passkey() else "")', '""'),
        caught_by=PASSKEY_FOR + "what_was_open_ends_when_a_role_or_the_setting_asks_for_a_passkey",
    ),
    leak(
        "dump-opens-sessions",
        "The table holds the very keys of sessions: whoever reads a dump is in.",
        ("apps/agencies/sessions.py", "return hashlib.sha256(key.encode()).hexdigest()[:KEPT]", "return key"),
        caught_by=SESSIONS + "the_table_holds_no_key_that_opens_a_session",
    ),
    leak(
        "reading-token-writes",
        "A token that was made to read only does all that its account may.",
        (
            "apps/agencies/edge/base.py",
            "if self.actor.reads_only and request.method not in SAFE and self.keeps_answers:",
            "if False:",
        ),
        caught_by=DOORS + "a_token_that_may_only_read_changes_nothing_at_any_address",
    ),
    leak(
        "token-outlives-the-password",
        "Whoever has made a token in a stolen session keeps it when the password is changed.",
        (
            "apps/agencies/actions/passwords.py",
            "ended = end_access(user_id=user.id, now=now)",
            'ended: dict[str, object] = {"sessions": 0}',
        ),
        caught_by="tests/agencies/test_passwords.py::test_another_password_ends_the_api_tokens_and_no_one_else_s",
    ),
)
