"""A rig for each drill."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.drills.rig import Rig, rigged


@pytest.fixture
def rig(django_db_setup: None, django_db_blocker: Any, tmp_path: Path) -> Iterator[Rig]:
    """Real servers and no process yet; everything is killed and removed at the end."""
    with django_db_blocker.unblock(), rigged(tmp_path) as made:
        yield made
