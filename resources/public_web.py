"""Fetching a file from an address that a stranger wrote.

A server that fetches what vendors write can be made to read what only it can reach: the metadata
service of the cloud, services of the cluster, the machine itself (server-side request forgery).
So each name is resolved here, every one of its addresses has to be a public one, and the
connection goes to the address that was checked: a name that resolves differently the second time
gains nothing. Each redirect is checked the same way. Proxies of the environment are not used: they
would resolve the name once more.

Belongs here: that, and limits of size and time. Does not belong here: what is in the file.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from urllib.parse import SplitResult, quote, urljoin, urlsplit

MAX_REDIRECTS = 3
REDIRECTS = frozenset({301, 302, 303, 307, 308})
GONE = frozenset({404, 410})

# Networks whose addresses carry an IPv4 address, which may be a private one: NAT64 and 6to4.
CARRIERS = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("2002::/16"))

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotFetched(OSError):
    """There is no file; the message says why.

    Attributes:
        code: `refused_address`, `not_found`, `file_too_large` or `unreachable` (try again later).
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


def fetch(url: str, *, trusted: Callable[[str], bool], max_bytes: int, seconds: float) -> bytes:
    """The bytes behind an https address.

    Args:
        url: The address.
        trusted: Whether an address is one of our own: then it may be private, and plain http.
        max_bytes: Larger files are refused, after so many bytes at most.
        seconds: Time for all of it, however slowly the server drips.

    Raises:
        NotFetched: refused, not there, too large, or out of reach.
    """
    deadline = time.monotonic() + seconds
    for _ in range(1 + MAX_REDIRECTS):
        connection = _connection(url, private=trusted(url), deadline=deadline)
        # Shutting the socket down ends a read that is under way, which its timeout would not if
        # a byte came now and then.
        watchdog = threading.Timer(deadline - time.monotonic(), _shut_down, [connection.sock])
        watchdog.daemon = True
        watchdog.start()
        try:
            location, data = _answer(connection, url, max_bytes)
        except (OSError, http.client.HTTPException, ValueError) as error:
            if isinstance(error, NotFetched):
                raise
            raise NotFetched("unreachable", f"{url} did not answer well: {error!r}") from error
        finally:
            watchdog.cancel()
            connection.close()
        if time.monotonic() >= deadline:
            raise NotFetched("unreachable", f"{url} took more than {seconds:g} s")
        if location is None:
            return data
        url = urljoin(url, location)
    raise NotFetched("unreachable", f"more than {MAX_REDIRECTS} redirects, the last to {url}")


def is_public(address: IPAddress) -> bool:
    """Whether an address is one that anybody could reach."""
    inner = getattr(address, "ipv4_mapped", None) or address
    return (
        inner.is_global
        and not inner.is_multicast
        and not any(inner in network for network in CARRIERS)
    )


def _connection(url: str, *, private: bool, deadline: float) -> http.client.HTTPConnection:
    """An open connection to a checked address of the host."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise NotFetched("refused_address", f"{url!r} is no address: {error}") from error
    if not host or parts.scheme not in (("https", "http") if private else ("https",)):
        raise NotFetched("refused_address", f"{url}: only https addresses are fetched")
    secure = parts.scheme == "https"
    port = port or (443 if secure else 80)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(info[4][0]) for info in found]
        if not private and not all(is_public(ipaddress.ip_address(a)) for a in addresses):
            raise NotFetched("refused_address", f"{url}: {host} is not a public host")
        left = max(0.1, deadline - time.monotonic())
        connected = _connected(list(dict.fromkeys(addresses)), port, left)
    except NotFetched:
        raise
    except (OSError, ValueError) as error:  # ValueError: a name that IDNA cannot encode
        raise NotFetched("unreachable", f"{url} cannot be reached: {error}") from error
    if not secure:
        connection = http.client.HTTPConnection(host, port)
        connection.sock = connected
        return connection
    connection = http.client.HTTPSConnection(host, port)
    # Shaking hands is left to the first request, which the watchdog watches.
    connection.sock = ssl.create_default_context().wrap_socket(
        connected, server_hostname=host, do_handshake_on_connect=False
    )
    return connection


def _connected(addresses: Sequence[str], port: int, seconds: float) -> socket.socket:
    """A connection to the first address that takes one: a host may have some without a route."""
    each = seconds / len(addresses)
    for address in addresses[:-1]:
        with contextlib.suppress(OSError):
            return socket.create_connection((address, port), each)
    return socket.create_connection((addresses[-1], port), each)


def _answer(
    connection: http.client.HTTPConnection, url: str, max_bytes: int
) -> tuple[str | None, bytes]:
    """Where the answer sends us to, or None and the file."""
    if isinstance(connection.sock, ssl.SSLSocket):
        connection.sock.do_handshake()
    connection.request("GET", _target(urlsplit(url)), headers={"User-Agent": "garnish"})
    with connection.getresponse() as response:
        if response.status in REDIRECTS and (location := response.getheader("Location")):
            return location, b""
        if response.status in GONE:
            raise NotFetched("not_found", f"{url} answers {response.status}")
        if response.status != http.client.OK:
            raise NotFetched("unreachable", f"{url} answers {response.status} {response.reason}")
        data = response.read(max_bytes + 1)
        if len(data) > max_bytes or int(response.getheader("Content-Length") or 0) > max_bytes:
            raise NotFetched("file_too_large", f"more than {max_bytes / 1e6:.0f} MB at {url}")
        if response.length:
            raise NotFetched("unreachable", f"{url} broke off after {len(data)} bytes")
        return None, data


def _target(parts: SplitResult) -> str:
    query = f"?{parts.query}" if parts.query else ""
    return quote((parts.path or "/") + query, safe="/?%:@!$&'()*+,;=~")


def _shut_down(connected: socket.socket) -> None:
    with contextlib.suppress(OSError):  # closed already: the answer is in
        connected.shutdown(socket.SHUT_RDWR)
