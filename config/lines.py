"""Which lines leave this machine, and whether TLS that looks at certificates is on them (``manage.py check --deploy``).

A line is taken to leave unless its host is this machine's own (a Unix socket, loopback). What leaves needs TLS with a
certificate that is checked against an authority and the host's name, or a network that somebody vouches for by name:
``COUNTERPART_PRIVATE_NETWORK=database,broker,mail`` (docs/operate/environment.md says when that is right).
"""

import ipaddress
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.core import checks
from psycopg import pq
from psycopg.conninfo import conninfo_to_dict

KINDS = ("database", "broker", "mail")
HINT = "Or say that the network in between is private: COUNTERPART_PRIVATE_NETWORK={kind}"
DATABASE = (
    "A database URL names another machine without sslmode=verify-full and sslrootcert: who answers is not checked."
)
BROKER = "REDIS_URL names another machine without rediss://, or switches the check of its certificate off."
MAIL = "COUNTERPART_SMTP_HOST is another machine, and neither COUNTERPART_SMTP_TLS nor COUNTERPART_SMTP_SSL is set."


def at_home(host: str) -> bool:
    """Whether that host is this machine for whoever connects to it: a folder of sockets, or an address of loopback."""
    if not host or host.startswith(("/", "@")) or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def database_is_safe(url: str) -> bool:
    """Of a libpq URL or connection string, together with what libpq takes from the environment."""
    given = {option.keyword.decode(): (option.val or b"").decode() for option in pq.Conninfo.get_defaults()}
    parts = {**given, **{key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}}
    hosts = (parts.get("hostaddr") or parts.get("host") or "").split(",")
    if not parts.get("service") and all(at_home(host) for host in hosts):
        return True
    return parts.get("sslmode") == "verify-full" and bool(parts.get("sslrootcert"))


def broker_is_safe(url: str) -> bool:
    """Of the broker's URL. For ``rediss`` the settings ask for the check; the URL may not take it back."""
    parts = urlsplit(url)
    if parts.scheme in {"unix", "redis+socket"} or at_home(parts.hostname or ""):
        return True
    said = {key: values[-1].lower() for key, values in parse_qs(parts.query).items()}
    checked = said.get("ssl_cert_reqs", "required") in {"required", "cert_required"}
    return parts.scheme == "rediss" and checked and said.get("ssl_check_hostname", "true") != "false"


def mail_is_safe(host: str, *, tls: bool) -> bool:
    """Of the mail server's name; with TLS of either kind Django checks its certificate and its name."""
    return at_home(host) or tls


def _asked() -> Iterator[tuple[str, str, Callable[[], bool]]]:
    urls = [url for url in (settings.SERVERS.owner, settings.SERVERS.web, settings.SERVERS.worker) if url]
    tls = settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL
    yield "database", DATABASE, lambda: all(database_is_safe(url) for url in urls)
    yield "broker", BROKER, lambda: broker_is_safe(settings.SERVERS.redis)
    yield "mail", MAIL, lambda: mail_is_safe(settings.EMAIL_HOST, tls=tls)


def check(**_: object) -> list[checks.CheckMessage]:
    """An error for each line that leaves in clear, or to whoever answers, and that nobody has vouched for."""
    vouched = settings.PRIVATE_NETWORK
    return [
        checks.Error(sentence, hint=HINT.format(kind=kind), id=f"counterpart.E{number:03}")
        for number, (kind, sentence, safe) in enumerate(_asked(), 1)
        if kind not in vouched and not safe()
    ]
