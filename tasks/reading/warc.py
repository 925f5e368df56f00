"""Web archives: the Arabic HTML pages of a WARC file, in one pass, one page in memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastwarc.warc import ArchiveIterator, WarcRecordType

from tasks.reading import addresses, article, decode
from tasks.reading.definition import Definition
from tasks.reading.documents import MAX_DOCUMENT_BYTES, ReadError
from tasks.reading.formats import Item, failure
from tasks.reading.types import Source

FEWEST_LETTERS = 100  # Arabic letters in a page worth looking at


def read_warc(source: Source, handle: Any, locator: str, about: Definition) -> Iterator[Item]:
    """Every Arabic HTML page that was answered with 200; other records are passed over, they are no failures.

    Raises:
        ReadError: when the file is none, or breaks off.
    """
    count = 0
    seen: set[str] = set()
    try:
        for record in ArchiveIterator(handle, record_types=WarcRecordType.response, parse_http=True, auto_decode="all"):
            count += 1
            if _is_page(record):
                yield from _page(source, record, locator, about, seen)
    except ReadError:
        raise
    except Exception as error:  # the library raises what its stream raises
        reason = f"damaged web archive after {count:,} responses: {error}"
        raise ReadError("read", reason, "fetch it again; what stands before the damage is in") from error
    if not count:
        raise ReadError("read", "no responses in it: no WARC file, or an empty one", "check the file")


def _is_page(record: Any) -> bool:
    headers = record.http_headers
    return headers is not None and headers.status_code == 200 and "html" in (record.http_content_type or "").lower()


def _page(source: Source, record: Any, locator: str, about: Definition, seen: set[str]) -> Iterator[Item]:
    url = (record.headers.get("WARC-Target-URI") or "").strip("<> ")
    place = f"{locator}#{addresses.cleaned(url) or record.record_id}"
    if place in seen:  # another capture of the page: a document of its own
        place += f"@{record.record_date:%Y%m%d%H%M%S}" if record.record_date else f"@{record.record_id}"
    seen.add(place)
    try:
        data = record.reader.read(MAX_DOCUMENT_BYTES + 1)
        if len(data) > MAX_DOCUMENT_BYTES:
            raise ReadError("read", f"page of more than {MAX_DOCUMENT_BYTES:,} bytes", "it is no article")
        if looks_arabic(data):
            yield about.apply(article.extract(data, place, url, record.http_charset or ""))
    except ReadError as error:
        yield failure(source, place, error)


def looks_arabic(data: bytes) -> bool:
    """Whether a page holds enough Arabic letters to be parsed at all (most of a crawl does not)."""
    if data.count(b"\xd8") + data.count(b"\xd9") >= FEWEST_LETTERS:  # lead bytes of the Arabic block in UTF-8
        return True
    try:
        data.decode("utf-8")
        return False
    except UnicodeDecodeError:
        pass
    high = sum(data.count(bytes([b])) for b in b"\xc7\xe1\xed\xe3\xe4")  # ا ل ي م ن in windows-1256
    return high >= FEWEST_LETTERS and decode.arabic_score(data.decode("windows-1256", "replace")) > 0
