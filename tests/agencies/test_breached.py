"""Passwords that others have lost: looked up in a file of hashes, and a file that can't be trusted lets nobody choose."""

import os
import subprocess
import sys
from hashlib import sha1
from pathlib import Path

import pytest
from pytest_django import Settings

from apps.agencies import actions
from apps.agencies.breached import Breached, Disordered
from apps.core.errors import Invalid
from config import passwords
from config.env import Misconfigured
from tests.agencies.conftest import type_entries
from tests.cast import NOW, PASSWORD, Cast
from tests.docs.test_asvs import ROOT

LOST = "horse-battery-staple-correct"
NAME = "COUNTERPART_BREACHED_PASSWORDS_FILE"


def digest(password: str) -> str:
    return sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


def hashes(count: int, *also: str) -> list[str]:
    return sorted({digest(str(number)) for number in range(count)} | {digest(word) for word in also})


def written(folder: Path, lines: list[str], end: str = "\n") -> str:
    file = folder / "breached.txt"
    file.write_bytes(end.join(lines).encode())
    return str(file)


@pytest.mark.parametrize("count", [1, 2, 3, 1000, 5000])
@pytest.mark.parametrize("shape", ["{}", "{}:1", "{}:123456789\r"])
def test_every_hash_of_the_file_is_found_and_no_other(tmp_path: Path, count: int, shape: str) -> None:
    known = hashes(count)
    lines = [shape.format(each if at % 2 else each.lower()) for at, each in enumerate(known)]
    for ending in ("", "\n"):
        breached = Breached(written(tmp_path, [*lines[:-1], lines[-1] + ending]))
        breached.check()
        assert all(each in breached for each in known)
        assert not any(digest(f"not {number}") in breached for number in range(300))
        assert "0" * 40 not in breached
        assert "F" * 40 not in breached
        breached.close()


@pytest.fixture
def file(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> str:
    path = written(tmp_path, [f"{each}:7" for each in hashes(3000, LOST)])
    monkeypatch.setenv(NAME, path)
    settings.AUTH_PASSWORD_VALIDATORS = passwords.validators()
    return path


def test_a_password_that_another_service_has_lost_is_refused(cast: Cast, file: str, entries: type_entries) -> None:
    actor = cast.officer("SG-CUSTOMS")
    with pytest.raises(Invalid) as refusal:
        actions.change_password(actor=actor, current=PASSWORD, new=LOST, now=NOW)
    assert "known from a breach" in refusal.value.errors["new"][0]
    assert entries() == []
    assert actions.change_password(actor=actor, current=PASSWORD, new=f"{LOST}.", now=NOW)


def test_a_file_that_is_spoilt_later_lets_no_password_pass(cast: Cast, file: str) -> None:
    size = Path(file).stat().st_size
    with Path(file).open("r+b") as opened:
        opened.write(b"x" * size)
    with pytest.raises(Disordered):
        actions.change_password(
            actor=cast.officer("SG-CUSTOMS"), current=PASSWORD, new="quiet-harbour-at-dawn", now=NOW
        )


HASHES = hashes(50)
WRONG = {
    "empty": ([], "empty"),
    "no hashes": (["hello", "world"], "at byte 0 stands no SHA-1"),
    "of another kind": ([each[:32] for each in HASHES], "stands no SHA-1"),
    "one line that is none": ([*HASHES[:20], "hunter2", *HASHES[20:]], "stands no SHA-1"),
    "one long line": (["".join(HASHES)], "stands no SHA-1"),
    "an empty line at its end": ([*HASHES, "", ""], "stands no SHA-1"),
    "by prevalence": (HASHES[::-1], "not ordered at byte"),
    "two that changed places": ([*HASHES[:20], HASHES[21], HASHES[20], *HASHES[22:]], "not ordered at byte"),
    "one twice": ([*HASHES[:20], HASHES[20], *HASHES[20:]], "not ordered at byte"),
}


@pytest.mark.parametrize(("lines", "why"), WRONG.values(), ids=WRONG)
def test_a_file_that_is_none_of_hashes_in_their_order_is_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: list[str], why: str
) -> None:
    monkeypatch.setenv(NAME, written(tmp_path, lines))
    with pytest.raises(Misconfigured, match=f"{NAME}: .*{why}.* \\(docs/passwords.md\\)"):
        passwords.validators()


def test_no_process_starts_that_is_told_of_a_file_that_is_not_there(tmp_path: Path) -> None:
    words = [sys.executable, "-c", "import config.wsgi"]
    told = {**os.environ, NAME: str(tmp_path / "absent")}
    done = subprocess.run(words, cwd=ROOT, env=told, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0
    assert f"Misconfigured: {NAME}: {tmp_path}/absent can't be used: FileNotFoundError" in done.stderr


def test_another_order_is_noticed_by_the_search_itself(tmp_path: Path) -> None:
    breached = Breached(written(tmp_path, HASHES[::-1]))
    with pytest.raises(Disordered):
        assert all(each in breached for each in HASHES)
