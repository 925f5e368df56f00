"""Lists of web addresses: cleaned URLs, sitemaps, plain lists."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import lxml.etree
from w3lib.url import canonicalize_url, url_query_cleaner

from tasks.reading import decode
from tasks.reading.documents import ReadError

MAX_SITEMAP_BYTES = 60_000_000  # unpacked; the protocol allows 50 MB
_TRACKING = (
    "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "utm_id", "fbclid", "gclid", "yclid",
    "msclkid", "igshid", "mc_cid", "mc_eid", "at_medium", "at_campaign", "xtor", "ocid", "ref_src", "traffic_source",
)  # fmt: skip


@dataclass(slots=True, frozen=True)
class Listed:
    """An address in a sitemap, with what the sitemap says of it."""

    url: str
    modified: str = ""
    published: str = ""
    title: str = ""


def cleaned(url: str, base: str = "") -> str:
    """A URL as documents are known by it: absolute, without fragment and tracking parameters, query in order."""
    try:
        url = urljoin(base, url.strip()) if base else url.strip()
        if urlsplit(url).scheme not in ("http", "https"):
            return ""
        return str(canonicalize_url(url_query_cleaner(url, _TRACKING, remove=True, unique=False)))
    except ValueError:  # http://[ and the like
        return ""


def from_list(text: str) -> Iterator[str]:
    """URLs of a plain list, one a line; ``#`` begins a remark."""
    for line in text.splitlines():
        if re.match(r"https?://", line.strip()):
            yield line.strip().split()[0]


def parse_sitemap(data: bytes) -> tuple[list[Listed], list[Listed]]:
    """Pages and further sitemaps named in a sitemap, a sitemap index or a text sitemap (also gzipped).

    Raises:
        ReadError: when it is none.
    """
    if data[:2] == b"\x1f\x8b":
        data = _unpacked(data)
    if not data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        pages = [Listed(u) for u in from_list(decode.decode(data)[0])] if not decode.is_binary(data) else []
        if not pages:
            raise ReadError("parse", "no sitemap: neither XML nor a list of addresses", "check the address")
        return pages, []
    parser = lxml.etree.XMLParser(
        resolve_entities=False, no_network=True, recover=True, huge_tree=False, load_dtd=False
    )
    try:
        root = lxml.etree.fromstring(data, parser)
    except lxml.etree.XMLSyntaxError as error:
        raise ReadError("parse", f"no sitemap: {error}", "check the address") from error
    name = _local(root) if root is not None else ""
    if name not in ("urlset", "sitemapindex"):
        raise ReadError("parse", f"no sitemap: its root is <{name}>", "check the address")
    listed = [item for item in map(_listed, root) if item.url]
    return (listed, []) if name == "urlset" else ([], listed)


def _unpacked(data: bytes) -> bytes:
    machine = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        plain = machine.decompress(data, MAX_SITEMAP_BYTES)
    except zlib.error as error:
        raise ReadError("parse", f"damaged gzip: {error}", "it is tried again later") from error
    if machine.unconsumed_tail:
        raise ReadError("fetch", f"unpacks to more than {MAX_SITEMAP_BYTES:,} bytes", "it is no sitemap")
    return plain


def _local(element: lxml.etree._Element) -> str:
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""


def _listed(element: lxml.etree._Element) -> Listed:
    values: dict[str, str] = {}
    for child in element.iter():
        text = (child.text or "").strip()
        if text:
            values.setdefault(_local(child), text)
    return Listed(
        values.get("loc", ""), values.get("lastmod", ""), values.get("publication_date", ""), values.get("title", "")
    )
