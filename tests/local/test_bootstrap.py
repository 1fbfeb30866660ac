"""The virtual environment: made once, made again when it is half-made, broken or moved, and without ensurepip."""

import json
import subprocess
import time
from pathlib import Path

import pytest

from tests.local import machine

LEAN = ("ensurepip", "virtualenv")  # without these the environment gets no pip of its own, which is made in no time
ENSURE = "from config.local import bootstrap; print(bootstrap.ensure(['base.txt']))"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose product needs no package, in a path with spaces."""
    folder = machine.copied(("config/__init__.py", "config/local"), tmp_path / "a path with spaces")
    (folder / "requirements").mkdir()
    (folder / "requirements" / "base.txt").write_text("# nothing is needed\n")
    return folder


def ensured(checkout: Path, *without: str) -> subprocess.CompletedProcess[str]:
    """Ensures the environment with the machine's Python, which lacks these modules."""
    shadow = checkout / "shadow"
    shadow.mkdir(exist_ok=True)
    for name in without:
        (shadow / f"{name}.py").write_text("raise ImportError('this machine does not have it')\n")
    code = f"import sys; sys.path.insert(0, {str(shadow)!r}); sys.path.insert(0, ''); {ENSURE}"
    return subprocess.run(
        [machine.BASE_PYTHON, "-c", code], cwd=checkout, env=machine.bare(), capture_output=True, text=True, check=False
    )


def has_pip(checkout: Path) -> bool:
    words = [str(checkout / ".venv" / "bin" / "python"), "-m", "pip", "--version"]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def test_it_is_made_in_a_path_with_spaces_and_then_left_alone(checkout: Path) -> None:
    first = ensured(checkout)
    assert first.returncode == 0, first.stderr
    assert has_pip(checkout)
    made = (checkout / ".venv" / "pyvenv.cfg").stat().st_mtime_ns
    begun = time.monotonic()
    second = ensured(checkout)
    assert time.monotonic() - begun < 2
    assert second.stdout.splitlines() == [str(checkout / ".venv" / "bin" / "python")]
    assert (checkout / ".venv" / "pyvenv.cfg").stat().st_mtime_ns == made


def test_changed_requirements_are_installed_and_an_unknown_hash_is_refused_in_pips_words(checkout: Path) -> None:
    ensured(checkout, *LEAN)
    (checkout / "requirements" / "base.txt").write_text("tqdm==4.67.1\n")
    refused = ensured(checkout, *LEAN)
    assert refused.returncode != 0
    assert "--require-hashes" in refused.stderr
    assert not (checkout / ".venv" / "counterpart.json").exists()
    (checkout / "requirements" / "base.txt").write_text("# nothing again\n")
    assert ensured(checkout, *LEAN).returncode == 0


@pytest.mark.parametrize("damage", ["no python", "no stamp and no pip", "moved"])
def test_a_broken_half_made_or_moved_environment_is_made_again(checkout: Path, damage: str) -> None:
    ensured(checkout, *LEAN)
    (checkout / ".venv" / "mark").touch()
    match damage:
        case "no python":
            (checkout / ".venv" / "bin" / "python").unlink()
        case "no stamp and no pip":
            (checkout / ".venv" / "counterpart.json").unlink()
        case _:
            checkout = checkout.rename(checkout.with_name("moved elsewhere"))
    again = ensured(checkout, *LEAN)
    assert again.returncode == 0, again.stderr
    assert not (checkout / ".venv" / "mark").exists()
    assert json.loads((checkout / ".venv" / "counterpart.json").read_text())["place"] == str(checkout / ".venv")


def test_without_ensurepip_the_pip_beside_us_fills_the_environment(checkout: Path) -> None:
    done = ensured(checkout, *LEAN)
    assert done.returncode == 0, done.stderr
    assert not has_pip(checkout)
    assert (checkout / ".venv" / "counterpart.json").exists()


def test_without_ensurepip_and_pip_it_says_what_to_install(checkout: Path) -> None:
    done = ensured(checkout, *LEAN, "pip")
    assert done.returncode != 0
    assert "apt-get install python3-venv" in done.stderr
    assert not (checkout / ".venv" / "counterpart.json").exists()


def test_an_old_python_says_so_and_names_the_way_out(checkout: Path, tmp_path: Path) -> None:
    """The page that an old Python reads is run with one that claims to be old."""
    code = (
        "import runpy, sys; sys.version_info = (3, 9); sys.version = '3.9.2 (old)'\n"
        "runpy.run_module('config.local', run_name='__main__')"
    )
    environ = machine.bare() | {"PATH": str(tmp_path)}
    done = subprocess.run(
        [machine.BASE_PYTHON, "-c", code], cwd=checkout, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "needs Python 3.11 or newer; this is 3.9.2" in done.stderr
    assert not (checkout / ".venv").exists()
