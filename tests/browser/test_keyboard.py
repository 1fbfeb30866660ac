"""Keyboard all through: rows, suggestions, the error summary."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import type_visits

pytestmark = pytest.mark.browser


def test_enter_in_a_row_makes_another_one_and_the_focus_goes_into_it(visit: type_visits) -> None:
    officer = visit("officer", "SG-CUSTOMS")
    officer.open("/reports/new/seizure/")
    officer.fill_item(0, "Manis spp.", "scale", "5", "KGM")
    officer.page.locator("#items-0").get_by_label("Quantity").press("Enter")
    fresh = officer.page.locator("#items-1").get_by_label("Species or group")
    expect(fresh).to_be_focused()
    expect(officer.page.locator("#items-0").get_by_label("Quantity")).to_have_value("5")
    officer.press("Remove Line 2")
    expect(officer.page.locator("#items-1")).to_have_count(0)
    expect(officer.page.locator("#items-0").get_by_label("Species or group")).to_be_focused()


def test_a_stop_moves_and_the_focus_moves_with_it(visit: type_visits) -> None:
    officer = visit("officer", "SG-CUSTOMS")
    officer.open("/reports/new/seizure/")
    officer.fill_stop(0, ("ORIGIN", "Kenya", "80", ""))
    officer.press("Down Stop 1")
    moved = officer.page.locator("#route-1")
    expect(moved.get_by_label("Country or territory")).to_have_value("Kenya")
    expect(moved.get_by_role("button", name="Up Stop 2")).to_be_focused()


def test_a_suggestion_is_taken_by_the_arrows_and_another_name_is_found_by_the_server(visit: type_visits) -> None:
    officer = visit("officer", "SG-CUSTOMS")
    officer.open("/reports/new/seizure/")
    box = officer.page.locator("#items-0").get_by_label("Species or group")
    box.press_sequentially("all eight")
    expect(officer.page.get_by_role("option", name="Manis spp.")).to_be_visible()
    box.press("ArrowDown")
    officer.page.keyboard.press("Enter")
    expect(box).to_have_value("Manis spp. – Pangolins (all eight species)")
    box.fill("")
    box.press_sequentially("Phataginus tric")
    expect(officer.page.get_by_role("option", name="Manis tricuspis")).to_be_visible()


def test_the_summary_of_mistakes_has_the_focus_and_leads_to_each_box(visit: type_visits) -> None:
    officer = visit("officer", "SG-CUSTOMS")
    officer.open("/reports/new/seizure/")
    officer.fill_item(0, "Manis spp.", "scale", "-5", "KGM")
    officer.press("Save and check")
    summary = officer.page.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="Line 1: This can't be negative.").click()
    expect(officer.page.locator("#items-0").get_by_label("Quantity")).to_be_focused()


def test_what_hangs_on_a_choice_is_hidden_but_never_while_something_is_typed_in_it(visit: type_visits) -> None:
    officer = visit("officer", "SG-CUSTOMS")
    officer.open("/reports/new/seizure/")
    row = officer.page.locator("#route-0")
    row.get_by_label("Share, %").fill("80")
    row.get_by_label("Part", exact=True).select_option("TRANSIT")
    expect(row.get_by_label("Share, %")).to_be_visible()
    row.get_by_label("Share, %").fill("")
    row.get_by_label("Part", exact=True).select_option("EXPORT")
    expect(row.get_by_label("Share, %")).to_be_hidden()
    expect(row.get_by_label("In its custody?")).to_be_hidden()
