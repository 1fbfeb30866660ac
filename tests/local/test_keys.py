"""The master key of development: one a clone, its owner's alone, and the person's own where there is one."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config.env import master_keys
from config.local import keys, product


def test_it_is_made_once_and_is_its_owners_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "keys" / "master.key"
    told = keys.master({}, file)
    assert told == {"COUNTERPART_MASTER_KEY_FILE": str(file)}
    made = file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert keys.master({}, file) == told
    assert file.read_text() == made
    assert [path.name for path in file.parent.iterdir()] == ["master.key"]
    monkeypatch.setenv("COUNTERPART_MASTER_KEY", "")
    monkeypatch.setenv("COUNTERPART_MASTER_KEY_FILE", str(file))
    assert [len(key) for key in master_keys().keys] == [32]


def test_starts_at_the_same_moment_agree_on_one(tmp_path: Path) -> None:
    file = tmp_path / "master.key"

    def start(_: int) -> str:
        keys.master({}, file)
        return file.read_text()

    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(start, range(64)))) == 1
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("name", keys.NAMES)
def test_where_the_environment_names_one_none_is_made(tmp_path: Path, name: str) -> None:
    assert keys.master({name: "given"}, tmp_path / "master.key") == {}
    assert keys.throwaway({name: "given"}) == {}
    assert list(tmp_path.iterdir()) == []


def test_a_throwaway_is_another_each_time() -> None:
    first, second = keys.throwaway({}), keys.throwaway({})
    assert first.keys() == second.keys() == {"COUNTERPART_MASTER_KEY"}
    assert first != second


def test_another_terminal_is_told_where_it_is_and_never_the_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in keys.NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(keys.master, "__defaults__", (*keys.master.__defaults__[:1], tmp_path / "master.key"))  # type: ignore[index]  # it has two
    told = product.told(8000)
    assert told["COUNTERPART_MASTER_KEY_FILE"] == str(tmp_path / "master.key")
    assert (tmp_path / "master.key").read_text().strip() not in str(told)
