"""Master keys: read from a file or the environment, several by name, a service in their place; and never shown."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.management import call_command
from pytest_django import Settings

from apps.vault import keys, masters, queries, sealing
from apps.vault.actions import seal
from apps.vault.errors import Unreadable
from apps.vault.masters import NoMaster, Ring, name_of
from apps.vault.models import DataKey
from apps.vault.queries import unseal
from config.env import MasterKeys, Misconfigured, master_keys
from tests.vault.places import PLACE, ROW

FIRST, SECOND = bytes(range(32)), bytes(range(32, 64))


@pytest.fixture(autouse=True)
def _afresh() -> Iterator[None]:
    """Which masters there are is read once a process."""
    yield
    masters.masters.cache_clear()
    keys.forget_unwrapped()


def give(settings: Settings, *found: bytes) -> None:
    """This process holds these masters, and has opened nothing yet."""
    settings.MASTER_KEYS = MasterKeys(found)
    masters.masters.cache_clear()
    keys.forget_unwrapped()


def _coded(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _told(monkeypatch: pytest.MonkeyPatch, *, file: Path | None = None, words: str = "") -> MasterKeys:
    monkeypatch.setenv("COUNTERPART_MASTER_KEY", words)
    monkeypatch.setenv("COUNTERPART_MASTER_KEY_FILE", str(file or ""))
    return master_keys()


def test_they_are_read_from_a_file_or_from_the_environment_in_order(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "master.key"
    file.write_text(f"# kept by two people\n{_coded(SECOND)}  # since May\n\n{_coded(FIRST)}\n")
    assert _told(monkeypatch, file=file).keys == (SECOND, FIRST)
    assert _told(monkeypatch, words=f"{_coded(FIRST)}, {_coded(SECOND)}").keys == (FIRST, SECOND)
    assert _told(monkeypatch).keys == ()


@pytest.mark.parametrize("words", ["short", _coded(FIRST[:16]), _coded(FIRST + FIRST), f"{_coded(FIRST)},***"])
def test_a_key_that_is_none_is_refused_without_being_shown(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        _told(monkeypatch, words=words)
    assert "is not 32 bytes in base64" in str(refused.value)
    assert words not in str(refused.value)


def test_a_file_that_is_not_there_or_two_places_at_once_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(Misconfigured, match="can't be read: FileNotFoundError"):
        _told(monkeypatch, file=tmp_path / "absent")
    with pytest.raises(Misconfigured, match="not both"):
        _told(monkeypatch, file=tmp_path / "absent", words=_coded(FIRST))


def test_no_command_and_no_log_shows_them(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    shown = repr(MasterKeys((FIRST, SECOND)))
    assert shown == "<2 master keys>"
    call_command("diffsettings", all=True)
    printed = capsys.readouterr().out
    assert "MASTER_KEYS = <1 master keys>" in printed
    for key in settings.MASTER_KEYS.keys:
        assert _coded(key) not in printed
        assert repr(key) not in printed


def test_a_master_opens_what_it_wrapped_and_a_second_one_follows_it() -> None:
    old, both, new = Ring([FIRST]), Ring([SECOND, FIRST]), Ring([SECOND])
    wrapped = old.wrap(b"key", b"place")
    assert both.current == new.current == name_of(SECOND) != old.current
    assert both.unwrap(old.current, wrapped, b"place") == b"key"
    with pytest.raises(NoMaster, match=f"{old.current} was not given"):
        new.unwrap(old.current, wrapped, b"place")
    with pytest.raises(sealing.DoesNotFit):
        both.unwrap(old.current, wrapped, b"another place")
    with pytest.raises(NoMaster, match="set COUNTERPART_MASTER_KEY_FILE"):
        _ = Ring([]).current


@pytest.mark.django_db
def test_without_the_master_nothing_opens_and_nothing_is_said(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    give(settings, FIRST)
    sealed = seal(**PLACE, plain=b"secret")
    give(settings, SECOND)
    with pytest.raises(Unreadable) as refused:
        unseal(**PLACE, sealed=sealed)
    assert str(refused.value) == "unreadable"
    [line] = caplog.records
    assert (line.getMessage(), line.why, line.row) == ("a sealed value does not open", "NoMaster", str(ROW))  # type: ignore[attr-defined]  # as given by extra
    assert line.exc_info is None


class FolderService:
    """A key management service as far as we need one: each key a file of a folder that the product never reads."""

    folder: Path

    @property
    def current(self) -> str:
        return (self.folder / "current").read_text()

    def wrap(self, plain: bytes, context: bytes) -> bytes:
        return sealing.lock(self._key(self.current), plain, context)

    def unwrap(self, name: str, wrapped: bytes, context: bytes) -> bytes:
        return sealing.unlock(self._key(name), wrapped, context)

    def _key(self, name: str) -> AESGCM:
        return AESGCM((self.folder / name).read_bytes())


def make(folder: Path, name: str) -> None:
    """A new key in the service, which is the one in use from now on."""
    (folder / name).write_bytes(sealing.new_key())
    (folder / "current").write_text(name)


@pytest.fixture
def service(tmp_path: Path, settings: Settings) -> Path:
    """The service with a first key, named by the settings."""
    FolderService.folder = tmp_path
    make(tmp_path, "2026")
    settings.KMS = f"{__name__}.FolderService"
    give(settings)
    return tmp_path


@pytest.mark.django_db
def test_a_service_wraps_data_keys_in_place_of_the_ring(service: Path) -> None:
    sealed = seal(**PLACE, plain=b"secret")
    assert DataKey.objects.get().master == "2026"
    assert unseal(**PLACE, sealed=sealed) == b"secret"
    (service / "2026").unlink()
    assert unseal(**PLACE, sealed=sealed) == b"secret"  # for a minute the process remembers
    keys.forget_unwrapped()
    with pytest.raises(Unreadable):
        unseal(**PLACE, sealed=sealed)


@pytest.mark.django_db
def test_the_service_is_asked_once_a_minute_and_not_for_every_value(service: Path) -> None:
    seal(**PLACE, plain=b"secret")
    data = queries.data_key(PLACE["owner"])
    assert data is not None
    keys.forget_unwrapped()
    first = data.unwrapped(clock=lambda: 0.0)
    assert data.unwrapped(clock=lambda: 59.9) is first
    assert data.unwrapped(clock=lambda: 60.0) is not first


@pytest.mark.django_db
def test_a_service_follows_a_ring_and_each_of_its_keys_the_one_before(service: Path, settings: Settings) -> None:
    kms, settings.KMS = settings.KMS, ""
    give(settings, FIRST)
    sealed = seal(**PLACE, plain=b"secret")
    settings.KMS = kms
    give(settings, FIRST)
    assert unseal(**PLACE, sealed=sealed) == b"secret"
    call_command("rotate_keys", master=True)
    give(settings)  # the ring is gone
    assert unseal(**PLACE, sealed=sealed) == b"secret"
    make(service, "2027")
    call_command("rotate_keys", master=True)
    (service / "2026").unlink()
    keys.forget_unwrapped()
    assert unseal(**PLACE, sealed=sealed) == b"secret"
    assert DataKey.objects.get().master == "2027"
