"""A draft that saves itself as it is written, seen from the server: tests/browser/test_autosave.py is at the browser."""

from typing import Any

from apps.reports.models import Report
from tests.cast import Cast
from tests.web.visiting import Visitor, drafted


def section(cast: Cast) -> tuple[Visitor, str, dict[str, Any]]:
    """An officer at the section "what" of a draft, its address and what its boxes hold."""
    visitor = Visitor(cast, "officer", "SG-CUSTOMS")
    path = f"/reports/{drafted(cast.officer('SG-CUSTOMS'))}/edit/what/"
    return visitor, path, dict(visitor.get(path).boxes)


def test_a_draft_that_saves_itself_tells_when_and_the_stamp_for_the_next_time(cast: Cast) -> None:
    visitor, path, boxes = section(cast)
    for title in ("Ivory", "Ivory in timber"):
        answer = visitor.client.post(path, {**boxes, "title": title, "do": "autosave"})
        assert answer.status_code == 200
        boxes["stamp"] = answer.json()["stamp"]
        assert answer.json()["saved"].startswith("Draft saved at ")
    assert Report.objects.get().title == "Ivory in timber"
    before = Report.objects.get().updated_at
    assert visitor.client.post(path, {**boxes, "title": "Ivory in timber", "do": "autosave"}).status_code == 200
    assert Report.objects.get().updated_at == before


def test_a_draft_that_saves_itself_keeps_neither_mistakes_nor_what_a_colleague_overtook(cast: Cast) -> None:
    visitor, path, boxes = section(cast)
    stored = Report.objects.values().get()
    wrong = visitor.client.post(path, {**boxes, "title": "x" * 400, "do": "autosave"})
    late = visitor.client.post(path, {**boxes, "title": "Late", "stamp": "2019-03-04T00:00:00+00:00", "do": "autosave"})
    assert [(answer.status_code, answer.json()) for answer in (wrong, late)] == [(422, {}), (409, {})]
    assert Report.objects.values().get() == stored
