"""Leaks at the doors: what opens with too little, for too long, or to somebody else."""

from tests.leaks.terms import leak

DOORS, ONCE = "tests/agencies/test_doors.py::test_", "tests/agencies/test_doors_at_once.py::test_"
FACTORS, SESSIONS = "tests/agencies/test_factors.py::test_", "tests/agencies/test_sessions.py::test_"
PAGES, OPENID = "tests/web/test_pages_factors.py::test_", "tests/agencies/test_openid.py::test_"
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
        (PROVING, "most=TRIES, within=WITHIN, now=now):", "most=10**9, within=WITHIN, now=now):"),
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
)
