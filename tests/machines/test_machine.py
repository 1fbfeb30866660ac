"""T6: whatever people, administrators, operations and the worker do, in whatever order, the promise holds after each step."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from hypothesis import seed
from hypothesis.stateful import run_state_machine_as_test

from tests.cast import Cast
from tests.evidence import Evidence
from tests.machines.machine import Machine
from tests.sizes import SEED, generated, size

pytestmark = pytest.mark.django_db
STEPS = size(commit=30, landing=50, release=60)
PARTS = size(commit=2, landing=2, release=20)


@pytest.fixture
def mailbox(settings: LazySettings, tmp_path: Path) -> None:
    """Mail is written down here."""
    settings.EMAIL_BACKEND = "apps.notifications.channels.folder.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_happens_who_sees_is_who_may_and_nothing_is_lost(
    part: int, cast: Cast, mailbox: None, evidence: Evidence
) -> None:
    """In parts, each with stories of its own: several processes share them, and a long run is taken up where it ended."""

    @seed(PARTS * SEED + part)
    class Story(Machine):
        """A machine that counts for this test."""

    Story.evidence = evidence
    stories = generated(commit=25, landing=250, release=250, shrinks=False, stateful_step_count=STEPS)
    run_state_machine_as_test(Story, settings=stories)
