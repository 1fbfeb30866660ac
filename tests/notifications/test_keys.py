"""Keys and secrets that get old: each kind whose age is known here is an alarm past the limit, and none of the others is."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings
from django.core.management import call_command

from apps.agencies.acting import acting
from apps.agencies.actions import issue_token
from apps.agencies.models import ApiToken
from apps.audit.models import Seal
from apps.core.clock import now
from apps.notifications.models import Alarm
from apps.notifications.tasks import check_keys
from apps.vault.actions import seal
from apps.vault.models import DataKey
from config.local.places import ROOT
from tests.cast import Cast
from tests.notifications.conftest import working

pytestmark = pytest.mark.django_db
LIMIT = timedelta(days=365)
OLD = timedelta(days=400)


def looked() -> int:
    """The task as the worker runs it."""
    with working():
        return check_keys()


def facts() -> dict[str, int]:
    """Of the open alarm."""
    return dict(Alarm.objects.get(code="old_keys", ended_at__isnull=True).facts)


@pytest.fixture
def agency(cast: Cast) -> UUID:
    """An agency with a data key in use."""
    found = cast.liaison("HK-CUSTOMS").agency_id
    assert found is not None
    seal(owner=found, field="reports_report.narrative", row=uuid4(), plain=b"x")
    return found


def sealed(at: datetime, public: bytes) -> None:
    row = dict.fromkeys(("link", "root", "head", "signature"), b"x" * 32)
    Seal.objects.create(at=at, size=Seal.objects.count() + 1, peaks=b"", public=public, **row)


def old_master(agency: UUID) -> None:
    DataKey.objects.filter(owner=agency).update(wrapped_at=now() - OLD)


def old_data_key(agency: UUID) -> None:
    DataKey.objects.filter(owner=agency).update(created_at=now() - OLD)


def old_signing_key(agency: UUID) -> None:
    for days in (400, 1):
        sealed(now() - timedelta(days=days), b"k" * 32)


def old_token(agency: UUID) -> None:
    ApiToken.objects.update(created_at=now() - OLD)


OLDER: dict[str, Callable[[UUID], None]] = {
    "masters": old_master,
    "data_keys": old_data_key,
    "signing_keys": old_signing_key,
    "api_tokens": old_token,
}


def give_token(cast: Cast) -> None:
    officer = cast.officer("HK-CUSTOMS")
    with acting(officer):
        issue_token(actor=officer, name="a script", life=timedelta(days=30), now=now())


@pytest.mark.parametrize("kind", OLDER)
def test_what_has_been_in_use_for_too_long_is_an_alarm_that_says_how_many_and_how_old(
    cast: Cast, agency: UUID, kind: str
) -> None:
    give_token(cast)
    assert looked() == 0
    assert Alarm.objects.count() == 0
    OLDER[kind](agency)
    assert looked() == 1
    assert facts() == {kind: 1, "oldest_days": 400, "limit_days": 365}


def test_the_secrets_of_the_environment_are_as_old_as_somebody_says(settings: LazySettings) -> None:
    settings.SECRETS_SINCE = (now() - timedelta(days=364)).date()
    assert looked() == 0
    settings.SECRETS_SINCE = (now() - timedelta(days=366)).date()
    assert looked() == 1
    assert facts() == {"environments": 1, "oldest_days": 366, "limit_days": 365}


def test_a_new_master_ends_it_once_it_has_wrapped_what_the_old_one_did(agency: UUID, settings: LazySettings) -> None:
    DataKey.objects.update(wrapped_at=now() - OLD, master="the old one's")
    assert looked() == 1
    DataKey.objects.filter(owner=agency).update(wrapped_at=now(), master="another")
    left = DataKey.objects.filter(master="the old one's").count()
    assert looked() == (1 if left else 0)
    DataKey.objects.update(wrapped_at=now(), master="another")
    assert looked() == 0
    assert Alarm.objects.get().ended_at is not None


def test_rotating_an_agencys_key_ends_it_and_what_was_retired_is_no_matter(agency: UUID) -> None:
    DataKey.objects.filter(owner=agency).update(created_at=now() - OLD, wrapped_at=now())
    assert looked() == 1
    call_command("rotate_keys", agency="HK-CUSTOMS", verbosity=0)
    assert looked() == 0
    assert DataKey.objects.filter(owner=agency).count() == 2


def test_a_key_from_before_this_was_written_down_is_as_old_as_it_is(agency: UUID) -> None:
    DataKey.objects.filter(owner=agency).update(created_at=now() - OLD, wrapped_at=None)
    assert looked() == 2
    assert facts() == {"masters": 1, "data_keys": 1, "oldest_days": 400, "limit_days": 365}


def test_a_signing_key_that_was_replaced_is_no_matter() -> None:
    sealed(now() - OLD, b"o" * 32)
    sealed(now() - timedelta(days=1), b"n" * 32)
    assert looked() == 0


def test_a_token_that_has_ended_or_was_revoked_is_no_matter(cast: Cast) -> None:
    give_token(cast)
    old_token(UUID(int=0))
    ApiToken.objects.update(expires_at=now())
    assert looked() == 0
    ApiToken.objects.update(expires_at=now() + timedelta(days=1), revoked_at=now())
    assert looked() == 0


def test_the_limit_is_the_installations(agency: UUID, settings: LazySettings) -> None:
    DataKey.objects.filter(owner=agency).update(created_at=now() - timedelta(days=8))
    settings.KEYS_FOR = timedelta(days=7)
    assert looked() == 1
    assert facts()["limit_days"] == 7


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("COUNTERPART_KEYS_FOR_DAYS", "0"),
        ("COUNTERPART_KEYS_FOR_DAYS", "a year"),
        ("COUNTERPART_KEYS_FOR_DAYS", "-1"),
        ("COUNTERPART_SECRETS_SINCE", "yesterday"),
        ("COUNTERPART_SECRETS_SINCE", "22.11.2026"),
    ],
)
def test_what_is_no_number_of_days_and_no_date_is_named_at_the_start(name: str, given: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={**os.environ, name: given},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert f"{name} is {given!r}" in done.stderr


def test_it_is_rung_each_night(settings: LazySettings) -> None:
    rung = [each for each in settings.CELERY_BEAT_SCHEDULE.values() if each["task"] == check_keys.name]
    assert [(each["schedule"].hour, each["schedule"].minute) for each in rung] == [({4}, {50})]
    assert (settings.KEYS_FOR, settings.SECRETS_SINCE) == (LIMIT, None)
