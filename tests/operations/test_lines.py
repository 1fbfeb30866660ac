"""What leaves the machine is encrypted to somebody whose name was checked, or somebody has vouched for the network."""

import os
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from kombu import Connection

from config import lines
from config.local.places import ROOT
from tests.certificates import certified

AWAY = "postgresql://counterpart_web:x@db.example/counterpart"


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("postgresql:///counterpart", True),
        ("postgresql://web@/counterpart?host=%2Frun%2Fpostgresql", True),
        ("postgresql://web@localhost/counterpart", True),
        ("postgresql://web@127.0.0.1:5433/counterpart", True),
        ("postgresql://web@[::1]/counterpart", True),
        ("host=@abstract dbname=counterpart", True),
        (AWAY, False),
        ("postgresql://web@10.0.0.5/counterpart", False),
        ("postgresql://web@localhost,db.example/counterpart", False),
        ("postgresql://web@localhost/counterpart?hostaddr=10.0.0.5", False),
        ("service=ours", False),
        (f"{AWAY}?sslmode=require", False),
        (f"{AWAY}?sslmode=verify-ca&sslrootcert=/etc/ca.pem", False),
        (f"{AWAY}?sslmode=verify-full", False),
        (f"{AWAY}?sslmode=verify-full&sslrootcert=/etc/ca.pem", True),
        ("host=localhost.example sslmode=prefer", False),
    ],
)
def test_a_database_that_is_elsewhere_is_asked_who_it_is(url: str, safe: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGHOST", "PGHOSTADDR", "PGSERVICE", "PGSSLMODE", "PGSSLROOTCERT"):
        monkeypatch.delenv(name, raising=False)
    assert lines.database_is_safe(url) is safe


def test_what_libpq_takes_from_the_environment_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "db.example")
    assert not lines.database_is_safe("dbname=counterpart")
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    monkeypatch.setenv("PGSSLROOTCERT", "/etc/ca.pem")
    assert lines.database_is_safe("dbname=counterpart")
    assert not lines.database_is_safe("dbname=counterpart sslmode=prefer")


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("unix:///run/valkey.sock", True),
        ("redis://127.0.0.1:6379/0", True),
        ("redis://[::1]:6379/0", True),
        ("redis://:secret@localhost:6379/0", True),
        ("redis://:secret@valkey:6379/0", False),
        ("redis://:secret@valkey:6379/0?ssl_cert_reqs=required", False),
        ("rediss://:secret@valkey:6379/0", True),
        ("rediss://:secret@valkey:6379/0?ssl_ca_certs=/etc/ca.pem", True),
        ("rediss://:secret@valkey:6379/0?ssl_cert_reqs=CERT_REQUIRED", True),
        ("rediss://:secret@valkey:6379/0?ssl_cert_reqs=CERT_NONE", False),
        ("rediss://:secret@valkey:6379/0?ssl_cert_reqs=optional", False),
        ("rediss://:secret@valkey:6379/0?ssl_cert_reqs=whatever", False),
        ("rediss://:secret@valkey:6379/0?ssl_check_hostname=false", False),
    ],
)
def test_a_broker_that_is_elsewhere_is_asked_who_it_is(url: str, safe: bool) -> None:
    assert lines.broker_is_safe(url) is safe


@pytest.mark.parametrize(
    ("host", "tls", "safe"),
    [
        ("", False, True),
        ("localhost", False, True),
        ("127.0.0.2", False, True),
        ("mail.example", False, False),
        ("mail.example", True, True),
        ("10.0.0.7", False, False),
    ],
)
def test_a_mail_server_that_is_elsewhere_is_asked_who_it_is(host: str, tls: bool, safe: bool) -> None:
    assert lines.mail_is_safe(host, tls=tls) is safe


DEPLOYED = {
    "COUNTERPART_DB_ROLE": "web",
    "COUNTERPART_SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "COUNTERPART_MASTER_KEY": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "COUNTERPART_HOSTS": "counterpart.example",
    "COUNTERPART_SITE_URL": "https://counterpart.example",
    "COUNTERPART_SMTP_HOST": "localhost",
    "DATABASE_URL": "postgresql://counterpart_web@/counterpart",
    "REDIS_URL": "unix:///run/valkey.sock",
}
ELSEWHERE = {
    "E001": {"DATABASE_URL": AWAY},
    "E002": {"REDIS_URL": "redis://valkey:6379/0"},
    "E003": {"COUNTERPART_SMTP_HOST": "mail.example"},
}
VOUCHED = dict(zip(ELSEWHERE, lines.KINDS, strict=True))


def deployed(**more: str) -> tuple[int, str]:
    """What ``check --deploy`` of a production says: its status, and what is wrong."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "ERROR"],
        cwd=ROOT,
        env={**kept, **DEPLOYED, **more},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


def test_a_production_whose_servers_are_its_own_machines_is_clean() -> None:
    assert deployed()[0] == 0


@pytest.mark.parametrize("code", ELSEWHERE)
def test_a_line_that_leaves_in_clear_is_an_error_until_somebody_vouches_for_its_network(code: str) -> None:
    status, said = deployed(**ELSEWHERE[code])
    assert (status, f"counterpart.{code}" in said, said.count("counterpart.E")) == (1, True, 1)
    assert f"COUNTERPART_PRIVATE_NETWORK={VOUCHED[code]}" in said
    assert deployed(**ELSEWHERE[code], COUNTERPART_PRIVATE_NETWORK=VOUCHED[code])[0] == 0


def test_vouching_for_one_network_vouches_for_no_other_and_an_unknown_word_is_named() -> None:
    everywhere = {name: value for more in ELSEWHERE.values() for name, value in more.items()}
    status, said = deployed(**everywhere, COUNTERPART_PRIVATE_NETWORK="broker")
    assert (status, "E001" in said, "E002" in said, "E003" in said) == (1, True, False, True)
    assert (
        "COUNTERPART_PRIVATE_NETWORK: all: it takes database, broker, mail"
        in deployed(COUNTERPART_PRIVATE_NETWORK="all")[1]
    )


BROKER = """
import os, sys
os.environ["COUNTERPART_DB_ROLE"] = "web"
import django; django.setup()
from apps.outbox.bell import sender
try:
    with sender.connection_for_write() as line:
        line.ensure_connection(max_retries=1, timeout=2)
        line.default_channel.client.ping()
except Exception as error:
    seen = error
    while seen:
        print(type(seen).__name__, seen)
        seen = seen.__cause__ or seen.__context__
"""


@contextmanager
def tls_server(folder: Path) -> Iterator[tuple[int, list[str]]]:
    """A server on loopback that shakes hands with a certificate of an authority of its own, and is no broker."""
    file, shaken = certified(folder), list[str]()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(line, server_side=True) as safe:
                    shaken.append(safe.version() or "")
                    while safe.recv(4096):
                        safe.sendall(b"+OK\r\n")
            except OSError as error:
                shaken.append(type(error).__name__)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1], shaken
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def rung(url: str) -> str:
    environ = {**os.environ, "REDIS_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", BROKER], cwd=ROOT, env=environ, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_a_broker_with_a_certificate_that_nobody_knows_is_not_talked_to(tmp_path: Path) -> None:
    """Kombu by itself takes any certificate where a URL begins with ``rediss``; ours asks."""
    assert Connection("rediss://valkey/0").ssl == {"ssl_cert_reqs": ssl.CERT_NONE}
    with tls_server(tmp_path) as (port, shaken):
        assert "CERTIFICATE_VERIFY_FAILED" in rung(f"rediss://localhost:{port}/0")
        assert not any(word.startswith("TLS") for word in shaken)
        known = f"ssl_ca_certs={tmp_path / 'server.pem'}"
        assert "CERTIFICATE" not in rung(f"rediss://localhost:{port}/0?{known}")
        assert any(word.startswith("TLS") for word in shaken)


def test_here_where_everything_is_on_one_machine_nothing_is_said() -> None:
    assert lines.check() == []
    assert frozenset() == settings.PRIVATE_NETWORK
