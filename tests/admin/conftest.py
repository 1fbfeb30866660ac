"""The platform administrator's desk: a browser that is signed in, over the web role."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from apps.agencies.models import User
from apps.audit.models import Entry
from seeds.cast import PLATFORM_ADMINISTRATOR
from tests.cast import Cast
from tests.doors import come_in

type_entries = Callable[[], list[Entry]]


class Desk:
    """Addresses by model and page; forms by their fields."""

    def __init__(self, user: User | None = None) -> None:
        self.client = Client()
        self.user = user or User.objects.get(email=PLATFORM_ADMINISTRATOR)
        come_in(self.client, self.user)

    def get(self, page: str, *words: object, status: int = 200, **query: str) -> str:
        """The text of a page, e.g. ``agencies_agency_changelist``."""
        response = self.client.get(reverse(f"admin:{page}", args=words), query)
        assert response.status_code == status, response.content.decode()[:2000]
        return str(response.content.decode())

    def post(self, page: str, *words: object, **fields: Any) -> HttpResponse:
        """Send a form; follows nothing."""
        return self.client.post(reverse(f"admin:{page}", args=words), fields)  # type: ignore[return-value]

    def act(self, page: str, action: str, *ids: object) -> HttpResponse:
        """Run an action of a list on its rows."""
        return self.post(page, action=action, _selected_action=[str(each) for each in ids])


@pytest.fixture
def desk(cast: Cast) -> Desk:
    return Desk()


def second_desk() -> Desk:
    """Another platform administrator's."""
    return Desk(User.objects.create(email="second@counterpart.example", name="Second", is_staff=True))


@pytest.fixture
def entries(cast: Cast) -> type_entries:
    """``entries()`` gives what the trail has gained since the test began, in order."""
    before = Entry.objects.count()
    return lambda: list(Entry.objects.order_by("seq")[before:])


def no_rows(prefix: str) -> dict[str, str]:
    """The management form of an inline without rows."""
    return {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
