"""A local web server that does what the open web does: slow, endless, broken, hostile and changing answers."""

from __future__ import annotations

import gzip
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import brotli
import pytest

from tasks.reading.fetch import Fetcher, FetchError, Limits
from tasks.reading.read import read
from tasks.reading.transport import networks
from tasks.reading.types import Failure, RawDocument, Source
from tasks.reading.web import forget

Answer = tuple[int, dict[str, str], bytes]

SENTENCES = (
    "قال وزير الزراعة في مؤتمر صحفي إن الموسم الحالي شهد زيادة كبيرة في إنتاج القمح مقارنة بالعام الماضي.",
    "وأضاف الوزير أن الحكومة ستشتري كامل المحصول من الفلاحين بأسعار تشجيعية خلال الأسابيع القادمة.",
    "وكان اتحاد الفلاحين قد طالب برفع سعر الشراء بعد ارتفاع تكاليف البذار والأسمدة في المحافظات الشرقية.",
)


def article(number: int, extra: str = "") -> str:
    """A page with an article of our own, its navigation and a read-also block."""
    body = "".join(f"<p>{s}</p>" for s in SENTENCES)
    return f"""<!doctype html><html lang="ar"><head><meta charset="utf-8"><title>خبر رقم {number} عن الزراعة - موقع</title>
<meta property="article:published_time" content="2024-05-{number % 27 + 1:02d}T10:00:00+03:00"></head><body>
<nav><a href="/">الرئيسية</a> <a href="/world">العالم</a></nav><article><h1>خبر رقم {number} عن الزراعة</h1>{body}
<p>وبلغ عدد الصوامع العاملة {number} صومعة بحسب المسؤولين في الوزارة. {extra}</p>
<p>اقرأ أيضا: موسم آخر في بلد آخر</p></article><footer>جميع الحقوق محفوظة</footer></body></html>"""


def rss(links: list[tuple[str, str]], head: str = "") -> bytes:
    """A feed of (address, title) pairs."""
    items = "".join(
        f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid>"
        "<pubDate>Wed, 01 May 2024 07:00:00 GMT</pubDate><description>نبذة</description></item>"
        for link, title in links
    )
    return f'<?xml version="1.0" encoding="utf-8"?>{head}<rss version="2.0"><channel><title>موقع</title>{items}</channel></rss>'.encode()


class Web:
    """The server: ``pages`` maps a path to an answer or to a function of the handler; ``requests`` counts what was asked."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer | Callable[[BaseHTTPRequestHandler], Answer | None]] = {}
        self.requests: Counter[str] = Counter()
        self.stop = threading.Event()
        web = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                web.requests[self.path] += 1
                answer: Any = web.pages.get(self.path, (404, {}, b"gone"))
                answer = answer(self) if callable(answer) else answer
                if answer is not None:
                    self.answer(*answer)

            def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
                etag = headers.get("ETag")
                if etag and self.headers.get("If-None-Match") == etag:
                    status, body = 304, b""
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self.base = f"http://127.0.0.1:{self.server.server_port}"

    def page(self, path: str, text: str, **headers: str) -> str:
        """Serve an HTML page; returns its address."""
        fields = {"Content-Type": "text/html; charset=utf-8", "ETag": f'"{hash(text)}"', **headers}
        self.pages[path] = (200, fields, text.encode())
        return self.base + path

    def dribble(self, handler: BaseHTTPRequestHandler, piece: bytes, pause: float, length: str = "") -> None:
        """Send a piece again and again until the client has enough."""
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html; charset=utf-8")
        handler.send_header(*(("Content-Length", length) if length else ("Connection", "close")))
        handler.end_headers()
        handler.close_connection = True
        try:
            while not self.stop.is_set():
                handler.wfile.write(piece)
                if pause:
                    time.sleep(pause)
        except OSError:
            pass


@pytest.fixture
def web() -> Iterator[Web]:
    server = Web()
    yield server
    server.stop.set()
    server.server.shutdown()
    server.server.server_close()


class Clock:
    """Unix time that waiting moves on at once."""

    def __init__(self) -> None:
        self.now, self.waits = 1_700_000_000.0, []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def fetcher(clock: Clock) -> Iterator[Fetcher]:
    limits = Limits(timeout=0.4, deadline=0.8, max_bytes=300_000, delay=0.0, attempts=2, longest_wait=5, per_host=8)
    made = Fetcher(limits, networks(["127.0.0.1"]), clock, clock.sleep)
    yield made
    made.close()


def feed_source(web: Web, path: str = "/feed", **options: object) -> Source:
    return Source("test", "feed", web.base + path, outlet="موقع", time_zone="Asia/Damascus", options=options)


def split(items: list[RawDocument | Failure]) -> tuple[dict[str, RawDocument], dict[str, Failure]]:
    documents = {i.locator: i for i in items if isinstance(i, RawDocument)}
    failures = {i.locator: i for i in items if isinstance(i, Failure)}
    assert len(documents) + len(failures) == len(items)
    return documents, failures


def test_every_document_that_can_be_had_is_in_and_every_other_one_is_a_failure(
    web: Web, fetcher: Fetcher, clock: Clock
) -> None:
    good = [web.page(f"/news/{n}", article(n)) for n in range(3)]
    wrong = web.base + "/wrong-charset"
    web.pages["/wrong-charset"] = (
        200,
        {"Content-Type": "text/html; charset=utf-8"},
        article(7).replace('charset="utf-8"', 'charset="iso-8859-1"').encode("windows-1256"),
    )
    squeezed = web.base + "/brotli"
    web.pages["/brotli"] = (
        200,
        {"Content-Type": "text/html", "Content-Encoding": "br"},
        brotli.compress(article(8).encode()),
    )
    later = iter([(429, {"Retry-After": "2"}, b"")])
    patient = web.base + "/patient"
    web.pages["/patient"] = lambda _: next(later, (200, {"Content-Type": "text/html"}, article(9).encode()))
    web.pages["/moved"] = (301, {"Location": "/news/moved"}, b"")
    web.page("/news/moved", article(10))
    web.pages["/cookie"] = lambda h: (
        (200, {"Content-Type": "text/html"}, article(11).encode())
        if "seen=1" in (h.headers.get("Cookie") or "")
        else (302, {"Location": "/cookie", "Set-Cookie": "seen=1"}, b"")
    )
    expected = {
        "/slow": "too slow",
        "/dribble": "too slow",
        "/endless": "more than 300,000 bytes",
        "/huge": "200,000,000 bytes",
        "/bomb": "more than 300,000 bytes",
        "/brbomb": "more than 300,000 bytes",
        "/loop": "circle",
        "/far": "redirects",
        "/metadata": "private address",
        "/local": "private address",
        "/busy": "HTTP 429",
        "/dead": "HTTP 404",
        "/pdf": "application/pdf",
        "/empty": "no article text",
        "/cut": "damaged gzip",
    }
    web.pages["/slow"] = lambda _: web.stop.wait(3) and None
    web.pages["/dribble"] = lambda h: web.dribble(h, b"<p>", 0.05, "1000")
    web.pages["/endless"] = lambda h: web.dribble(h, b"x" * 50_000, 0)
    web.pages["/huge"] = lambda h: web.dribble(h, b"x" * 50_000, 0, "200000000")
    web.pages["/bomb"] = (
        200,
        {"Content-Encoding": "gzip", "Content-Type": "text/html"},
        gzip.compress(b"a" * 50_000_000, 1),
    )
    bomb = brotli.compress(b"a" * 50_000_000, quality=1)
    web.pages["/brbomb"] = (200, {"Content-Encoding": "br", "Content-Type": "text/html"}, bomb)
    web.pages["/loop"] = (302, {"Location": "/loop2"}, b"")
    web.pages["/loop2"] = (302, {"Location": "/loop"}, b"")
    web.pages["/far"] = (302, {"Location": "/far1"}, b"")
    for n in range(1, 20):
        web.pages[f"/far{n}"] = (302, {"Location": f"/far{n + 1}"}, b"")
    web.pages["/metadata"] = (302, {"Location": "http://169.254.169.254/latest/meta-data/"}, b"")
    web.pages["/local"] = (302, {"Location": web.base.replace("127.0.0.1", "127.0.0.2") + "/news/1"}, b"")
    web.pages["/busy"] = (429, {}, b"")
    web.pages["/pdf"] = (200, {"Content-Type": "application/pdf"}, b"%PDF-1.4")
    web.pages["/empty"] = (200, {"Content-Type": "text/html"}, b"<html><body><script>go()</script></body></html>")
    web.pages["/cut"] = (200, {"Content-Encoding": "gzip", "Content-Type": "text/html"}, b"\x1f\x8b\x08\x00garbage")
    links = [
        *good,
        wrong,
        squeezed,
        patient,
        web.base + "/moved",
        web.base + "/cookie",
        *(web.base + p for p in expected),
    ]
    web.pages["/feed"] = (200, {"ETag": '"1"'}, rss([(x, "خبر") for x in links]))

    documents, failures = split(list(read(feed_source(web), {}, fetcher=fetcher)))

    assert set(documents) == {*good, wrong, squeezed, patient, web.base + "/moved", web.base + "/cookie"}
    assert {f.removeprefix(web.base) for f in failures} == set(expected)
    for path, reason in expected.items():
        failure = failures[web.base + path]
        assert reason in failure.error and failure.stage in ("fetch", "parse") and failure.advice, failure
    assert 2 <= max(clock.waits) <= 2.5  # Retry-After was kept
    for document in documents.values():
        assert document.text.startswith(SENTENCES[0]) and SENTENCES[2] in document.text
        assert "اقرأ أيضا" not in document.text and "الرئيسية" not in document.text
        assert document.title.startswith("خبر رقم") and document.published_from == "metadata"
    assert documents[good[1]].published_at is not None
    assert documents[good[1]].published_at.isoformat() == "2024-05-02T10:00:00+03:00"


def test_a_second_run_fetches_only_what_changed(web: Web, fetcher: Fetcher, clock: Clock) -> None:
    links = [(web.page(f"/news/{n}", article(n)), f"خبر {n}") for n in range(4)]
    web.pages["/feed"] = (200, {"ETag": '"1"'}, rss(links))
    state: dict[str, Any] = {}
    assert len(list(read(feed_source(web), state, fetcher=fetcher))) == 4
    web.requests.clear()

    assert list(read(feed_source(web), state, fetcher=fetcher)) == []
    assert web.requests == {"/feed": 1}

    web.page("/news/1", article(1, "ثم صدر بيان لاحق."))
    new = web.page("/news/5", article(5))
    links[1] = (links[1][0], "خبر 1 محدث")
    web.pages["/feed"] = (200, {"ETag": '"2"'}, rss([(new, "جديد"), *links]))
    web.requests.clear()
    documents, failures = split(list(read(feed_source(web), state, fetcher=fetcher)))
    assert set(documents) == {new, links[1][0]} and not failures
    assert "بيان لاحق" in documents[links[1][0]].text
    assert web.requests == {"/feed": 1, "/news/1": 1, "/news/5": 1}

    del web.pages["/news/2"]
    links[2] = (links[2][0], "خبر 2 محدث")
    web.pages["/feed"] = (200, {"ETag": '"3"'}, rss([(new, "جديد"), *links]))
    documents, failures = split(list(read(feed_source(web), state, fetcher=fetcher)))
    assert not documents and failures[links[2][0]].error.startswith("HTTP 404")
    web.requests.clear()
    clock.now += 10 * 86_400
    assert list(read(feed_source(web), state, fetcher=fetcher)) == []
    assert web.requests == {"/feed": 1}  # a page that is gone is not asked for again


def test_entries_without_an_address_are_documents_of_their_own(web: Web, fetcher: Fetcher) -> None:
    items = "".join(
        f"<item><title>خبر {n}</title><guid isPermaLink='false'>g{n}</guid><description>{' '.join(SENTENCES)} {n}</description></item>"
        for n in (1, 2)
    )
    body = (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>موقع</title>{items}</channel></rss>'
    )
    web.pages["/feed"] = (200, {}, body.encode())
    documents, failures = split(list(read(feed_source(web), {}, fetcher=fetcher)))
    assert failures == {}
    assert {d.rpartition("#")[2] for d in documents} == {"g1", "g2"}


def test_a_failed_page_waits_and_is_tried_again_although_the_feed_is_unchanged(
    web: Web, fetcher: Fetcher, clock: Clock
) -> None:
    link = web.base + "/late"
    web.pages["/late"] = (500, {}, b"")
    web.pages["/feed"] = (200, {"ETag": '"1"'}, rss([(link, "خبر")]))
    state: dict[str, Any] = {}
    assert isinstance(next(iter(read(feed_source(web), state, fetcher=fetcher))), Failure)
    web.requests.clear()
    assert list(read(feed_source(web), state, fetcher=fetcher)) == []
    assert "/late" not in web.requests
    web.page("/late", article(3))
    clock.now += 3600
    documents, _ = split(list(read(feed_source(web), state, fetcher=fetcher)))
    assert set(documents) == {link}


def test_a_retry_takes_up_the_named_pages_only(web: Web, fetcher: Fetcher) -> None:
    link = web.base + "/late"
    other = web.page("/news/1", article(1))
    web.pages["/feed"] = (200, {}, rss([(link, "خبر"), (other, "خبر")]))
    state: dict[str, Any] = {}
    list(read(feed_source(web), state, fetcher=fetcher))
    web.page("/late", article(3))
    web.requests.clear()
    forget(state, [link])
    documents, _ = split(list(read(feed_source(web), state, only={link}, fetcher=fetcher)))
    assert set(documents) == {link} and web.requests == {"/late": 1}


def test_a_failing_source_is_left_alone_longer_each_time(web: Web, fetcher: Fetcher, clock: Clock) -> None:
    state: dict[str, Any] = {}
    for expected in (900, 1800):
        (failure,) = read(feed_source(web, "/none"), state, fetcher=fetcher)
        assert isinstance(failure, Failure) and failure.locator == web.base + "/none"
        assert state["next_try"] - clock.now == pytest.approx(expected)
        web.requests.clear()
        assert list(read(feed_source(web, "/none"), state, fetcher=fetcher)) == [] and not web.requests
        clock.now = state["next_try"] + 1


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (rss([("LINK", "عنوان")])[:-30], 1),  # cut off
        (rss([("LINK", "a &nbsp; b &copy; عنوان")]), 1),  # HTML entities in XML
        (rss([("LINK", "&x;")], '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), 0),
        (
            rss(
                [("LINK", "&i;")],
                "<!DOCTYPE r [" + "".join(f'<!ENTITY e{n} "&e{n - 1};&e{n - 1};">' for n in range(40)) + "]>",
            ),
            0,
        ),
        (b"<html><body>no feed</body></html>", 0),
        (b"\x00\x01\x02\x03" * 100, 0),
    ],
)
def test_broken_feeds(web: Web, fetcher: Fetcher, body: bytes, count: int) -> None:
    link = web.page("/news/1", article(1))
    web.pages["/feed"] = (200, {}, body.replace(b"LINK", link.encode()))
    documents, failures = split(list(read(feed_source(web), {}, fetcher=fetcher)))
    assert len(documents) == count and len(failures) == 1 - count
    assert "root:" not in str(documents)


def test_a_feed_cannot_point_into_the_private_network(web: Web, clock: Clock) -> None:
    web.page("/news/1", article(1))
    with pytest.raises(FetchError, match="private address"):
        Fetcher(Limits(robots=False, attempts=1), (), clock, clock.sleep).get(web.base + "/news/1")
    assert not web.requests
    for url in ("file:///etc/passwd", "ftp://example.org/x", "http:///x"):
        with pytest.raises(FetchError, match="not a web address"):
            Fetcher(Limits(robots=False), (), clock, clock.sleep).get(url)


def test_links_relative_to_the_feed_and_entries_that_hold_their_text(web: Web, fetcher: Fetcher) -> None:
    web.page("/news/1", article(1))
    text = " ".join(SENTENCES * 2)
    body = rss([("/news/1#top", "خبر"), ("javascript:alert(1)", "خبر ثان"), ("http://[", "خبر ثالث")]).replace(
        "نبذة".encode(), text.encode()
    )
    web.pages["/feed"] = (200, {}, body)
    documents, failures = split(list(read(feed_source(web), {}, fetcher=fetcher)))
    assert web.base + "/news/1" in documents and not failures
    assert len(documents) == 3 and web.requests["/news/1"] == 1
    documents, _ = split(list(read(feed_source(web, full_text=False), {}, fetcher=fetcher)))
    assert len(documents) == 3 and web.requests["/news/1"] == 1
    assert all(d.text.startswith(SENTENCES[0]) for d in documents.values())


def test_robots_txt_is_kept(web: Web, fetcher: Fetcher, clock: Clock) -> None:
    web.pages["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /private/\nCrawl-delay: 3\n")
    open_page, closed = web.page("/news/1", article(1)), web.page("/private/2", article(2))
    web.pages["/feed"] = (200, {}, rss([(open_page, "خبر"), (closed, "خبر")]))
    documents, failures = split(list(read(feed_source(web), {}, fetcher=fetcher)))
    assert set(documents) == {open_page} and "robots.txt" in failures[closed].error
    assert web.requests["/private/2"] == 0 and web.requests["/robots.txt"] == 1
    assert any(2.5 < w <= 3 for w in clock.waits)


def test_sitemap_and_page_list(web: Web, fetcher: Fetcher) -> None:
    links = [web.page(f"/news/{n}", article(n)) for n in range(3)]
    urls = "".join(
        f"<url><loc>{x}?utm_source=map</loc><lastmod>2024-05-0{n + 1}</lastmod></url>" for n, x in enumerate(links)
    )
    for x in list(web.pages):
        web.pages[x + "?utm_source=map"] = web.pages[x]
    web.pages["/map.xml.gz"] = (200, {}, gzip.compress(f"<urlset>{urls}</urlset>".encode()))
    web.pages["/index.xml"] = (
        200, {}, f"<sitemapindex><sitemap><loc>{web.base}/map.xml.gz</loc></sitemap></sitemapindex>".encode()
    )  # fmt: skip
    state: dict[str, Any] = {}
    source = Source("map", "sitemap", web.base + "/index.xml")
    documents, failures = split(list(read(source, state, fetcher=fetcher)))
    assert set(documents) == set(links) and not failures
    assert list(read(source, state, fetcher=fetcher)) == []

    listed: dict[str, Any] = {}
    pages = Source("list", "pages", "list", options={"urls": links})
    assert len(list(read(pages, listed, fetcher=fetcher))) == 3
    web.page("/news/2", article(2, "وأعيد فتح الطريق."))
    documents, _ = split(list(read(pages, listed, fetcher=fetcher)))
    assert set(documents) == {links[2]}  # the others answered 304


def test_a_list_longer_than_a_run_takes_is_worked_off_in_the_next(web: Web, fetcher: Fetcher) -> None:
    links = [(web.page(f"/news/{n}", article(n)), "خبر") for n in range(5)]
    web.pages["/feed"] = (200, {"ETag": '"1"'}, rss(links))
    state: dict[str, Any] = {}
    source = feed_source(web, max_items=2)
    counts = [len(list(read(source, state, fetcher=fetcher))) for _ in range(4)]
    assert counts == [2, 2, 1, 0]
