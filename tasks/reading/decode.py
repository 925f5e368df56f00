"""Bytes to text, for the encodings that Arabic news is really kept in."""

from __future__ import annotations

import codecs
import re
from functools import cache

import charset_normalizer

import seeds

SAMPLE = 20_000  # characters looked at when two decodings are compared
SURE_SCORE = 0.6  # what reads like this is Arabic in the right encoding
LEAST_SCORE = 0.25  # below this a text that is no valid UTF-8 is taken to be no text at all
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = bytes(b for b in range(32) if b not in (9, 10, 11, 12, 13, 27))
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.I)
_WORDS = re.compile(r"[^\W\d_]+")
_ARABIC = re.compile(r"[ء-غف-ي]")
_STRANGE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd\ue000-\uf8ff]")
_MOJIBAKE_SIGNS = re.compile(r"[طظ][^\sء-ي]|[ØÙ][\x80-ÿ†‡ˆ‰Š‹Œ]|[À-ÿ]{3}")
# how a text was wrongly read, and what it was
_MISREADINGS = (
    ("windows-1256", "utf-8"),
    ("cp1252", "utf-8"),
    ("latin-1", "utf-8"),
    ("cp1252", "windows-1256"),
    ("latin-1", "windows-1256"),
    ("iso-8859-6", "utf-8"),
)


class DecodeError(ValueError):
    """The bytes are no text that we can read."""


@cache
def _common_words() -> frozenset[str]:
    return frozenset(
        r["word"] for r in seeds.read("sources/languages.csv", ("word", "language")) if r["language"] == "ar"
    )


def arabic_score(text: str) -> float:
    """How much a text reads as Arabic, 0 to about 2: share of its letters and commonest words, less odd characters."""
    sample = text[:SAMPLE]
    solid = len(sample) - sum(map(str.isspace, sample))
    if not solid:
        return 0.0
    words = _WORDS.findall(sample)
    common = sum(w in _common_words() for w in words) / len(words) if words else 0.0
    return (len(_ARABIC.findall(sample)) - 5 * len(_STRANGE.findall(sample))) / solid + 4 * common


def is_binary(data: bytes) -> bool:
    """Whether the beginning of a file is no text in any encoding we read (UTF-16 and UTF-32 are text)."""
    head = data[:4096]
    if not head or any(head.startswith(bom) for bom, _ in _BOMS) or _utf16(head):
        return False
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return b"\x00" in head or controls > len(head) // 50


def _utf16(data: bytes) -> str:
    """The byte order of UTF-16 without a mark, "" for other text: Arabic letters and spaces have 06 or 00 on high."""
    head = data[:4096]
    if len(head) < 8 or (b"\x00" not in head and b"\x06" not in head):
        return ""
    pairs = len(head) // 2
    for name, high in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
        low = head[0::2] if name == "utf-16-le" else head[1::2]
        if sum(b in (0, 6) for b in high) > 0.9 * pairs and sum(b == 0 for b in low) < 0.05 * pairs:
            return name
    return ""


def _attempt(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError, UnicodeError):
        return None


def _candidates(data: bytes, declared: str) -> list[str]:
    names = [declared, "windows-1256", "iso-8859-6", _utf16(data)]
    if (best := charset_normalizer.from_bytes(data[:SAMPLE]).best()) is not None:
        names.append(best.encoding)
    return [n for n in dict.fromkeys(names) if n]


def decode(data: bytes, declared: str = "") -> tuple[str, str]:
    """Text of a byte string and the encoding it was read with.

    A byte order mark decides; else valid UTF-8 is UTF-8; else the decoding that reads most like Arabic wins, among the
    declared one (``declared``, or the charset an HTML or XML head states), windows-1256, ISO-8859-6, UTF-16 and what
    charset-normalizer says. A few damaged characters in UTF-8 are left out.

    Raises:
        DecodeError: when no decoding gives a readable text.
    """
    for bom, name in _BOMS:
        if data.startswith(bom) and (text := _attempt(data, name)) is not None:
            return text, name
    if not _utf16(data) and (text := _attempt(data, "utf-8")) is not None:
        return text, "utf-8"
    lenient = data.decode("utf-8", errors="replace")
    if arabic_score(lenient.replace("\ufffd", "")) > SURE_SCORE:
        return _damaged(lenient), "utf-8"
    if not declared and (found := _DECLARED.search(data[:2048])):
        declared = found.group(1).decode("ascii")
    best = ("", "", LEAST_SCORE)
    for name in _candidates(data, declared):
        text = _attempt(data, name)
        if text is not None and (score := arabic_score(text)) > best[2]:
            best = (text, name, score)
    if not best[1]:
        raise DecodeError("neither UTF-8 nor any Arabic encoding gives a readable text")
    return best[0], best[1]


def _damaged(text: str) -> str:
    """UTF-8 with broken characters in it, without them; an error where they are many.

    Raises:
        DecodeError: when more than one character in 200 is lost.
    """
    lost = text.count("\ufffd")
    if lost * 200 > len(text):
        raise DecodeError(f"damaged UTF-8: {lost:,} of {len(text):,} characters are lost")
    return text.replace("\ufffd", "")


def mend(text: str) -> str:
    """Undo a wrong decoding made before us (``ط§ظ„`` or ``ÇáÚ`` for ``ال``); a sound text comes back as it is."""
    if len(_MOJIBAKE_SIGNS.findall(text[:SAMPLE])) * 20 < len(_WORDS.findall(text[:SAMPLE])):
        return text
    best, score = text, arabic_score(text) + 0.3
    for wrong, right in _MISREADINGS:
        try:
            mended = text.encode(wrong).decode(right)
        except UnicodeError:
            mended = _lenient(text, wrong, right)
        if mended and (value := arabic_score(mended)) > score:
            best, score = mended, value
    return best


def _lenient(text: str, wrong: str, right: str) -> str:
    """The same with a few characters lost (quotes that a CMS put in afterwards)."""
    data = text.encode(wrong, errors="ignore")
    mended = data.decode(right, errors="ignore")
    lost = len(text) - len(data)
    return mended if lost * 50 < len(text) else ""
