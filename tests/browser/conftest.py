"""Debian's Chromium, and the whole product running, once for each file of browser tests.

Playwright runs an event loop in the thread of the test, where Django then refuses to speak to the database. So the product
starts before the browser and ends after it, and neither outlives its file.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.people import Person
from tests.browser.town import Town, town

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
WITHOUT_CHROMIUM = "There is no Chromium here: `apt-get install chromium` (Debian) and the browser tests run."
type_visits = Callable[..., Person]


@pytest.fixture(scope="module")
def running(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The product, with the cast in it and no report yet."""
    if not os.access(CHROMIUM, os.X_OK):
        pytest.skip(WITHOUT_CHROMIUM)
    with django_db_blocker.unblock(), town(tmp_path_factory.mktemp("town")) as made:
        yield made


@pytest.fixture(scope="module")
def chromium(running: Town) -> Iterator[Browser]:
    """One browser; each person gets a profile of their own."""
    with sync_playwright() as playwright:
        # Chromium's sandbox needs rights that a container seldom gives; the pages are our own.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, running: Town) -> Iterator[type_visits]:
    """``visit("officer", "SG-CUSTOMS")`` signs somebody in at a browser of their own, which complained of nothing."""
    people: list[Person] = []

    def come(word: str, code: str, **options: Any) -> Person:
        people.append(Person(chromium, running, word, code, **options))
        return people[-1]

    yield come
    for person in people:
        person.context.close()
    assert [person.faults for person in people] == [[] for _ in people]
