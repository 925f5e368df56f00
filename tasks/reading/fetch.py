"""One address over HTTP, politely and within limits: robots.txt, pace, validators, Retry-After, sizes, times."""

from __future__ import annotations

import email.utils
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import brotli
import httpx
from protego import Protego

from tasks.reading.documents import ReadError
from tasks.reading.transport import ForbiddenAddressError, Network, PublicTransport, set_deadline

USER_AGENT = "Marsad/0.1 (news research; reads feeds politely)"
ROBOTS_BYTES = 500_000
_TRANSIENT = {408, 429, 500, 502, 503, 504}
_CHUNK = 65_536


@dataclass(slots=True, frozen=True)
class Limits:
    """What a source may cost. Times in seconds, sizes in bytes after decompression."""

    timeout: float = 20.0  # without any byte
    deadline: float = 60.0  # of one address altogether
    max_bytes: int = 10_000_000
    max_redirects: int = 5
    delay: float = 1.0  # between two requests to a host
    per_host: int = 2  # requests to a host at a time
    attempts: int = 2
    longest_wait: float = 30.0  # a longer Retry-After is left to a later run
    robots: bool = True
    user_agent: str = USER_AGENT


class FetchError(ReadError):
    """An address that could not be had. ``retry_at`` is Unix time, where the server named one; ``gone`` is for good."""

    def __init__(
        self, error: str, advice: str = "", status: int = 0, retry_at: float = 0.0, transient: bool = False
    ) -> None:
        super().__init__("fetch", error, advice)
        self.status, self.retry_at, self.transient = status, retry_at, transient
        self.gone = status in (404, 410)


@dataclass(slots=True, frozen=True)
class Page:
    """What came back. ``body`` is empty when it is ``unchanged`` (304)."""

    url: str
    body: bytes = b""
    charset: str = ""
    content_type: str = ""
    validators: dict[str, str] = field(default_factory=dict)
    unchanged: bool = False


@dataclass(slots=True)
class _Host:
    slots: threading.Semaphore
    lock: threading.Lock = field(default_factory=threading.Lock)
    free_at: float = 0.0  # monotonic time of the next allowed request
    blocked_until: float = 0.0  # Unix time: it asked to be left alone
    robots: Protego | None = None
    robots_error: FetchError | None = None
    robots_known: bool = False
    robots_lock: threading.Lock = field(default_factory=threading.Lock)


class Fetcher:
    """Fetches for one run; remembers each host's robots.txt and pace. Safe to use from several threads.

    Args:
        limits: see `Limits`.
        allowed: networks that may be fetched from although they are not public.
        clock: Unix time; sleep: waiting (tests replace both).
    """

    def __init__(
        self,
        limits: Limits | None = None,
        allowed: Sequence[Network] = (),
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.limits = limits or Limits()
        self.clock, self.sleep = clock, sleep
        headers = {
            "User-Agent": self.limits.user_agent,
            "Accept-Encoding": "gzip, br",
            "Accept-Language": "ar, *;q=0.5",
        }
        self.client = httpx.Client(
            transport=PublicTransport(allowed),
            headers=headers,
            timeout=self.limits.timeout,
            follow_redirects=False,
            trust_env=False,
        )
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close its connections."""
        self.client.close()

    def get(self, url: str, validators: dict[str, str] | None = None, max_bytes: int = 0) -> Page:
        """What stands at an address.

        Args:
            url: http or https.
            validators: ``etag`` and ``last_modified`` of last time; the page is ``unchanged`` where they still hold.
            max_bytes: another limit than the usual one.

        Raises:
            FetchError: with what to do.
        """
        for attempt in range(1, self.limits.attempts + 1):
            try:
                return self._follow(url, validators or {}, max_bytes or self.limits.max_bytes)
            except FetchError as error:
                wait = error.retry_at - self.clock() if error.retry_at else self.limits.delay * 2**attempt
                if not error.transient or attempt == self.limits.attempts or wait > self.limits.longest_wait:
                    raise
                self.sleep(max(wait, 0.0))
        raise AssertionError("unreachable")

    def _follow(self, url: str, validators: dict[str, str], max_bytes: int) -> Page:
        seen, circle = {url}, False
        end = time.monotonic() + self.limits.deadline
        for _ in range(self.limits.max_redirects + 1):
            self._permitted(url)
            page, target = self._once(url, validators, max_bytes, end)
            if not target:
                return page
            circle = target in seen  # no error yet: some sites set a cookie and send us back once
            seen.add(target)
            url = target
        if circle:
            raise FetchError(f"redirects in a circle at {url}", "open it in a browser; the address may have moved")
        raise FetchError(f"more than {self.limits.max_redirects} redirects", "find the final address and use that")

    def _once(self, url: str, validators: dict[str, str], max_bytes: int, end: float) -> tuple[Page, str]:
        """One request: the page, or where it is to be found instead."""
        host = self._host(url)
        with host.slots:
            self._pace(host)
            set_deadline(max(end, time.monotonic() + 1))
            try:
                with self.client.stream("GET", url, headers=_conditions(validators)) as response:
                    if response.has_redirect_location:
                        return Page(url), urljoin(url, response.headers["location"]).split("#", 1)[0]
                    self._raise_for_status(host, response)
                    return self._page(url, response, max_bytes), ""
            except ForbiddenAddressError as error:
                raise FetchError(
                    f"private address: {error}", "allow it in the source's allow_addresses if you trust it"
                ) from error
            except httpx.TimeoutException as error:
                raise FetchError(
                    f"too slow: {error or 'no answer'}", "it is tried again later", transient=False
                ) from error
            except (httpx.TransportError, httpx.InvalidURL, UnicodeError) as error:
                transient = isinstance(error, httpx.NetworkError | httpx.RemoteProtocolError)
                raise FetchError(
                    f"{type(error).__name__}: {error}", "it is tried again later", transient=transient
                ) from error
            finally:
                set_deadline(None)

    def _page(self, url: str, response: httpx.Response, max_bytes: int) -> Page:
        headers = response.headers
        names = (("etag", "etag"), ("last_modified", "last-modified"))
        validators = {key: headers[name] for key, name in names if headers.get(name)}
        if response.status_code == 304:
            return Page(url, validators=validators, unchanged=True)
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length) > max_bytes:
            raise FetchError(
                f"body of {int(length):,} bytes, more than {max_bytes:,}", "raise max_bytes for this source"
            )
        body = bytearray()
        for chunk in _decoded(response.iter_raw(_CHUNK), headers.get("content-encoding", "")):
            body += chunk
            if len(body) > max_bytes:
                raise FetchError(
                    f"body of more than {max_bytes:,} bytes", "raise max_bytes for this source if that is right"
                )
        content_type = headers.get("content-type", "").lower()
        return Page(url, bytes(body), response.charset_encoding or "", content_type.split(";")[0].strip(), validators)

    def _raise_for_status(self, host: _Host, response: httpx.Response) -> None:
        status = response.status_code
        if status < 400:
            return
        retry_at = self._retry_at(response.headers.get("retry-after", ""))
        if status in (429, 503) and retry_at:
            host.blocked_until = retry_at
        advice = "the page is gone; what was read of it stays" if status in (404, 410) else "it is tried again later"
        if status in (401, 403):
            advice = "the site refuses us; ask for access or disable the source"
        error = f"HTTP {status} {response.reason_phrase}".strip()
        raise FetchError(error, advice, status, retry_at, transient=status in _TRANSIENT)

    def _retry_at(self, value: str) -> float:
        """Unix time of a Retry-After header, 0 when there is none."""
        if value.strip().isdigit():
            return self.clock() + min(int(value), 7 * 86_400)
        try:
            return (
                min(email.utils.parsedate_to_datetime(value).timestamp(), self.clock() + 7 * 86_400) if value else 0.0
            )
        except (ValueError, TypeError):
            return 0.0

    def _host(self, url: str) -> _Host:
        try:
            parts = urlsplit(url)
        except ValueError as error:
            raise FetchError(f"not a web address: {url[:200]}", "only http and https are fetched") from error
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise FetchError(f"not a web address: {url[:200]}", "only http and https are fetched")
        with self._lock:
            fresh = _Host(threading.Semaphore(self.limits.per_host))
            return self._hosts.setdefault(f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}", fresh)

    def _pace(self, host: _Host) -> None:
        """Wait for this host's turn."""
        blocked = host.blocked_until - self.clock()
        if blocked > self.limits.longest_wait:
            raise FetchError(
                "the host asked to be left alone for a while", "it is tried again later", 429, host.blocked_until
            )
        with host.lock:
            now = time.monotonic()
            turn = max(now, host.free_at, now + blocked)
            host.free_at = turn + self._delay(host)
        if turn > now:
            self.sleep(turn - now)

    def _delay(self, host: _Host) -> float:
        asked = host.robots.crawl_delay(self.limits.user_agent) if host.robots else None
        return max(self.limits.delay, min(float(asked or 0), 30.0))

    def _permitted(self, url: str) -> None:
        """Whether robots.txt allows an address; read once a host (RFC 9309: none allows all, no answer nothing).

        Raises:
            FetchError: when it does not.
        """
        host = self._host(url)
        if not self.limits.robots:
            return
        with host.robots_lock:
            if not host.robots_known:
                self._read_robots(host, url)
        if host.robots_error:
            reason = host.robots_error
            raise FetchError(f"robots.txt cannot be read: {reason.error}", reason.advice, retry_at=reason.retry_at)
        if host.robots and not host.robots.can_fetch(url, self.limits.user_agent):
            raise FetchError("robots.txt forbids it", "ask the outlet, or leave this address out")

    def _read_robots(self, host: _Host, url: str) -> None:
        target = urljoin(url, "/robots.txt")
        end = time.monotonic() + self.limits.deadline
        try:
            for _ in range(self.limits.max_redirects + 1):
                page, moved = self._once(target, {}, ROBOTS_BYTES, end)
                if not moved:
                    host.robots = Protego.parse(page.body.decode("utf-8", "replace"))
                    break
                target = moved
        except FetchError as error:
            if not 400 <= error.status < 500 or error.status == 429:
                host.robots_error = error
        host.robots_known = True


def _conditions(validators: dict[str, str]) -> dict[str, str]:
    names = (("etag", "If-None-Match"), ("last_modified", "If-Modified-Since"))
    return {header: validators[key] for key, header in names if validators.get(key)}


def _decoded(chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """The body unpacked in small pieces: a bomb never unfolds in memory.

    Raises:
        FetchError: for an encoding that was not asked for, or damaged data.
    """
    for name in reversed([e.strip().lower() for e in encoding.split(",") if e.strip()]):
        if name in ("gzip", "x-gzip", "deflate"):
            chunks = _inflate(chunks)
        elif name == "br":
            chunks = _unbrotli(chunks)
        elif name != "identity":
            raise FetchError(f"content encoding {name} was not asked for", "report it")
    try:
        yield from chunks
    except (zlib.error, brotli.error) as error:
        raise FetchError(f"damaged {encoding} body: {error}", "it is tried again later", transient=True) from error


def _inflate(chunks: Iterator[bytes]) -> Iterator[bytes]:
    machine, begun = zlib.decompressobj(zlib.MAX_WBITS | 32), False  # gzip or zlib by its head
    for chunk in chunks:
        begun = begun or bool(chunk)
        while chunk:
            yield machine.decompress(chunk, _CHUNK)
            chunk = machine.unconsumed_tail
    yield machine.flush()
    if begun and not machine.eof:
        raise zlib.error("it ends before its time")


def _unbrotli(chunks: Iterator[bytes]) -> Iterator[bytes]:
    machine, begun = brotli.Decompressor(), False
    for chunk in chunks:
        begun = begun or bool(chunk)
        while piece := machine.process(chunk, output_buffer_limit=_CHUNK):
            yield piece
            chunk = b""
    if begun and not machine.is_finished():
        raise brotli.error("it ends before its time")
