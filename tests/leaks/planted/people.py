"""Leaks in who somebody is: what a role, an agency, an account opens."""

from tests.leaks.terms import leak

HOLDS = "tests/sharing/test_readers.py::test_a_reader_holds_what_role_agency_and_running_operations_give"
LEFT = "tests/reports/test_agencies_that_left.py::test_"
POLICY = "apps/agencies/policy.py"

PEOPLE = (
    leak(
        "inactive-agency-holds-tokens",
        "The people of a deactivated agency go on reading.",
        (POLICY, "if agency is None or not active or CONTENT", "if agency is None or CONTENT"),
        caught_by=HOLDS,
    ),
    leak(
        "administrators-read",
        "An agency's administrator, who has no content role, reads its reports.",
        (POLICY, "not active or CONTENT_ROLES.isdisjoint(roles):", "not active:"),
        caught_by=HOLDS,
        like="CVE-2026-44730: an organisation's administrator reached beyond their scope",
    ),
    leak(
        "officers-read-red",
        "Everybody of a named agency reads its RED reports, and not the cleared alone.",
        (POLICY, "    if not CLEARED_ROLES.isdisjoint(roles):\n        tokens", "    if roles:\n        tokens"),
        caught_by="tests/reports/test_api.py::test_red_is_read_by_its_author_and_the_cleared_of_those_named",
    ),
    leak(
        "law-enforcement-only-for-all",
        "What is for law enforcement only reaches every counterpart.",
        (
            "apps/sharing/policy/audience.py",
            "    KeepsOut(Reason.LAW_ENFORCEMENT_ONLY, _law_enforcement_only),\n",
            "",
        ),
        caught_by="tests/sharing/test_policy.py::test_each_reader_reads_what_the_decision_table_says_and_for_that_reason",
    ),
    leak(
        "closed-account-keeps-its-key",
        "The API token of a closed account goes on opening it.",
        ("apps/agencies/queries.py", "t.expires_at > %(now)s AND {OPEN}", "t.expires_at > %(now)s"),
        (
            "apps/agencies/actions/ending.py",
            "revoked_at__isnull=True).update(revoked_at=now)",
            "revoked_at__isnull=True).count()",
        ),
        caught_by="tests/agencies/test_accounts.py::test_a_closed_account_is_out_at_once_by_session_and_by_token",
    ),
    leak(
        "expired-key-opens",
        "An API token opens its account for ever.",
        ("apps/agencies/queries.py", " AND t.expires_at > %(now)s", ""),
        caught_by="tests/agencies/test_tokens.py::test_a_token_opens_its_own_account_until_it_ends",
    ),
    leak(
        "sign-in-tells-who-has-an-account",
        "An unknown address is refused without a hash, so sooner than a known one.",
        ("apps/agencies/actions/sessions.py", "        make_password(password)\n", ""),
        caught_by="tests/agencies/test_sign_in.py::test_every_refusal_is_the_same_and_costs_the_same_number_of_hashes",
    ),
    leak(
        "stronger-account-is-managed",
        "An agency's administrator manages accounts of other agencies and of the platform.",
        (POLICY, "own = agency_id is not None and actor.agency_id == agency_id", "own = True"),
        caught_by="tests/agencies/test_accounts.py::test_an_agencys_administrator_manages_its_own_people_and_never_the_platforms",
        like="CVE-2026-44380: an organisation's administrator reset a site administrator's key",
    ),
    leak(
        "withheld-country-has-a-substitute",
        "Where a contact is withheld, the coordinating body is told in its place.",
        ("apps/sharing/routing/resolution.py", "return None if withheld_here else self._open(", "return self._open("),
        caught_by="tests/sharing/test_routing.py::"
        "test_a_country_of_which_a_contact_is_withheld_is_not_coordinated_in_its_other_parts",
    ),
    leak(
        "who-has-left-is-guessed",
        "The code of an agency that has left, or is not there yet, is taken where any other word is refused.",
        (
            "apps/reports/queries/resolution.py",
            "members = {code for code, agency in agencies.items() if agency.active or code in kept}",
            "members = set(agencies)",
        ),
        caught_by=LEFT + "a_code_of_one_that_left_is_answered_as_one_of_nobody[reports/-named]",
    ),
    leak(
        "who-has-left-is-filtered-by",
        "A list by an originator tells whether there ever was an agency of that code.",
        ("apps/reports/queries/listing.py", "_originators(actor).filter(code=", "Agency.objects.filter(code="),
        caught_by=LEFT + "a_list_by_an_originator_that_left_is_answered_as_one_by_nobody",
    ),
)
