"""Passing on, and break-glass between two administrators, at real browsers."""

import os
from pathlib import Path

import psycopg
import pytest

from tests.browser.conftest import type_visits
from tests.browser.test_accessibility import LIFTED, check, found
from tests.browser.town import Town, wait_for

pytestmark = pytest.mark.browser
REASON = "A court order, file 12/2026, asks for this one report."
SECOND = """
INSERT INTO agencies_user
    (id, email, name, password, is_active, is_staff, roles, language, time_zone, created_at, session_epoch)
SELECT gen_random_uuid(), 'second@counterpart.example', 'Second Administrator', password, true, true, roles, language,
    time_zone, created_at, 0
FROM agencies_user WHERE email = 'admin@counterpart.example' ON CONFLICT DO NOTHING
"""
PICTURES = os.environ.get("COUNTERPART_PICTURES", "")


def _picture(person: object, name: str) -> None:
    """What it looks like, for who wants to see it: COUNTERPART_PICTURES names a folder."""
    if PICTURES:
        person.page.set_viewport_size({"width": 1100, "height": 900})  # type: ignore[attr-defined]
        person.page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)  # type: ignore[attr-defined]


def test_a_report_is_passed_on_and_its_originator_sees_it(visit: type_visits, running: Town) -> None:
    singapore = visit("officer", "SG-CUSTOMS", **LIFTED)
    report = singapore.file_etis_example()
    kenya = visit("liaison", "KE-CUSTOMS", **LIFTED)
    wait_for(lambda: kenya.open(report) == 200, "the report at Kenya's")
    kenya.page.get_by_role("button", name="Ask to pass it on").click()
    check(kenya, f"{report}pass-on/")
    kenya.press("Ask")
    kenya.sees("There is a problem")
    assert found(kenya) == []
    _picture(kenya, "pass-on")
    kenya.page.get_by_label("Which agency needs to know?").select_option(label="Kenya Wildlife Service")
    kenya.page.get_by_label("Why does it need to know?").fill("They inspect the port of Mombasa.")
    kenya.press("Ask")
    kenya.sees("It is asked for.")
    wait_for(lambda: kenya.open(report) and "Passed on" in kenya.text, "the answer")
    check(kenya, report)
    _picture(kenya, "passed-on")
    wildlife = visit("liaison", "KE-WILDLIFE", **LIFTED)
    assert wildlife.open(report) == 200
    wildlife.sees("It was passed on to this agency with the originator's consent")
    singapore.open(report)
    singapore.sees("They inspect the port of Mombasa.")
    check(singapore, report)
    _picture(singapore, "originator")


def test_one_administrator_asks_and_another_approves(visit: type_visits, running: Town) -> None:
    with psycopg.connect(running.rig.environ["DATABASE_OWNER_URL"], autocommit=True) as database:
        database.execute(SECOND)
    singapore = visit("officer", "SG-CUSTOMS", **LIFTED)
    report = singapore.file_etis_example()
    reference = singapore.page.locator(".app-card__facts .app-code").first.inner_text()
    first, second = visit("admin", "COUNTERPART", **LIFTED), visit("second", "COUNTERPART", **LIFTED)
    assert first.open(report) == 404
    first.open("/break-glass/")
    first.press("Ask")
    first.sees("There is a problem")
    assert found(first) == []
    first.page.get_by_label("Reference of the report").fill(reference)
    first.page.get_by_label("Why does it have to be opened?").fill(REASON)
    first.press("Ask")
    first.sees("It is asked for.")
    assert first.page.get_by_role("button", name="Approve for 60 minutes").count() == 0
    second.open("/break-glass/")
    _picture(second, "glass-asked")
    second.page.get_by_role("button", name="Approve for 60 minutes").click()
    second.sees("Approved for 60 minutes.")
    assert second.page.get_by_role("button", name="Read the report").count() == 0
    wait_for(lambda: bool(first.open("/break-glass/") and "Read the report" in first.text), "the opening")
    check(first, "/break-glass/")
    first.page.get_by_role("button", name="Read the report").click()
    first.sees("Break-glass until")
    first.sees(REASON)
    assert found(first) == []
    _picture(first, "glass-report")
    assert first.open(report) == 404
    liaison = visit("liaison", "SG-CUSTOMS", **LIFTED)
    wait_for(lambda: bool(liaison.open("/notifications/") and "by break-glass" in liaison.text), "the owner's notice")
    second.open("/break-glass/")
    second.page.get_by_role("button", name="End it now").first.click()
    second.sees("Ended. The report is closed again.")
