"""The owner sees who has opened a report; printing is a page of its own. All of it without JavaScript."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import type_visits
from tests.browser.people import Person

pytestmark = pytest.mark.browser


def test_the_owner_sees_who_has_opened_and_printed_a_report(visit: type_visits) -> None:
    owner = visit("officer", "HK-CUSTOMS", java_script_enabled=False)
    address = _filed(owner)
    nigeria = visit("liaison", "NG-CUSTOMS", java_script_enabled=False)
    nigeria.page.goto(address)
    nigeria.page.get_by_role("link", name="Print", exact=True).click()
    nigeria.sees("Printed by")
    nigeria.page.emulate_media(media="print")
    expect(nigeria.page.locator(".app-nav")).to_be_hidden()
    expect(nigeria.page.get_by_text("This page is made for paper")).to_be_hidden()
    expect(nigeria.page.locator(".app-stamp").first).to_be_visible()
    hidden = nigeria.page.goto(f"{address}trail/")
    assert hidden is not None
    assert hidden.status == 404

    owner.page.goto(address)
    owner.page.get_by_role("link", name="Who has opened this?").click()

    rows = owner.page.locator("tbody tr")
    expect(rows.nth(1)).to_contain_text("Printed the report")
    expect(rows.nth(1)).to_contain_text("Liaison officer")
    expect(rows.nth(2)).to_contain_text("Opened the report")
    expect(owner.page.locator("tbody")).not_to_contain_text("liaison@ng-customs.example")


def _filed(owner: Person) -> str:
    """Hong Kong sends a report that concerns Nigeria; the address of its page."""
    owner.open("/reports/new/seizure/")
    owner.fill_date("16", "1", "2019")
    owner.fill_item(0, "Manis spp.", "scale", "8268", "KGM")
    owner.fill_stop(0, ("ORIGIN", "NG", "", ""))
    owner.fill_stop(1, ("DESTINATION", "Viet Nam", "", ""))
    owner.press("Save and check")
    owner.press("Send the report and tell 2 agencies")
    owner.sees("Sent. Its reference is SR-")
    return owner.page.url
