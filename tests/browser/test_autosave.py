"""A draft is saved as it is written, and says so; without a line it says that, and saves when the line is back."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import type_visits
from tests.browser.people import Person

pytestmark = pytest.mark.browser


def in_a_draft(visit: type_visits) -> Person:
    """An officer at the section "what" of a draft that was begun in short."""
    officer = visit("officer", "SG-CUSTOMS")
    officer.open("/reports/new/seizure/")
    officer.fill_item(0, "Manis spp.", "scale", "5", "KGM")
    officer.press("Save and come back later")
    officer.page.get_by_role("link", name="What was seized").click()
    expect(officer.page.get_by_label("Title")).to_be_visible()
    officer.page.wait_for_load_state()  # what saves is there only then: without it a line that goes down takes it along
    return officer


def test_what_is_typed_is_saved_without_a_button(visit: type_visits) -> None:
    officer = in_a_draft(visit)
    with officer.page.expect_response(lambda answer: answer.request.method == "POST") as told:
        officer.page.get_by_label("Title").fill("Scales under onions")
    assert told.value.status == 200
    expect(officer.page.locator("#saved")).to_contain_text("Draft saved at")
    with officer.page.expect_response(lambda answer: answer.request.method == "POST") as told:
        officer.page.get_by_label("Title").fill("Scales under onions, again")
    assert told.value.status == 200
    officer.page.reload()
    expect(officer.page.get_by_label("Title")).to_have_value("Scales under onions, again")


def test_a_button_goes_after_what_is_on_its_way_and_is_not_taken_for_a_colleague(visit: type_visits) -> None:
    officer = in_a_draft(visit)
    with officer.page.expect_request(lambda request: b"autosave" in (request.post_data_buffer or b"")):
        officer.page.get_by_label("Title").fill("Scales under onions")
    officer.press("Save and come back later")
    officer.sees("The draft is saved. You find it under Drafts.")


def test_without_a_line_the_page_says_so_and_saves_when_it_is_back(visit: type_visits) -> None:
    officer = in_a_draft(visit)
    officer.page.context.set_offline(True)
    officer.page.get_by_label("Title").fill("Scales under onions")
    expect(officer.page.locator("#saved")).to_contain_text("Not saved: the line is down", timeout=10_000)
    officer.page.context.set_offline(False)
    expect(officer.page.locator("#saved")).to_contain_text("Draft saved at", timeout=10_000)
    officer.faults.clear()  # the browser itself complains of a line that is down


def test_what_can_not_be_right_is_not_saved_and_the_page_says_so(visit: type_visits) -> None:
    officer = in_a_draft(visit)
    officer.page.locator("#items-0").get_by_label("Quantity").fill("-5")
    expect(officer.page.locator("#saved")).to_contain_text("Not saved yet", timeout=10_000)
    officer.faults.clear()  # the browser itself complains of an answer that is not one of success
    officer.page.locator("#items-0").get_by_label("Quantity").fill("6")
    expect(officer.page.locator("#saved")).to_contain_text("Draft saved at", timeout=10_000)
