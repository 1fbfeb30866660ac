"""T7: requests that schemathesis makes from our own schema, by several people, in any order: no crash, no ghost, no surprise.

Each example is a story of requests on the same few things, so what one deletes another asks for. After each answer: no 5xx,
its status, content type, headers and body are those that the schema declares, what was deleted stays absent, and nobody gets
an answer about what the wall hides from them.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import given
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from apps.agencies.acting import acting
from apps.referrals.models import Referral
from apps.reports.models import Report
from tests.cast import Cast
from tests.evidence import Evidence
from tests.hostile.cases import IDENTITIES, NOBODY, Story, cases, made_in, operations, told
from tests.sizes import generated

pytestmark = pytest.mark.django_db
REQUESTS = 10  # in a story
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
OPERATIONS = operations()


@pytest.fixture
def story(cast: Cast) -> Iterator[Story]:
    """What is there when a story begins; each one is undone. A request does not close the test's connection.

    (Django's own client sees to that by itself, and undoes it after each of its requests: so this comes behind them.)
    """
    begun = told(cast)
    ends = (request_started, request_finished)
    for end in ends:
        end.disconnect(close_old_connections)
    yield begun
    for end in ends:
        end.connect(close_old_connections)


@generated(commit=40, landing=300, release=2_000, shrinks=False)
@given(data=st.data())
def test_no_request_breaks_the_api_or_gets_what_is_not_declared(
    data: st.DataObject, story: Story, evidence: Evidence
) -> None:
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]  # as Django's own tests say that they stand outermost
    with block:
        now = Story(story.callers, list(story.reports), story.referrals, story.notices)
        for _ in range(REQUESTS):
            _one(data, now, evidence)
        transaction.set_rollback(True)


def _one(data: st.DataObject, story: Story, evidence: Evidence) -> None:
    case: Any = data.draw(cases(OPERATIONS))
    identity = data.draw(st.sampled_from(IDENTITIES))
    asked = _aimed(data, story, case)
    before = _hidden(story, identity, asked)
    answer = case.call(headers=story.headers(identity))
    case.validate_response(answer, checks=CHECKS)
    if 200 <= answer.status_code < 300:
        assert asked not in story.deleted, f"{case.method} {case.path}: what was deleted is answered with"
        assert not before, f"{identity}: {case.method} {case.path}: what is hidden is answered with"
        assert identity != NOBODY, f"{case.method} {case.path}: a visitor is let in"
        _note(story, case, asked, answer)
    evidence.add("requests")
    evidence.add(f"{answer.status_code // 100}xx")


def _aimed(data: st.DataObject, story: Story, case: Any) -> UUID | None:
    """The id in the address: mostly of something that is or was there, now and then the one that was made up."""
    ids = story.ids(case.path)
    if "id" not in case.path_parameters or not data.draw(st.integers(0, 9)):
        return None
    aimed = data.draw(st.sampled_from(ids))
    case.path_parameters["id"] = str(aimed)
    return aimed


def _hidden(story: Story, identity: str, asked: UUID | None) -> bool:
    """Whether the database's wall hides the report or referral from the identity, before it asks."""
    kind = Report if asked in story.reports else Referral if asked in story.referrals else None
    if kind is None or identity == NOBODY:
        return False
    with acting(story.callers[identity].actor):
        return not kind.objects.filter(id=asked).exists()


def _note(story: Story, case: Any, asked: UUID | None, answer: object) -> None:
    if case.method == "DELETE" and asked is not None:
        story.deleted.add(asked)
    if case.path.endswith(("/reports/", "/copy/")):
        story.reports.extend(made_in(answer))
