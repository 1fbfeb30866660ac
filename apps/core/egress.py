"""The one way out: HTTPS to hosts that are named in ``COUNTERPART_EGRESS``, and to nothing else.

``session()`` is a requests session, so that a library that wants one (allauth, for OpenID Connect) goes the same way. It takes
no redirect, no proxy and no password from the environment; it resolves a name once, refuses it where any of its addresses is
of this machine or of a private network (unless ``COUNTERPART_EGRESS_NETWORKS`` lists that), and speaks to the very address
it has looked at. Five seconds and a megabyte are the most that an answer may take.
"""

import ipaddress
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3 import HTTPSConnectionPool
from urllib3.connection import HTTPSConnection
from urllib3.util import parse_url

SECONDS = 5.0  # for all of it: connecting, asking, the answer to its last byte
BYTES = 1024 * 1024  # of an answer
CHUNK = 16 * 1024
HTTPS = 443
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# IPv6 addresses that carry an IPv4 address which somebody else unpacks: 6to4, Teredo, NAT64.
CARRIERS = tuple(ipaddress.ip_network(text) for text in ("2002::/16", "2001::/32", "64:ff9b::/96", "64:ff9b:1::/48"))


class Refused(requests.RequestException):
    """We did not ask, or did not take the answer; ``code`` says why and holds nothing of either."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Ways:
    """Where we may go: hosts as ``host`` or ``host:port``, and networks that are ours although they are private."""

    hosts: frozenset[str]
    networks: tuple[Network, ...] = ()

    def names(self, host: str, port: int) -> bool:
        """Whether that host on that port is listed; without a port in the list, HTTPS' own is meant."""
        return f"{host}:{port}" in self.hosts or (port == HTTPS and host in self.hosts)

    def lets(self, address: Address) -> bool:
        """Whether we may speak to that address: a public one, or one of a network that is listed."""
        inner = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
        found: Address = inner or address
        if any(found.version == network.version and found in network for network in self.networks):
            return True
        carried = any(found.version == carrier.version and found in carrier for carrier in CARRIERS)
        return found.is_global and not found.is_multicast and not found.is_reserved and not carried


def ways() -> Ways:
    """As the environment says."""
    networks = tuple(ipaddress.ip_network(text) for text in settings.EGRESS_NETWORKS)
    return Ways(frozenset(host.lower() for host in settings.EGRESS), networks)


def session() -> requests.Session:
    """A session that goes by the environment's ways."""
    return Session(ways(), trusted=settings.EGRESS_CA)


class Session(requests.Session):
    """requests' session with one adapter, for https, and nothing taken from the environment."""

    def __init__(self, to: Ways, *, trusted: str = "") -> None:
        super().__init__()
        self.trust_env = False
        self._trusted = trusted
        self.adapters.clear()
        self.mount("https://", _Guarded(to))

    def get_adapter(self, url: str) -> Any:
        """The adapter; Refused for any other scheme than https."""
        try:
            return super().get_adapter(url)
        except requests.exceptions.InvalidSchema as error:
            raise Refused("scheme") from error

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Ask, whatever the caller says about redirects, proxies, certificates and time."""
        kept = {"allow_redirects": False, "proxies": {}, "verify": self._trusted or True, "cert": None}
        return super().send(request, **{**kwargs, **kept, "stream": False, "timeout": SECONDS})


class _Guarded(HTTPAdapter):
    """Looks at where a request goes before it goes, and at how much comes back while it comes."""

    def __init__(self, to: Ways) -> None:
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)
        self._to = to
        self.poolmanager.pool_classes_by_scheme = {"https": _Pool}

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        """The address that was looked at stands in for the name, which is still the one that the certificate must have."""
        host, port = _goal(request.url)
        if not self._to.names(host, port):
            raise Refused("host")
        place, tls = super().build_connection_pool_key_attributes(request, verify, cert)
        address = self._address(host, port)
        request.headers["Host"] = host if port == HTTPS else f"{host}:{port}"
        name = host.strip("[]")
        return {**place, "host": address, "port": port}, {**tls, "assert_hostname": name, "server_hostname": name}

    def _address(self, host: str, port: int) -> str:
        found = list(_resolved(host, port))
        if not found or not all(self._to.lets(ipaddress.ip_address(each)) for each in found):
            raise Refused("address")
        return found[0]

    def send(self, request: Any, *args: Any, **kwargs: Any) -> requests.Response:
        """One request and its whole answer, which is read here and not by whoever asked."""
        kwargs["stream"] = True
        begun = time.monotonic()
        response = super().send(request, *args, **kwargs)
        try:
            response._content = _read(response, begun + SECONDS)  # noqa: SLF001 - as the session itself does
        except BaseException:
            response.close()
            raise
        self.close()  # a connection is for one request: the next one looks at the address anew
        return response


def _goal(url: str | None) -> tuple[str, int]:
    parts = parse_url(url or "")
    if parts.auth or not parts.host:
        raise Refused("address")
    return parts.host.lower(), parts.port or HTTPS


def _resolved(host: str, port: int) -> Iterator[str]:
    try:
        found: Sequence[Any] = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Refused("name") from error
    for *_, place in found:
        yield str(place[0]).partition("%")[0]


def _read(response: requests.Response, until: float) -> bytes:
    content = b""
    for chunk in response.iter_content(CHUNK):
        content += chunk
        if len(content) > BYTES:
            raise Refused("size")
        if time.monotonic() > until:
            raise Refused("time")
    return content


class _Hasty(HTTPSConnection):
    """A connection that is cut when its time is over, wherever it is: a read that gets a byte now and then never ends.

    The answer may outlive the connection's object, so the clock is not stopped: cutting what is closed does nothing.
    """

    def connect(self) -> None:
        super().connect()
        timer = threading.Timer(SECONDS, partial(_cut, self.sock))
        timer.daemon = True
        timer.start()


def _cut(line: socket.socket | None) -> None:
    with suppress(OSError):
        if line is not None:
            line.shutdown(socket.SHUT_RDWR)


class _Pool(HTTPSConnectionPool):
    ConnectionCls = _Hasty


def fetch(
    method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
) -> requests.Response:
    """One request by the environment's ways; Refused, or another ``requests.RequestException``, where it fails."""
    with session() as line:
        return line.request(method, url, headers=dict(headers or {}), data=body)
