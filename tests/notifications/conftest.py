"""Labels, what is told of them by the worker, and a mail server that takes it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings
from django.db import connection
from django.db.models.functions import Now

from apps.agencies.models import Agency, User
from apps.core.ids import position
from apps.notifications import actions
from apps.notifications.models import Dispatch, Notification
from apps.notifications.queries import Notice
from apps.notifications.states import DispatchState, NoticeKind
from apps.sharing.models import Label
from tests.cast import NOW, Cast
from tests.notifications.sink import Sink

REFERENCE = "SR-2026-7QK2M9XA"


@contextmanager
def working() -> Iterator[None]:
    """As the worker's database role, which makes and sends notices."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE counterpart_worker")
        yield
        cursor.execute("RESET ROLE")


@pytest.fixture
def post(settings: LazySettings) -> Iterator[Sink]:
    """The mail server that this test's messages go to."""
    with Sink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", sink.port, 5
        yield sink


@pytest.fixture
def label(cast: Cast) -> Callable[..., UUID]:
    """Makes a label of Singapore's that the named agencies may see, and from which others are withheld."""

    def make(*seen_by: str, withheld_from: tuple[str, ...] = ()) -> UUID:
        row = Label(
            originator=cast.agency("SG-CUSTOMS"),
            author=cast.user("officer", "SG-CUSTOMS"),
            stage="SHARED",
            audience=[cast.agency(code).token for code in ("SG-CUSTOMS", *seen_by)],
            withheld=[cast.agency(code).token for code in withheld_from],
            position=position(NOW),
        )
        Label.objects.bulk_create([row])
        return row.id

    return make


@pytest.fixture
def kenya(cast: Cast) -> User:
    return cast.user("liaison", "KE-CUSTOMS")


@pytest.fixture
def china(cast: Cast) -> User:
    return cast.user("liaison", "CN-CUSTOMS")


@pytest.fixture
def shared(label: Callable[..., UUID]) -> UUID:
    """A label that Kenya and China may see."""
    return label("KE-CUSTOMS", "CN-CUSTOMS")


def notice(
    user: User, label_id: UUID | None, kind: NoticeKind = NoticeKind.REFERRAL_OPENED, **changes: object
) -> Notice:
    facts: dict[str, object] = {"cause": uuid4(), "object_id": uuid4(), "reference": REFERENCE, **changes}
    return Notice(user_id=user.id, kind=kind, label_id=label_id, **facts)  # type: ignore[arg-type]


def tell(*notices: Notice) -> int:
    with working():
        return actions.notify_many(notices, now=NOW)


def send() -> int:
    with working():
        return actions.send_due()


def wake() -> int:
    with working():
        return actions.wake()


def bring_forward() -> None:
    Dispatch.objects.filter(state=DispatchState.PENDING).update(next_at=Now())


def crowd(agency: Agency, size: int) -> list[User]:
    """More liaison officers of an agency."""
    people = [
        User(email=f"l{number}@{agency.code.lower()}.example", name=f"L {number}", agency=agency, roles=["LIAISON"])
        for number in range(size)
    ]
    return User.objects.bulk_create(people)


def told(user: User) -> list[Notification]:
    return list(Notification.objects.filter(user=user))


def dispatch_of(user: User) -> Dispatch:
    return Dispatch.objects.get(user=user)
