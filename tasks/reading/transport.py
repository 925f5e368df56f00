"""Connections that go to public addresses only and end in time.

The address is checked after DNS and the connection made to the very address that was checked, so no second answer of
a name server can lead elsewhere; redirects make new connections and are checked the same way.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Sequence
from typing import Any

import httpcore
import httpx

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_deadline = threading.local()


class ForbiddenAddressError(Exception):
    """A name or address that leads into a private network."""


def set_deadline(moment: float | None) -> None:
    """From now on every network operation of this thread fails once ``time.monotonic()`` passes that moment."""
    _deadline.value = moment


def _remaining(timeout: float | None, error: type[Exception]) -> float | None:
    moment = getattr(_deadline, "value", None)
    if moment is None:
        return timeout
    left = moment - time.monotonic()
    if left <= 0:
        raise error("took too long altogether")
    return float(left if timeout is None else min(left, timeout))


def networks(names: Iterable[str]) -> tuple[Network, ...]:
    """Networks from their written form (``10.0.0.0/8``, ``127.0.0.1``).

    Raises:
        ValueError: for anything else.
    """
    return tuple(ipaddress.ip_network(n) for n in names)


def is_public(address: Address) -> bool:
    """Whether an address is one of the open internet, also when it is IPv4 in IPv6 clothes."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None and not is_public(inner):
            return False
    return address.is_global and not address.is_multicast


class PublicBackend(httpcore.NetworkBackend):
    """A network backend that resolves names itself and connects to public addresses, and to those a source allows."""

    def __init__(self, allowed: Sequence[Network] = ()) -> None:
        self.allowed = tuple(allowed)
        self.inner = httpcore.SyncBackend()

    def addresses(self, host: str, port: int) -> list[str]:
        """Addresses of a host that may be connected to.

        Raises:
            ForbiddenAddressError: when it has private ones only.
            httpcore.ConnectError: when it has none.
        """
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"no such host: {host}") from error
        found = [ipaddress.ip_address(str(a[4][0]).split("%")[0]) for a in answers]
        open_ones = [
            str(a) for a in found if is_public(a) or any(a in n for n in self.allowed if n.version == a.version)
        ]
        if not open_ones:
            raise ForbiddenAddressError(f"{host} is {', '.join(dict.fromkeys(map(str, found)))}, no public address")
        return list(dict.fromkeys(open_ones))

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address of the host that answers."""
        failed: Exception = httpcore.ConnectError(f"no such host: {host}")
        for address in self.addresses(host, port)[:3]:
            left = _remaining(timeout, httpcore.ConnectTimeout)
            try:
                return TimedStream(self.inner.connect_tcp(address, port, left, local_address, socket_options))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Any = None
    ) -> httpcore.NetworkStream:
        """Never."""
        raise ForbiddenAddressError(f"no local sockets: {path}")

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


class TimedStream(httpcore.NetworkStream):
    """A connection that keeps to the deadline of the thread that uses it, also where a server dribbles."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self.inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Bytes as they come."""
        return self.inner.read(max_bytes, _remaining(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send."""
        self.inner.write(buffer, _remaining(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        """Close."""
        self.inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The connection under TLS; the certificate is that of the name, not of the address."""
        left = _remaining(timeout, httpcore.ConnectTimeout)
        return TimedStream(self.inner.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        """As the wrapped stream."""
        return self.inner.get_extra_info(info)


class PublicTransport(httpx.HTTPTransport):
    """httpx over `PublicBackend`, with HTTP/2."""

    def __init__(self, allowed: Sequence[Network] = ()) -> None:
        super().__init__(http2=True, trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=20,
            max_keepalive_connections=10,
            keepalive_expiry=15,
            http2=True,
            network_backend=PublicBackend(allowed),
        )
