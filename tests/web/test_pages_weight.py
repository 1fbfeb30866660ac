"""Weak lines: what a page weighs, gzipped, as a browser fetches it the first time."""

import gzip
import re
from pathlib import Path

from django.contrib.staticfiles import finders

from tests.cast import Cast
from tests.web.visiting import Visitor, sent

INBOX, FORM = 10_000, 60_000  # bytes, of what a browser fetches to show the page (not what it fetches to print it)


def weight(content: bytes) -> int:
    return len(gzip.compress(content, 9))


def test_a_full_inbox_is_under_ten_thousand_bytes(cast: Cast) -> None:
    for number in range(16):
        sent(cast.officer("SG-CUSTOMS"), title=f"A title of a usual length, number {number}")
    page = Visitor(cast, "liaison", "KE-CUSTOMS").get("/")
    assert page.main.count("Why you got this") == 15
    assert weight(page.response.content) < INBOX


def test_the_form_with_all_that_it_loads_is_under_sixty_thousand_bytes(cast: Cast) -> None:
    page = Visitor(cast, "officer", "SG-CUSTOMS").get("/reports/new/seizure/")
    files = set(re.findall(r'(?:src|href)="/static/([^"]+)"', page.html)) - {"web/print.css"}
    found = [finders.find(name) for name in files]
    assert len(found) >= 9
    assert all(found)
    total = weight(page.response.content) + sum(weight(Path(str(file)).read_bytes()) for file in found)
    assert total < FORM
