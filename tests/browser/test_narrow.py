"""Pages that hold wide tables of long words are no wider than a telephone."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import type_visits
from tests.browser.town import Town
from tests.cast import PASSWORD

pytestmark = pytest.mark.browser
NARROW = {"width": 375, "height": 700}
WIDTH = "document.documentElement.scrollWidth"


def test_the_description_of_the_api_fits(visit: type_visits) -> None:
    officer = visit("officer", "SG-CUSTOMS", viewport=NARROW)
    assert officer.open("/api/v1/docs/") == 200
    assert officer.page.evaluate(WIDTH) <= NARROW["width"]


def test_the_pages_of_the_administration_that_hold_tables_fit(chromium: Browser, running: Town) -> None:
    context = chromium.new_context(viewport=NARROW)  # type: ignore[arg-type]  # a typed dict
    page = context.new_page()
    page.goto(f"{running.url}/sign-in/?next=/admin/coverage/")
    page.get_by_label("E-mail address").fill("admin@counterpart.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Countries without a contact")).to_be_visible()
    widths = {}
    for path in ("/admin/coverage/", "/admin/operations/"):
        page.goto(f"{running.url}{path}")
        widths[path] = page.evaluate(WIDTH)
    context.close()
    assert {path: width for path, width in widths.items() if width > NARROW["width"]} == {}
