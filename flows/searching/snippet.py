"""The piece of a text that shows why it was found, with the words marked."""

from __future__ import annotations

from collections.abc import Sequence

from tasks.language.segment import TOKEN_RE
from tasks.language.terms import Terms

LEFT, RIGHT = "«", "»"


def hits(text: str, wanted: Sequence[frozenset[str]], terms: Terms) -> list[tuple[int, int, int]]:
    """Start, end and number of the wanted group for each word of a text that answers one."""
    found = []
    for match in TOKEN_RE.finditer(text):
        of_word = terms.of_word(match[0])
        group = next((n for n, group in enumerate(wanted) if any(t in group for t in of_word)), None)
        if group is not None:
            found.append((match.start(), match.end(), group))
    return found


def snippet(text: str, wanted: Sequence[frozenset[str]], terms: Terms, width: int = 160) -> str:
    """About `width` characters around the place where most of the wanted words stand together."""
    found = hits(text, wanted, terms)
    if not found:
        return _shortened(text, 0, min(len(text), width), [])
    best, most = found[0][0], (0, 0)
    for start, _, _ in found:
        inside = [g for s, e, g in found if s >= start and e <= start + width]
        if (len(set(inside)), len(inside)) > most:
            best, most = start, (len(set(inside)), len(inside))
    begin = max(0, best - width // 4)
    begin = text.rfind(" ", 0, begin) + 1 if begin else 0
    end = text.find(" ", begin + width)
    return _shortened(text, begin, len(text) if end < 0 else end, found)


def _shortened(text: str, begin: int, end: int, found: Sequence[tuple[int, int, int]]) -> str:
    out, at = "", begin
    for start, stop, _ in found:
        if start >= begin and stop <= end:
            out += text[at:start] + LEFT + text[start:stop] + RIGHT
            at = stop
    out = " ".join((out + text[at:end]).split())
    return ("… " if begin else "") + out + (" …" if end < len(text) else "")
