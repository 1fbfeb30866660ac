"""``manage.py prove``: a table, what is wrong by name, and the exit status."""

import time
from io import StringIO

from django.core.management import call_command

from tests.cast import Cast
from tests.ledger.conftest import IVORY, Story, filed, sql


def proved(**options: object) -> tuple[int, str, str]:
    """Exit status, output, error output."""
    out, err = StringIO(), StringIO()
    try:
        call_command("prove", stdout=out, stderr=err, **options)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_it_prints_a_short_table_and_says_that_nothing_is_wrong(story: Story) -> None:
    status, out, err = proved()
    assert (status, err) == (0, "")
    lines = [line.split() for line in out.splitlines()]
    assert lines[0] == ["counted", "pending", "wrong"]
    assert ["referrals", "9", "0"] in lines
    assert ["events", "6", "0", "0"] in lines
    assert out.endswith("nothing is lost, doubled or without a cause\n")
    assert len(lines) == 10


def test_it_names_what_is_wrong_with_its_count_and_the_first_ids(story: Story) -> None:
    sql("UPDATE referrals_referral SET parts = '[]' WHERE report_id = %s", story.ivory)
    status, out, err = proved()
    assert status == 1
    assert err.startswith("referral-differs: ")
    assert "(4): " in err
    assert err.count(",") >= 2
    assert ["referrals", "9", "4"] in [line.split() for line in out.splitlines()]
    assert "nothing is lost" not in out


def test_what_is_pending_is_told_with_its_age_and_is_no_error(story: Story, cast: Cast) -> None:
    filed(cast.officer("SG-CUSTOMS"), IVORY)
    status, out, _ = proved()
    assert status == 0
    assert "  the oldest for 0 s" in out


def test_what_does_not_settle_in_time_is_an_error(story: Story, cast: Cast) -> None:
    filed(cast.officer("SG-CUSTOMS"), IVORY)
    begun = time.monotonic()
    status, _, err = proved(settle=0.5)
    assert time.monotonic() - begun >= 0.5
    assert status == 1
    assert err == "still-pending: the worker has not done this within 0.5 s (1)\n"


def test_what_has_settled_is_not_waited_for(story: Story) -> None:
    begun = time.monotonic()
    assert proved(settle=60)[0] == 0
    assert time.monotonic() - begun < 20
