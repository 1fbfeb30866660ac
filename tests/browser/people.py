"""People and their browsers: what they do again and again."""

from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from tests.browser.town import Town
from tests.cast import PASSWORD

# ETIS' published worked example: part, country as one types it, share in per cent, whether it had custody.
Stop = tuple[str, str, str, str]
ETIS_ROUTE: Sequence[Stop] = (
    ("ORIGIN", "Uganda", "20", ""),
    ("ORIGIN", "Kenya", "80", ""),
    ("EXPORT", "Kenya", "", ""),
    ("TRANSIT", "United Arab Emirates", "", "yes"),
    ("TRANSIT", "Malaysia", "", "no"),
    ("DESTINATION", "China", "", ""),
)
# What a browser says of an answer that is not 200; the page itself says the rest.
NO_FAULT = ("Failed to load resource: the server responded with a status of 4",)


class Person:
    """Somebody signed in at a browser of their own. ``faults`` is what its console complained of."""

    def __init__(self, browser: Browser, town: Town, word: str, code: str, **options: Any) -> None:
        self.town = town
        self.context = browser.new_context(**options)
        self.context.set_default_timeout(30_000)
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self._sign_in(f"{word}@{code.lower()}.example")

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(NO_FAULT):
            self.faults.append(message.text)

    def _sign_in(self, email: str) -> None:
        self.open("/")
        self.page.get_by_label("E-mail address").fill(email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.press("Sign in")
        expect(self.page.get_by_role("heading", name="Inbox", level=1)).to_be_visible()

    def open(self, path: str) -> int:
        """Go to an address of the product; returns the answer's status."""
        answer = self.page.goto(self.town.url + path)
        assert answer is not None
        return answer.status

    def press(self, name: str) -> None:
        """Press the button of that name."""
        self.page.get_by_role("button", name=name, exact=True).first.click()

    @property
    def text(self) -> str:
        """What stands on the page."""
        return self.page.locator("body").inner_text()

    def sees(self, words: str) -> None:
        """Fails where the words do not come up."""
        expect(self.page.locator("body")).to_contain_text(words)

    def fill_date(self, day: str, month: str, year: str) -> None:
        """The date of the seizure, in its three boxes."""
        date = self.page.get_by_role("group", name="Date, as far as it is known")
        for label, value in (("Day", day), ("Month", month), ("Year", year)):
            date.get_by_role("textbox", name=label, exact=True).fill(value)

    def fill_item(self, number: int, taxon: str, term: str, quantity: str, unit: str) -> None:
        """One line of specimens."""
        row = self.page.locator(f"#items-{number}")
        self._type(row.get_by_label("Species or group"), taxon)
        self._type(row.get_by_label("Specimen"), term)
        row.get_by_label("Quantity").fill(quantity)
        row.get_by_label("Unit").select_option(unit)

    def fill_stop(self, number: int, stop: Stop) -> None:
        """One stop of the route."""
        part, country, share, custody = stop
        row = self.page.locator(f"#route-{number}")
        row.get_by_label("Part", exact=True).select_option(part)
        self._type(row.get_by_label("Country or territory"), country)
        if share:
            row.get_by_label("Share, %").fill(share)
        if custody:
            row.get_by_label("In its custody?").select_option(custody)

    @staticmethod
    def _type(box: Locator, words: str) -> None:
        """Type into a box with suggestions and leave it: they close."""
        box.fill(words)
        box.press("Tab")

    def fill_route(self, stops: Sequence[Stop]) -> None:
        """All stops; two are on the form from the start."""
        for number, stop in enumerate(stops):
            if number > 1:
                self.press("Add another stop")
                expect(self.page.locator(f"#route-{number}")).to_be_visible()
            self.fill_stop(number, stop)

    def fill_etis_example(self) -> None:
        """1 t of raw ivory, seized at home."""
        self.fill_date("4", "March", "2019")
        self.fill_item(0, "Loxodonta africana", "tusk (raw ivory)", "1000", "KGM")
        self.fill_route(ETIS_ROUTE)

    def file_etis_example(self) -> str:
        """File and send it on; returns the report's address."""
        self.open("/reports/new/seizure/")
        self.fill_etis_example()
        self.press("Save and check")
        self.press("Send the report and tell 5 agencies")
        self.sees("Sent. Its reference is SR-")
        return self.page.url.removeprefix(self.town.url)
