"""What belongs to the page and not to the article is cut; what was damaged on the way is mended. Spelling stays."""

from __future__ import annotations

import hashlib
import re
from functools import cache

import lxml.etree
import lxml.html

import seeds
from tasks.language import normalize
from tasks.reading import dates, decode

LONGEST_NOTE = 30  # words: a longer line is a paragraph, however it begins
_SPACES = re.compile(r"[ \t\xa0\u2000-\u200a\u202f\u3000]+")
_SURROGATES = re.compile("[\ud800-\udfff]")  # halves of characters, from broken JSON escapes
_FOLD = re.compile("[\u064b-\u0652\u0640]")
_ALIFS = str.maketrans("أإآى", "اااي")
_EDGES = " \t.:،,-–—|•*»«<>[](){}/\\…!\"'"


def _fold(line: str) -> str:
    return _SPACES.sub(" ", _FOLD.sub("", line).translate(_ALIFS)).strip(_EDGES)


@cache
def _phrases(where: str) -> tuple[str, ...]:
    rows = seeds.read("sources/boilerplate.csv", ("where", "phrase"))
    return tuple({_fold(r["phrase"]) for r in rows if r["where"] == where})


def _is_note(folded: str) -> bool:
    """A line that only leads elsewhere: short, and beginning with such a phrase or being nothing but one."""
    if folded in _phrases("line"):
        return True
    starts = next((p for p in _phrases("start") if folded.startswith(p)), "")
    return bool(starts) and not folded[len(starts) :][:1].isalpha() and len(folded.split()) <= LONGEST_NOTE


def _is_link(line: str) -> bool:
    """A line that reads as a headline of another article."""
    return bool(line) and len(line.split()) <= 16 and line.rstrip()[-1] not in '.!؛:،»"'


def drop_notes(lines: list[str]) -> list[str]:
    """Lines of an article without its ``اقرأ أيضا`` (read also) notes and the headlines listed under such a note."""
    kept: list[str] = []
    after_note = False
    for line in lines:
        folded = _fold(line)
        if folded and _is_note(folded):
            after_note = folded in _phrases("start")  # the note stands alone: what it names follows
        elif after_note and _is_link(line):
            continue
        else:
            kept.append(line)
            after_note = after_note and not folded
    return kept


def credit(text: str) -> tuple[str, str]:
    """A text without the line that names its writer at its head or its agencies at its end, and that name ("" if none)."""
    lines = text.split("\n")
    if len(lines) < 2:
        return text, ""
    for place in (0, 1, -1):
        if name := _byline(lines[place]) if place >= 0 else _agencies(lines[place]):
            del lines[place]
            return "\n".join(lines), name
    return text, ""


def _byline(text: str) -> str:
    """The name in ``كتب - فلان الفلاني:`` (written by), "" for any other line."""
    words = _fold(text).split(" ", 1)
    if len(words) < 2 or len(text.split()) > 7 or text[-1] in ".؟!" or not re.search(r"[-–:|]", text):
        return ""
    heads = {p.strip(":") for p in _phrases("byline")}
    return text.split(None, 1)[1].strip(_EDGES) if words[0].strip(_EDGES) in heads else ""


def _agencies(text: str) -> str:
    """A line of agencies' names (``فرانس برس/ رويترز``), at most two words of another name (the outlet's) among them."""
    if len(text.split()) > 9 or text[-1:] in ".؟!،؛:":
        return ""
    rest, found = f" {_fold(re.sub(r'[/+|,،()-]', ' ', text))} ", 0
    for phrase in sorted(_phrases("credit"), key=len, reverse=True):
        rest, count = re.subn(rf"(?<= ){re.escape(phrase)}(?= )", " ", rest)
        found += count
    parted = re.search(r"[/+|()]", text) is not None
    return text.strip(_EDGES) if found and len(rest.split()) <= (3 if parted else 0) else ""


def name(text: str) -> str:
    """A locator or address as it can be kept: no control characters, at most 1,000 characters (the end of a longer one hashed)."""
    text = re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]", "", text)
    return text if len(text) <= 1000 else f"{text[:960]}~{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def line(text: str) -> str:
    """A headline, byline or section as one clean line."""
    return _SPACES.sub(" ", " ".join(normalize.clean(decode.mend(_SURROGATES.sub("", text))).split())).strip()


def _is_edge(text: str) -> bool:
    """A line of the page that often hangs on to an article: when it was published, who owns the site."""
    folded = _fold(text)
    if any(p in folded for p in _phrases("edge")):
        return True
    stamp = len(text.split()) <= 12 and bool(re.search(r"(?:19|20)\d\d", normalize.ascii_digits(text)))
    return stamp and text[-1] not in ".؟!" and dates.in_text(text) is not None


def _trim(lines: list[str]) -> list[str]:
    """Lines cut out of a page without the page's own at the edges (three lines deep)."""
    first = next((i for i, x in enumerate(lines[:3]) if not _is_edge(x)), min(3, len(lines)))
    lines = lines[first:]
    last = next((i for i, x in enumerate(reversed(lines[-3:])) if not _is_edge(x)), min(3, len(lines)))
    return lines[: len(lines) - last]


def body(text: str, title: str = "", is_page: bool = False) -> str:
    """An article's text, one paragraph a line, mended, without the page's own lines and a repeated title."""
    text = normalize.clean(decode.mend(_SURROGATES.sub("", text).replace("\r\n", "\n").replace("\r", "\n")))
    lines = [_SPACES.sub(" ", x).strip() for x in re.split(r"[\n\u2028\u2029\x0b\x0c\x85]", text)]
    lines = [x for x in drop_notes(lines) if x]
    if title and len(lines) > 1 and _fold(lines[0]) == _fold(title):
        lines = lines[1:]
    return "\n".join(_trim(lines) if is_page else lines)


BLOCKS = {"p", "div", "br", "li", "h1", "h2", "h3", "h4", "blockquote", "tr", "article", "section"}


def plain(markup: str) -> str:
    """The text of a piece of HTML, one block a line."""
    if "<" not in markup and "&" not in markup:
        return markup.strip()
    try:
        tree = lxml.html.fragment_fromstring(markup, create_parent="div")
    except (lxml.etree.LxmlError, ValueError, AssertionError):
        return ""
    pieces: list[str] = []
    for action, element in lxml.etree.iterwalk(tree, events=("start", "end")):
        skip = not isinstance(element.tag, str) or element.tag in ("script", "style")
        if action == "start":
            pieces += ["\n"] if element.tag in BLOCKS else []
            pieces.append("" if skip else element.text or "")
        elif element is not tree:
            pieces += ["\n"] if element.tag in BLOCKS else []
            pieces.append(element.tail or "")
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)
