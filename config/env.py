"""What the environment says, read once and checked: the servers, the roles, the secrets.

A process names the database role it works as in ``COUNTERPART_DB_ROLE``: ``web`` (pages and API), ``worker`` (Celery)
or ``owner`` (migrations and management commands). ``DATABASE_URL`` is the web role's, ``DATABASE_OWNER_URL`` and
``DATABASE_WORKER_URL`` the others'. With ``DATABASE_URL`` alone it is the owner's and the other two are derived from it.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, cast

from psycopg.conninfo import conninfo_to_dict

BASE_DIR = Path(__file__).resolve().parent.parent
MASTER_KEY_BYTES = 32
SERVERS_FILE = BASE_DIR / "var" / "run" / "servers.json"
Role = Literal["owner", "web", "worker"]
ROLE_NAMES: dict[Role, str] = {
    "owner": "counterpart_owner",
    "web": "counterpart_web",
    "worker": "counterpart_worker",
}


class Misconfigured(Exception):
    """The environment cannot be served from; the message says which name is wrong and how to set it."""


@dataclass(frozen=True, slots=True)
class Servers:
    """Where the servers are: one libpq URL per role (empty: this process was not told it) and the broker's URL."""

    owner: str
    web: str
    worker: str
    redis: str

    def __repr__(self) -> str:
        return "Servers"  # the passwords are in no log and no list of settings

    def url(self, role: Role) -> str:
        """The URL of a role; Misconfigured where this process was not told it."""
        found = cast(str, getattr(self, role))
        if not found:
            raise Misconfigured(f"The database URL of the role {role} is not set (docs/operate/environment.md).")
        return found


def environment() -> Mapping[str, str]:
    """The process's variables over those that a running ``make run`` has written down.

    A process that names its own database hears nothing of that run, least of all that this is development.
    """
    return os.environ if "DATABASE_URL" in os.environ else {**_running(), **os.environ}


def flag(name: str, default: bool = False) -> bool:
    """A yes/no variable; anything but 1, true, yes, on (any case) is no."""
    value = environment().get(name)
    return default if value is None else value.strip().lower() in {"1", "true", "yes", "on"}


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated variable as a list without blanks."""
    return [word.strip() for word in environment().get(name, default).split(",") if word.strip()]


def some_of(name: str, known: tuple[str, ...]) -> frozenset[str]:
    """A comma-separated variable of words that are known, in any case. Raises Misconfigured where another stands in it."""
    spelt = {word.casefold(): word for word in known}
    given = words(name)
    if wrong := sorted({word for word in given if word.casefold() not in spelt}):
        raise Misconfigured(f"{name}: {', '.join(wrong)}: it takes {', '.join(known)}.")
    return frozenset(spelt[word.casefold()] for word in given)


def numbers(name: str, known: tuple[str, ...]) -> dict[str, int]:
    """A variable like ``DRAFT=365,SHARED=1830``. Raises Misconfigured where a name is unknown or its number is not one."""
    pairs = [word.partition("=") for word in words(name)]
    wrong = [key for key, _, number in pairs if key not in known or not number.isdecimal()]
    if wrong:
        raise Misconfigured(f"{name}: {', '.join(wrong)}: it names {', '.join(known)}, each with a number of days.")
    return {key: int(number) for key, _, number in pairs}


def days(name: str, default: int) -> int:
    """A number of days, one at least. Raises Misconfigured where it is none."""
    given = text(name) or str(default)
    if not given.isdecimal() or not int(given):
        raise Misconfigured(f"{name} is {given!r}: give a number of days, one or more.")
    return int(given)


def day(name: str) -> date | None:
    """A date as ``2026-11-22``; None where none is given. Raises Misconfigured where it is not one."""
    given = text(name)
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        raise Misconfigured(f"{name} is {given!r}: give a date as 2026-11-22.") from None


def text(name: str, default: str = "") -> str:
    """A variable as it stands."""
    return environment().get(name, default)


def servers() -> Servers:
    """The servers named by the environment, else those that ``make run`` has started (var/run/servers.json).

    A process needs to be told its own role's URL only: a web container that never learns the owner's is the safer one.
    """
    found = environment()
    web, owner, worker = (found.get(name, "") for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_WORKER_URL"))
    if not (web or owner or worker):
        raise Misconfigured("DATABASE_URL is not set and `make run` is not up: start it, or name a PostgreSQL server.")
    if web and not (owner or worker) and conninfo_to_dict(web).get("user") != ROLE_NAMES["web"]:
        owner, web = web, ""
    redis = found.get("REDIS_URL", "redis://127.0.0.1:6379/0")
    return Servers(
        owner=owner,
        web=web or (owner and derive(owner, "web")),
        worker=worker or (owner and derive(owner, "worker")),
        redis=redis,
    )


@dataclass(frozen=True, slots=True, repr=False)
class MasterKeys:
    """Master keys, the one in use first. It says nothing of them when it is printed (``diffsettings``, a log)."""

    keys: tuple[bytes, ...] = ()

    def __repr__(self) -> str:
        return f"<{len(self.keys)} master keys>"


def master_keys() -> MasterKeys:
    """From ``COUNTERPART_MASTER_KEY_FILE`` (one a line, a remark after ``#``) or ``COUNTERPART_MASTER_KEY`` (by commas).

    Each is 32 random bytes in base64, as ``openssl rand -base64 32`` makes them. Raises Misconfigured, without the text.
    """
    file, given = text("COUNTERPART_MASTER_KEY_FILE"), text("COUNTERPART_MASTER_KEY")
    if file and given:
        raise Misconfigured("Set COUNTERPART_MASTER_KEY_FILE or COUNTERPART_MASTER_KEY, not both.")
    try:
        lines = Path(file).read_text().splitlines() if file else given.split(",")
    except (OSError, ValueError) as error:
        raise Misconfigured(f"COUNTERPART_MASTER_KEY_FILE can't be read: {type(error).__name__}, {file}") from None
    entered = [line.partition("#")[0].strip() for line in lines]
    return MasterKeys(tuple(_master_key(number, word) for number, word in enumerate(entered, 1) if word))


def _master_key(number: int, word: str) -> bytes:
    try:
        key = base64.b64decode(word, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != MASTER_KEY_BYTES:
        raise Misconfigured(f"Master key {number} is not {MASTER_KEY_BYTES} bytes in base64 (openssl rand -base64 32).")
    return key


def _running() -> dict[str, str]:
    try:
        told: dict[str, Any] = json.loads(SERVERS_FILE.read_text())
    except (OSError, ValueError):
        return {}
    return {name: value for name, value in told.items() if isinstance(value, str)}


def derive(owner_url: str, role: Role) -> str:
    """The connection string of another role of the same database; its password follows from the owner's."""
    parts = conninfo_to_dict(owner_url)
    password = parts.pop("password", None)
    parts["user"] = ROLE_NAMES[role]
    if password:
        parts["password"] = hmac.new(str(password).encode(), ROLE_NAMES[role].encode(), hashlib.sha256).hexdigest()
    return " ".join(f"{key}={_quoted(value)}" for key, value in parts.items() if value is not None)


def _quoted(value: object) -> str:
    escaped = str(value).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def database(
    url: str, *, pool: dict[str, Any] | bool = False, timeouts: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Django's DATABASES entry of a libpq URL or connection string (libpq itself decodes %2F hosts and options)."""
    parts = {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
    options: dict[str, Any] = {key: value for key, value in parts.items() if key not in _DJANGO_KEYS}
    settings = " ".join(f"-c {name}={value}" for name, value in (timeouts or {}).items())
    if settings:
        options["options"] = f"{options.get('options', '')} {settings}".strip()
    if pool:
        options["pool"] = pool
    options["prepare_threshold"] = 5  # lets core.rows keep the plans of its statements; the ORM's are not prepared
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{django: parts.get(libpq, "") for libpq, django in _DJANGO_KEYS.items()},
        "OPTIONS": options,
    }


_DJANGO_KEYS = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
