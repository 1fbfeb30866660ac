"""Second factors in a real browser: the ceremony of a passkey with Chromium's own virtual authenticator, and an app."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, CDPSession, expect

from apps.core.clock import now
from tests.browser.people import Person
from tests.browser.town import Town
from tests.cast import PASSWORD
from tests.doors import code_of

pytestmark = pytest.mark.browser
type_come = Callable[..., "Guarded"]


class Guarded(Person):
    """Somebody whose browser has an authenticator of its own, at the one address in words that this machine has."""

    def __init__(self, browser: Browser, town: Town, word: str, code: str) -> None:
        super().__init__(browser, Town(town.rig, town.url.replace("127.0.0.1", "localhost"), town.mail), word, code)

    def authenticator(self) -> tuple[CDPSession, str]:
        """A security key that does what it is asked, and the way to talk to it."""
        line = self.context.new_cdp_session(self.page)
        line.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "usb",
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        made = line.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        return line, str(made["authenticatorId"])

    def sign_out(self) -> None:
        self.press("Sign out")
        self.sees("You are signed out")

    def password(self, email: str) -> None:
        """The first step."""
        self.open("/sign-in/")
        self.page.get_by_label("E-mail address").fill(email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.press("Sign in")


@pytest.fixture
def come(chromium: Browser, running: Town) -> type_come:
    return lambda word, code: Guarded(chromium, running, word, code)


def test_a_passkey_is_enrolled_used_and_removed(come: type_come) -> None:
    person, email = come("officer", "MY-CUSTOMS"), "officer@my-customs.example"
    line, authenticator = person.authenticator()
    person.open("/account/")
    person.page.get_by_role("link", name="Second factor").click()
    person.page.get_by_role("button", name="Add a passkey").click()
    person.page.get_by_label("Name of the passkey").fill("key on my ring")
    person.press("Add the passkey")
    expect(person.page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    codes = person.page.locator("#codes li").all_inner_texts()
    assert len(codes) == 10
    assert len(line.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})["credentials"]) == 1
    person.page.get_by_role("button", name="I have kept them").click()
    person.sees("key on my ring")
    person.sign_out()

    person.password(email)
    expect(person.page.get_by_role("heading", name="Second step")).to_be_visible()
    assert person.open("/account/") == 200  # the sign-in page, where a stranger is led as well
    expect(person.page.get_by_role("heading", name="Sign in")).to_be_visible()
    person.open("/sign-in/second-step/")
    person.press("Use a passkey")
    expect(person.page.get_by_role("heading", name="Inbox", level=1)).to_be_visible()
    person.sign_out()

    line.send("WebAuthn.clearCredentials", {"authenticatorId": authenticator})
    person.password(email)
    person.press("Use a passkey")
    person.sees("The browser has no passkey for this, or you cancelled.")
    person.page.get_by_label("Code").fill(codes[0])
    person.press("Sign in")
    expect(person.page.get_by_role("heading", name="Inbox", level=1)).to_be_visible()
    person.open("/account/second-factor/")
    person.sees("You have 9 codes left.")
    person.press("Remove Passkey key on my ring")
    person.sees("The second factor is removed.")
    person.sees("You have none.")
    assert person.faults == []
    person.context.close()


def test_an_app_is_enrolled_by_its_picture_and_used(come: type_come) -> None:
    person, email = come("officer", "VN-CUSTOMS"), "officer@vn-customs.example"
    person.open("/second-factor/app/")
    expect(person.page.get_by_role("img", name="Picture for the app")).to_be_visible()
    person.page.get_by_text("The app can't read it").click()
    secret = person.page.locator("code.app-token__text").inner_text().replace(" ", "")
    assert re.fullmatch(r"[A-Z2-7]{32}", secret)
    assert person.page.locator("svg.app-picture path").evaluate("path => path.getBBox().width") > 20
    person.page.get_by_label("Code that the app shows").fill(code_of(secret, now()))
    person.press("Add the app")
    expect(person.page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    person.open("/account/second-factor/")
    assert secret not in person.page.content()
    person.sign_out()
    person.password(email)
    person.page.get_by_label("Code").fill("000000")
    person.press("Sign in")
    person.sees("This is not right, or it was used already.")
    person.page.get_by_label("Code").fill(code_of(secret, now() + timedelta(seconds=30)))
    person.press("Sign in")
    expect(person.page.get_by_role("heading", name="Inbox", level=1)).to_be_visible()
    assert person.faults == []
    person.context.close()
