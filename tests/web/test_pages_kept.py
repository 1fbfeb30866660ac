"""What was typed is not lost when a session ends: it is sent on by whoever typed it, and by nobody else."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from apps.agencies.models import Session
from apps.referrals.models import Action
from apps.reports.models import Report
from apps.web.pages.base import Page
from seeds.cast import address
from tests.cast import PASSWORD, Cast
from tests.web.visiting import Visitor, referral, sent

TEXT = "Twelve crates, <b>marked</b> “& Sons”\nand a second line — 象牙"
BOX = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')


class Browser:
    """A browser that checks nothing itself, at a site that checks its forms' tokens; it says where a form came from."""

    def __init__(self) -> None:
        self.client = Client(enforce_csrf_checks=True, headers={"Origin": "http://testserver"})

    def sign_in(self, email: str) -> None:
        """In another tab: the cookies are the browser's."""
        answer = self.send("/sign-in/", {"email": email, "password": PASSWORD}, 302)
        assert answer["Location"] == "/"

    def send(self, path: str, words: dict[str, Any], status: int, *, token: str = "", **headers: str) -> Any:
        """A form with this token, or with a fresh one."""
        words = words | {"csrfmiddlewaretoken": token or self.token()}
        answer = self.client.post(path, words, headers=headers)
        assert answer.status_code == status, answer.content.decode()
        return answer

    def token(self) -> str:
        """Of a form that is opened now."""
        page = self.client.get("/sign-in/", follow=True).content.decode()
        return str(re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1])  # type: ignore[index]


def kept(answer: Any) -> dict[str, str]:
    """The hidden boxes of the page that keeps it, with its token, and the address that it would be sent to."""
    form = answer.content.decode().partition('<main id="main"')[2].partition("<form")[2].partition("</form>")[0]
    found = {name: unescape(value) for name, value in BOX.findall(form)}
    return found | {"": unescape(re.search(r'action="([^"]*)"', form)[1])}  # type: ignore[index]


def _again(browser: Browser, found: dict[str, str], status: int) -> Any:
    words = {name: value for name, value in found.items() if name not in {"", "csrfmiddlewaretoken"}}
    return browser.send(found[""], words, status, token=found["csrfmiddlewaretoken"])


@pytest.fixture
def kenya(cast: Cast) -> tuple[Browser, str]:
    """Kenya's liaison officer at a browser, and the address at which an action is recorded."""
    report_id = sent(cast.officer("SG-CUSTOMS"))
    asked = referral(report_id, "KE-CUSTOMS").id
    Visitor(cast, "liaison", "KE-CUSTOMS").post(f"/referrals/{asked}/accept/")
    browser = Browser()
    browser.sign_in(address("liaison", "KE-CUSTOMS"))
    return browser, f"/referrals/{asked}/actions/?from=inbox"


ACTION = {"kind": "ENQUIRY", "text": TEXT}


def test_a_session_ends_while_somebody_writes_and_the_text_is_sent_on_after_signing_in(
    kenya: tuple[Browser, str],
) -> None:
    browser, path = kenya
    opened = browser.token()
    Session.objects.all().delete()
    answer = browser.send(path, ACTION, 401, token=opened)
    found = kept(answer)
    assert (found["text"].replace("\r\n", "\n"), found[""]) == (TEXT, path)
    assert "You have been signed out" in answer.content.decode()
    assert not Action.objects.exists()
    browser.sign_in(address("liaison", "KE-CUSTOMS"))
    second = _again(browser, found, 403)  # signing in changed the token: one more press, nothing typed again
    assert "You have signed in again since this form was opened" in second.content.decode()
    _again(browser, kept(second), 302)
    assert Action.objects.get().text.replace("\r\n", "\n") == TEXT


def test_somebody_signs_in_first_and_sends_then(kenya: tuple[Browser, str]) -> None:
    browser, path = kenya
    opened = browser.token()
    Session.objects.all().delete()
    browser.sign_in(address("liaison", "KE-CUSTOMS"))
    answer = browser.send(path, ACTION, 403, token=opened)
    assert "(Kenya Revenue Authority" in answer.content.decode()
    _again(browser, kept(answer), 302)
    assert Action.objects.count() == 1


def test_it_is_kept_as_often_as_it_is_sent_by_nobody(kenya: tuple[Browser, str]) -> None:
    browser, path = kenya
    Session.objects.all().delete()
    found = kept(browser.send(path, ACTION, 401))
    found = kept(_again(browser, found, 401))
    assert found["text"].replace("\r\n", "\n") == TEXT


def test_another_account_of_the_same_browser_can_not_send_it(kenya: tuple[Browser, str]) -> None:
    browser, path = kenya
    Session.objects.all().delete()
    found = kept(browser.send(path, ACTION, 401))
    browser.sign_in(address("officer", "KE-CUSTOMS"))
    words = {name: value for name, value in found.items() if name not in {"", "csrfmiddlewaretoken"}}
    page = browser.client.get("/account/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]  # type: ignore[index]
    answer = browser.send(path, words, 403, token=token)
    assert "Not sent: somebody else is signed in" in answer.content.decode()
    assert kept(answer)["text"].replace("\r\n", "\n") == TEXT
    assert not Action.objects.exists()


def test_what_nobody_is_known_to_have_typed_is_shown_and_never_sent(kenya: tuple[Browser, str]) -> None:
    browser, path = kenya
    Session.objects.all().delete()
    del browser.client.cookies["device"]
    found = kept(browser.send(path, ACTION, 401))
    assert found["text"].replace("\r\n", "\n") == TEXT
    browser.sign_in(address("liaison", "KE-CUSTOMS"))
    again = kept(_again(browser, found, 403))
    again = kept(_again(browser, again, 403))
    _again(browser, again, 403)
    assert not Action.objects.exists()


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
def test_what_another_site_sends_is_not_kept_for_a_press(kenya: tuple[Browser, str], origin: str) -> None:
    browser, path = kenya
    answer = browser.send(path, ACTION, 403, token="x" * 64, Origin=origin)
    assert "crates" not in answer.content.decode()
    assert "<form" not in answer.content.decode()


def test_passwords_and_codes_are_not_kept(kenya: tuple[Browser, str]) -> None:
    browser, _ = kenya
    Session.objects.all().delete()
    words = {
        "old": "x",
        "new_password": "secret-one",
        "again_password": "secret-two",
        "code": "123456",
        "title": "Kept",
    }
    page = browser.send("/account/", words, 401).content.decode()
    assert "Kept" in page
    assert not {"secret-one", "secret-two", "123456"} & set(re.findall(r'value="([^"]*)"', page))


def _pages(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _pages(pattern.url_patterns) if pattern.namespace == "web" else ()
            continue
        view = getattr(pattern.callback, "view_class", None)
        if view is not None and issubclass(view, Page) and hasattr(view, "post"):
            names = pattern.pattern.converters
            words = {name: uuid4() if type(kind).__name__ == "UUIDConverter" else 1 for name, kind in names.items()}
            slugs = {
                name: "what"
                for name, kind in names.items()
                if "Slug" in type(kind).__name__ or "Str" in type(kind).__name__
            }
            yield reverse(f"web:{pattern.name}", kwargs=words | slugs)


def test_every_form_of_the_product_is_kept(db: None) -> None:
    paths = sorted(set(_pages(get_resolver().url_patterns)))
    assert len(paths) >= 25
    browser = Browser()
    for path in paths:
        found = kept(browser.send(path, {"narrative": TEXT, "do": "save"}, 401))
        assert (found["narrative"].replace("\r\n", "\n"), found["do"], found[""]) == (TEXT, "save", path)


def test_a_short_report_is_filed_after_all(cast: Cast) -> None:
    browser = Browser()
    browser.sign_in(address("officer", "SG-CUSTOMS"))
    page = Visitor(cast, "officer", "SG-CUSTOMS").get("/reports/new/analysis/")
    words = page.boxes | {"title": "Typed for a quarter of an hour", "narrative": TEXT}
    Session.objects.all().delete()
    found = kept(browser.send("/reports/new/analysis/", words, 401))
    browser.sign_in(address("officer", "SG-CUSTOMS"))
    _again(browser, kept(_again(browser, found, 403)), 302)
    assert Report.objects.get().title == "Typed for a quarter of an hour"
