"""Leaks in what the service tells of itself: its log, its figures, its alarms, what a browser may keep."""

from tests.leaks.terms import leak

LOGS, METRICS, ALARMS = (
    f"tests/{name}::test_"
    for name in (
        "operations/test_logs.py",
        "operations/test_metrics.py",
        "notifications/test_alarms.py",
    )
)
HARD, EGRESS = "tests/operations/test_hardening.py::test_", "tests/core/test_egress.py::test_"

TELLING = (
    leak(
        "log-with-the-address",
        "The line of a request tells its address, with the words that were searched for.",
        ("config/middleware.py", 'told = {"view": view_of(request),', 'told = {"view": request.get_full_path(),'),
        caught_by=LOGS + "a_request_writes_one_line_with_ids_and_counts_and_no_word_of_its_own",
        like="django-structlog and OpenTelemetry's Django spans carry the query string",
    ),
    leak(
        "log-with-the-exceptions-words",
        "An exception is told with its message, which holds the row that PostgreSQL refused.",
        (
            "config/logs.py",
            'line["exception"] = record.exc_info[0].__name__',
            'line["exception"] = str(record.exc_info[1])',
        ),
        caught_by=LOGS + "an_error_of_the_database_is_told_without_the_row_that_caused_it",
    ),
    leak(
        "log-with-a-librarys-words",
        "What a library says is told whole.",
        ("config/logs.py", "if (ours(record) and not record.exc_info) or record.name in HARMLESS:", "if True:"),
        caught_by=LOGS + "a_host_that_is_none_of_ours_is_not_repeated",
    ),
    leak(
        "figures-by-path",
        "Requests are counted by their path, and whoever reads the figures reads ids and words.",
        ("config/metrics.py", 'return (match.view_name or "unnamed") if match else "none"', "return request.path"),
        caught_by=METRICS + "requests_are_counted_by_view_method_and_status_and_hold_no_word_of_theirs",
    ),
    leak(
        "figures-for-everybody",
        "Where no token is set the figures are open.",
        ("config/metrics.py", 'return bool(wanted) and word.lower() == "bearer" and ', "return not wanted or "),
        caught_by=METRICS + "where_no_token_is_set_none_opens_it",
    ),
    leak(
        "alarm-with-words",
        "The facts of an alarm may be any text.",
        ("apps/notifications/policy.py", "(isinstance(value, str) and not WORD.fullmatch(value))", "False"),
        caught_by=ALARMS + "a_fact_that_could_be_content_is_refused_and_nothing_is_opened",
    ),
    leak(
        "kept-by-the-browser",
        "Signed-in answers say nothing of being kept.",
        ("config/middleware.py", 'response["Cache-Control"] = "private, no-store"', "pass"),
        caught_by=HARD + "every_answer_is_walled_and_none_but_files_may_be_kept",
        like="Zulip 2021-03: a cache in between showed people the data of others",
    ),
    leak(
        "out-to-this-machine",
        "A listed name may lead to an address of this machine.",
        ("apps/core/egress.py", "if not found or not all(", "if not found or not any("),
        caught_by=EGRESS + "one_private_address_among_public_ones_is_enough",
        like="OpenCTI CVE-2026-21887: requests to inner addresses by an ingestion's URL",
    ),
)
