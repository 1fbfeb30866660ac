"""`make run` on the real product: what it says, what it survives, and that nothing of it stays."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.local import servers
from config.local.processes import wait_until
from tests.local import machine
from tests.local.running import Run, begin, product_checkout, running
from tests.sizes import COMMIT, SIZE

LANDING = SIZE != COMMIT
MANAGE = [str(Path(".venv") / "bin" / "python"), "manage.py"]


@pytest.fixture(scope="module")
def checkout() -> Iterator[Path]:
    """A copy of this checkout in a path with spaces, that the servers' account may enter; started once, so seeded."""
    with machine.open_folder() as folder:
        yield product_checkout(folder / "the product")


def ask(checkout: Path, *words: str) -> str:
    """What `manage.py` says in another terminal, which knows of no server."""
    done = subprocess.run(
        [*MANAGE, *words], cwd=checkout, env=machine.bare(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def count(checkout: Path) -> str:
    """How many reports and audit entries there are."""
    code = (
        "from apps.audit.models import Entry; from apps.reports.models import Report;"
        "print(Report.objects.count(), Entry.objects.count())"
    )
    return ask(checkout, "shell", "--no-imports", "-c", code)


def test_it_says_where_it_is_and_who_may_sign_in_and_ctrl_c_leaves_nothing_running(checkout: Path) -> None:
    with running(checkout, before='trap "" INT;') as run:  # in the background SIGINT is ignored by inheritance
        assert run.get("/healthz") == 200
        assert run.get("/readyz") == 200
        assert run.servers.stat().st_mode & 0o777 == 0o600
        assert ask(checkout, "verify_audit")
        refused = begin(checkout)
        assert refused.ended() == 1
        assert (
            f"already running in {checkout} (process {run.process.pid}, http://127.0.0.1:{run.port}/)" in refused.said
        )
        assert run.end(signal.SIGINT) == 0
        assert "officer@sg-customs.example" in run.said
        assert "Shared-Responsibility-2019" in run.said
    assert not run.servers.exists()
    assert not machine.mentioning(checkout)


def test_the_second_start_seeds_nothing_again_and_is_quick(checkout: Path) -> None:
    with running(checkout):
        before = count(checkout)
    begun = time.monotonic()
    with running(checkout) as run:
        took = time.monotonic() - begun
        assert count(checkout) == before
        assert int(before.split()[0]) > 0
        assert "Installing" not in run.said
    assert took < (5 if LANDING else 20)  # a busy machine may be slow; the drill by hand holds it to its word


@pytest.mark.drill
@pytest.mark.parametrize("victim", ["supervisor", "PostgreSQL"])
def test_kill_9_leaves_nothing_running_and_the_next_start_finds_its_data(checkout: Path, victim: str) -> None:
    with running(checkout) as run:
        before = count(checkout)
        os.kill(run.process.pid if victim == "supervisor" else run.pid("PostgreSQL"), signal.SIGKILL)
        status = run.ended()
        assert machine.all_gone(checkout)
    assert status == (-signal.SIGKILL if victim == "supervisor" else 1)
    assert victim == "supervisor" or "PostgreSQL ended with status -9" in run.said
    with running(checkout):
        assert count(checkout) == before


@pytest.mark.drill
@pytest.mark.parametrize("part", ["worker", "Valkey"])
def test_a_part_that_the_service_can_do_without_is_started_again(checkout: Path, part: str) -> None:
    with running(checkout) as run:
        dead = run.pid(part)
        os.kill(dead, signal.SIGKILL)
        assert wait_until(lambda: run.pid(part) != dead, 20)
        assert run.get("/healthz") == 200
        assert run.end() == 0
        assert f"{part} ended with status -9" in run.said


def test_a_taken_port_is_refused_at_once_and_nothing_is_started(checkout: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        begun = time.monotonic()
        run = begin(checkout, port=port)
        assert run.ended() == 1
    assert time.monotonic() - begun < 10
    assert f"Port {port} cannot be used" in run.said
    assert "PORT=" in run.said
    assert not machine.mentioning(checkout)


@pytest.mark.parametrize("port", ["eighty", "-1", "65536", "٨٠٠٠"])
def test_a_port_that_is_none_is_refused(checkout: Path, port: str) -> None:
    environ = machine.bare() | {"PORT": port}
    words = [machine.BASE_PYTHON, "-m", "config.local", "run"]
    done = subprocess.run(words, cwd=checkout, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"PORT={port} is not a port" in done.stderr


@pytest.mark.drill
def test_servers_named_in_the_environment_are_used_and_none_is_started(checkout: Path) -> None:
    with servers.throwaway() as pair:
        named = {"DATABASE_URL": pair.postgres.url("counterpart_owner"), "REDIS_URL": pair.valkey.url}
        with running(checkout, environ=named) as run:
            assert run.parts == {"web", "worker", "beat"}
            assert run.told.items() >= named.items()
            assert run.get("/readyz") == 200
        assert pair.postgres.sql("SELECT count(*) > 0 FROM django_migrations") == "t"
        assert pair.valkey.answers()


@pytest.mark.drill
def test_two_checkouts_at_once_have_nothing_in_common(checkout: Path) -> None:
    with machine.open_folder() as folder, running(checkout) as run:
        other = shutil.copytree(checkout, folder / "other", symlinks=True, ignore=shutil.ignore_patterns("var"))
        with running(other) as second:
            assert set(run.told.items()) & set(second.told.items()) == {("COUNTERPART_DEVELOPMENT", "1")}
            assert (run.get("/readyz"), second.get("/readyz")) == (200, 200)


@pytest.mark.drill
def test_make_stop_ends_the_run_of_its_checkout_and_says_when_there_is_none(checkout: Path) -> None:
    words = ["make", f"PYTHON={machine.BASE_PYTHON}", "stop"]
    with running(checkout) as run:
        subprocess.run(words, cwd=checkout, env=machine.bare(), check=True)
        assert machine.all_gone(run.checkout)
        assert run.ended() == 0
    again = subprocess.run(words, cwd=checkout, env=machine.bare(), capture_output=True, text=True, check=True)
    assert "not running in this checkout" in again.stdout


@pytest.mark.drill
def test_kill_9_of_make_ends_what_make_has_started(checkout: Path) -> None:
    environ = machine.bare() | {"PORT": "0"}
    words = ["make", f"PYTHON={machine.BASE_PYTHON}", "run"]
    process = subprocess.Popen(words, cwd=checkout, env=environ, stdout=subprocess.PIPE, text=True)
    run = Run(checkout, process).wait_ready()
    assert run.end(signal.SIGKILL) == -signal.SIGKILL
    assert machine.all_gone(checkout)
