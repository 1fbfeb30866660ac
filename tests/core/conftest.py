"""The tests' database, outside any test's transaction."""

from collections.abc import Iterator

import pytest


@pytest.fixture
def unblocked(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Connections of the test's own; what it writes is its own to take back."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]  # pytest-django's blocker
        yield
