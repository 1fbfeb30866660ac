"""No JavaScript: a report is filed, rows grow by plain buttons, an answer is given."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import type_visits
from tests.browser.town import Town, wait_for

pytestmark = pytest.mark.browser


def test_a_report_is_filed_and_answered_without_javascript(visit: type_visits, running: Town) -> None:
    hongkong = visit("officer", "HK-CUSTOMS", java_script_enabled=False)
    hongkong.open("/reports/new/seizure/")
    hongkong.fill_date("16", "1", "2019")
    hongkong.fill_item(0, "Manis spp.", "scale", "8268", "KGM")
    hongkong.press("Add another line")
    expect(hongkong.page.locator("#items-1")).to_be_visible()
    hongkong.fill_item(1, "Loxodonta africana", "TUS", "2071", "KGM")
    hongkong.fill_stop(0, ("EXPORT", "NG", "", ""))
    hongkong.fill_stop(1, ("DESTINATION", "Viet Nam", "", ""))
    hongkong.press("Up Stop 2")
    expect(hongkong.page.locator("#route-0").get_by_label("Country or territory")).to_have_value("Viet Nam")
    hongkong.press("Remove Line 2")
    expect(hongkong.page.locator("#items-1")).to_have_count(0)
    expect(hongkong.page.locator("#items-0").get_by_label("Quantity")).to_have_value("8268")
    hongkong.press("Save and check")
    hongkong.sees("Sending this tells 2 agencies")
    hongkong.press("Send the report and tell 2 agencies")
    hongkong.sees("Sent. Its reference is SR-")

    nigeria = visit("liaison", "NG-CUSTOMS", java_script_enabled=False)
    wait_for(lambda: nigeria.open("/") and "Hong Kong" in nigeria.text, "the referral to Nigeria")
    nigeria.page.locator("summary", has_text="Not for us").click()
    nigeria.page.get_by_label("Why is it not for your agency?").fill("Shipped through Cotonou")
    nigeria.press("Send this answer")
    nigeria.sees("is answered: not for you.")
    hongkong.page.reload()
    hongkong.sees("Shipped through Cotonou")


def test_a_mistake_comes_back_with_everything_typed(visit: type_visits) -> None:
    officer = visit("officer", "HK-CUSTOMS", java_script_enabled=False)
    officer.open("/reports/new/seizure/")
    officer.fill_date("31", "2", "2019")
    officer.fill_item(0, "Unicornus albus", "scale", "a lot", "KGM")
    officer.press("Save and check")
    officer.sees("There is a problem")
    officer.sees("There is no such day in that month.")
    expect(officer.page.locator("#items-0").get_by_label("Species or group")).to_have_value("Unicornus albus")
    expect(officer.page.locator("#items-0").get_by_label("Quantity")).to_have_value("a lot")
    expect(officer.page.get_by_role("textbox", name="Day").first).to_have_value("31")
