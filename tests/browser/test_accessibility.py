"""axe finds nothing on any page, wide or narrow, and no page is wider than a narrow screen."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import type_visits
from tests.browser.people import Person
from tests.browser.town import Town, wait_for
from tests.drills.rig import LANDING

pytestmark = pytest.mark.browser
AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text()
RUN = "() => axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
WIDE, NARROW = {"width": 1200, "height": 900}, {"width": 320, "height": 700}
# axe is put into the page from outside, which the pages' own policy forbids; only this test's browser lifts it.
LIFTED = {"bypass_csp": True}


def found(person: Person) -> list[Any]:
    """What axe has to say of the page: rule and elements."""
    person.page.evaluate(AXE)
    violations = person.page.evaluate(RUN)["violations"]
    return [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in violations]


def check(person: Person, path: str) -> None:
    """One page, wide and narrow; axe asks the narrow one too at landing size (it takes a second and a half a page)."""
    for size in (WIDE, NARROW):
        person.page.set_viewport_size(size)  # type: ignore[arg-type]  # a typed dict
        person.open(path)
        wide = person.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= size["width"], f"{path} is {wide} wide on a screen of {size['width']}"
        if size is WIDE or LANDING:
            complaints = found(person)
            assert complaints == [], f"{path} at {size['width']}: {json.dumps(complaints, indent=1)}"


def test_axe_finds_nothing_on_the_pages_of_those_who_file(visit: type_visits) -> None:
    officer = visit("officer", "SG-CUSTOMS", **LIFTED)
    officer.open("/reports/new/seizure/")
    officer.fill_etis_example()
    officer.press("Save and come back later")
    draft = officer.page.url.removeprefix(officer.town.url)
    check_page = draft.replace("/edit/", "/check/")
    for path in ("/reports/new/", "/reports/new/seizure/", "/reports/new/analysis/", draft, check_page, "/drafts/"):
        check(officer, path)
    for section in ("where", "what", "route", "handling"):
        check(officer, f"{draft}{section}/")
    for path in ("/account/", "/password/change/", "/notifications/", "/sent/?q=nothing", "/no/such/page/"):
        check(officer, path)
    for path in ("/second-factor/", "/second-factor/app/", "/second-factor/passkey/", "/account/again/"):
        check(officer, path)


def test_axe_finds_nothing_on_the_pages_of_an_agencys_administrator(visit: type_visits) -> None:
    admin = visit("admin", "SG-CUSTOMS", **LIFTED)
    admin.open("/people/")
    admin.page.get_by_role("link", name="Liaison officer, SG-CUSTOMS").click()
    person = admin.page.url.removeprefix(admin.town.url)
    for path in ("/people/", "/people/invite/", person, f"{person}roles/", f"{person}close/", "/invitation/x/"):
        check(admin, path)


def test_axe_finds_nothing_where_mistakes_are_shown(visit: type_visits) -> None:
    officer = visit("officer", "SG-CUSTOMS", **LIFTED)
    officer.open("/reports/new/seizure/")
    officer.fill_date("31", "2", "2019")
    officer.fill_item(0, "Unicornus", "scale", "-1", "KGM")
    officer.fill_stop(0, ("ORIGIN", "Atlantis", "200", ""))
    officer.press("Save and check")
    officer.sees("There is a problem")
    assert found(officer) == []


def test_axe_finds_nothing_on_the_pages_of_those_who_answer(visit: type_visits, running: Town) -> None:
    singapore = visit("officer", "SG-CUSTOMS", **LIFTED)
    report = singapore.file_etis_example()
    uganda = visit("liaison", "UG-CUSTOMS", **LIFTED)
    wait_for(lambda: uganda.open("/") and "Uganda is named" in uganda.text, "the referral to Uganda")
    for path in ("/", "/?show=all", "/received/", report):
        check(uganda, path)
    uganda.open("/")
    uganda.page.get_by_role("article").first.get_by_role("link").first.click()
    check(uganda, uganda.page.url.removeprefix(running.url))
    check(singapore, report)


def test_axe_finds_nothing_on_the_pages_for_visitors(visit: type_visits) -> None:
    person = visit("officer", "SG-CUSTOMS", **LIFTED)
    person.press("Sign out")
    for path in ("/sign-in/", "/password/reset/", "/password/reset/sent/", "/signed-out/", "/no/such/page/"):
        check(person, path)


def test_what_suffices_to_tell_counterparts_fits_one_screen(visit: type_visits) -> None:
    officer = visit("officer", "SG-CUSTOMS", viewport={"width": 1280, "height": 1000})
    officer.open("/reports/new/seizure/")
    box = officer.page.get_by_role("button", name="Save and check").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 1000
