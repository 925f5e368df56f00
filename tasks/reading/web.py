"""Feeds, sitemaps and lists of pages: what is new or changed since the last run is fetched, all else left alone."""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from tasks.reading import addresses, article, clean, entries
from tasks.reading.documents import Found, ReadError
from tasks.reading.fetch import Fetcher, FetchError, Limits, Page
from tasks.reading.transport import networks
from tasks.reading.types import Failure, Source, SourceError

WORKERS = 8
AHEAD = 24  # pages under way or waiting to be taken: what bounds memory
MAX_ITEMS = 500  # pages a source and run
MAX_SITEMAPS = 50
REMEMBERED = 50_000  # addresses a source
FIRST_WAIT, LONGEST_WAIT = 900.0, 86_400.0  # seconds before the first and between later tries of a failing source
TRIES = 8  # of a failing page before it is given up
Item = Found | Failure
_LIMITS = {
    "timeout",
    "deadline",
    "max_bytes",
    "max_redirects",
    "delay",
    "per_host",
    "attempts",
    "longest_wait",
    "robots",
    "user_agent",
}


@dataclass(slots=True, frozen=True)
class Target:
    """A page to be fetched, with what its feed or sitemap says of it; ``mark`` changes when that does
    (none: ask every time)."""

    locator: str  # cleaned address, or the feed's address and the entry's id
    url: str
    mark: str
    entry: entries.Entry | None = None


Targets = tuple[list[Target], dict[str, str]]  # and the validators of the list they stand in


class SourceState:
    """What is remembered of a web source between runs, over a plain dict that can be stored as JSON.

    Keys: ``seen`` (locator → mark, etag, last_modified), ``validators`` (of the feed itself), ``failed`` (locator →
    count, next_try, error, target), ``failures`` (runs in a row that failed), ``next_try``, ``last_success`` (Unix time).
    """

    def __init__(self, state: dict[str, Any], now: float) -> None:
        self.state, self.now = state, now
        for key in ("seen", "validators", "failed"):
            state.setdefault(key, {})

    def waiting(self) -> bool:
        """Whether the source failed lately and is to be left alone still."""
        return float(self.state.get("next_try") or 0) > self.now

    def succeeded(self, validators: dict[str, str]) -> None:
        """The source answered, and all that was due in it was tried."""
        self.state.update(failures=0, next_try=0, last_success=self.now, validators=validators)
        for key in list(self.state["seen"])[:-REMEMBERED]:
            del self.state["seen"][key]

    def failed(self, error: ReadError) -> None:
        """The source as a whole failed: leave it alone for a while, longer each time."""
        count = int(self.state.get("failures") or 0) + 1
        retry_at = getattr(error, "retry_at", 0.0)
        self.state.update(failures=count, next_try=max(retry_at, self.now + _wait(count)), last_error=error.error)

    def due(self, target: Target) -> bool:
        """Whether a page is new, changed, or failed before and may be tried again."""
        if failure := self.state["failed"].get(target.locator):
            changed = failure["target"]["mark"] != target.mark != ""
            return bool(changed or (failure["count"] < TRIES and failure["next_try"] <= self.now))
        return not target.mark or bool(self.state["seen"].get(target.locator, {}).get("mark") != target.mark)

    def page_validators(self, target: Target) -> dict[str, str]:
        """Validators of the last time a page was read."""
        return {k: v for k, v in self.state["seen"].get(target.locator, {}).items() if k != "mark"}

    def page_read(self, target: Target, validators: dict[str, str]) -> None:
        """A page was read (or is unchanged)."""
        self.state["failed"].pop(target.locator, None)
        self.state["seen"].pop(target.locator, None)  # to the end: the oldest is forgotten first
        self.state["seen"][target.locator] = {"mark": target.mark, **validators}

    def page_failed(self, target: Target, error: ReadError) -> None:
        """A page failed; one that is gone is not asked for again."""
        count = int(self.state["failed"].get(target.locator, {}).get("count", 0)) + 1
        if getattr(error, "gone", False):
            count = TRIES
        next_try = max(getattr(error, "retry_at", 0.0), self.now + _wait(count))
        failure = {"count": count, "next_try": next_try, "error": error.error, "target": asdict(target)}
        self.state["failed"][target.locator] = json.loads(json.dumps(failure, default=str))

    def failed_targets(self) -> list[Target]:
        """Pages that failed in earlier runs."""
        return [_target(f["target"]) for f in self.state["failed"].values()]


def _wait(count: int) -> float:
    return float(min(FIRST_WAIT * 2 ** (count - 1), LONGEST_WAIT))


def _target(value: dict[str, Any]) -> Target:
    entry = value.get("entry")
    return Target(value["locator"], value["url"], value["mark"], entries.Entry(**entry) if entry else None)


def forget(state: dict[str, Any], locators: Iterable[str]) -> None:
    """Make the next run try these pages (and the source itself) again, whatever happened before."""
    state["next_try"] = 0
    for locator in locators:
        if failure := state.get("failed", {}).get(locator):
            failure.update(next_try=0, count=0)
        state.get("seen", {}).pop(locator, None)


def fetcher_for(source: Source) -> Fetcher:
    """A fetcher with the source's limits and allowed addresses.

    Raises:
        SourceError: when these are wrong.
    """
    try:
        limits = Limits(**{k: v for k, v in source.options.items() if k in _LIMITS})  # type: ignore[arg-type]
        allowed = source.options.get("allow_addresses") or ()
        return Fetcher(limits, networks(str(a) for a in allowed))  # type: ignore[attr-defined]
    except (TypeError, ValueError) as error:
        raise SourceError(f"source {source.source_id}: {error}") from error


def read_web(
    source: Source, state: dict[str, Any], only: Collection[str] | None = None, fetcher: Fetcher | None = None
) -> Iterator[Item]:
    """Documents and failures of a feed, sitemap or list of pages; ``state`` is brought up to date on the way.

    A source that failed lately is left alone until its time has come; then nothing comes out.
    """
    web = fetcher or fetcher_for(source)
    try:
        memory = SourceState(state, web.clock())
        if only is not None and source.location not in only:
            yield from _pages(source, memory, web, _again(memory, only))
        elif only is not None or not memory.waiting():
            yield from _read_all(source, memory, web)
    finally:
        if fetcher is None:
            web.close()


def _read_all(source: Source, memory: SourceState, web: Fetcher) -> Iterator[Item]:
    try:
        targets, validators = _TARGETS[source.kind](source, memory, web)
    except ReadError as error:
        memory.failed(error)
        yield Failure(source.source_id, source.location, error.stage, error.error, error.advice)
        return
    known = {t.locator for t in targets}
    due = [t for t in targets + [t for t in memory.failed_targets() if t.locator not in known] if memory.due(t)]
    limit = int(str(source.options.get("max_items", MAX_ITEMS)))
    yield from _pages(source, memory, web, due[:limit])
    # only now: a list that was not worked off must come in full again, and so must one whose run was killed
    memory.succeeded(validators if len(due) <= limit else {})


def _again(memory: SourceState, only: Collection[str]) -> list[Target]:
    """Pages to retry, by their locators."""
    known = {t.locator: t for t in memory.failed_targets()}
    return [known.get(x) or Target(x, x, "retry") for x in only if x in known or x.startswith("http")]


def _feed_targets(source: Source, memory: SourceState, web: Fetcher) -> Targets:
    page = web.get(source.location, memory.state["validators"])
    if page.unchanged:
        return [], memory.state["validators"]
    feed = entries.parse(page.body, page.charset)
    return [_from_entry(source, e) for e in feed.entries], page.validators


def _from_entry(source: Source, entry: entries.Entry) -> Target:
    link = addresses.cleaned(entry.link, source.location) if entry.link else ""
    mark = _digest(entry.title, entry.html, str(entry.published), entry.updated)
    return Target(link or f"{source.location}#{entry.guid}", link, mark, entry)


def _sitemap_targets(source: Source, memory: SourceState, web: Fetcher) -> Targets:
    page = web.get(source.location, memory.state["validators"], addresses.MAX_SITEMAP_BYTES)
    if page.unchanged:
        return [], memory.state["validators"]
    pages, further = addresses.parse_sitemap(page.body)
    for child in sorted(further, key=lambda s: s.modified, reverse=True)[:MAX_SITEMAPS]:
        pages += addresses.parse_sitemap(web.get(child.url, max_bytes=addresses.MAX_SITEMAP_BYTES).body)[0]
    newest = sorted(pages, key=lambda p: p.modified or p.published, reverse=True)
    # an index may stay the same while its parts change
    return [_from_listed(p) for p in newest if addresses.cleaned(p.url)], {} if further else page.validators


def _from_listed(listed: addresses.Listed) -> Target:
    locator = addresses.cleaned(listed.url)
    entry = entries.Entry(locator, locator, listed.title, published=listed.published or None)
    return Target(locator, locator, _digest(listed.modified, listed.published, listed.title), entry)


def _listed_targets(source: Source, _: SourceState, __: Fetcher) -> Targets:
    """Addresses in the source's own ``urls``, in a file, or the one page that it is; each is asked every run."""
    urls = source.options.get("urls")
    if isinstance(urls, list):
        found = [str(u) for u in urls]
    elif source.location.startswith(("http://", "https://")):
        found = [source.location]
    else:
        path = Path(source.location)
        if not path.is_file():
            raise ReadError("read", f"no such file: {source.location}", "correct the location of the source")
        found = list(addresses.from_list(path.read_text(encoding="utf-8-sig", errors="replace")))
    clean = dict.fromkeys(filter(None, map(addresses.cleaned, found)))
    return [Target(u, u, "") for u in clean], {}


_TARGETS: dict[str, Callable[[Source, SourceState, Fetcher], Targets]] = {
    "feed": _feed_targets,
    "sitemap": _sitemap_targets,
    "pages": _listed_targets,
}
KINDS = frozenset(_TARGETS)


def _pages(source: Source, memory: SourceState, web: Fetcher, targets: list[Target]) -> Iterator[Item]:
    """The pages, fetched a few at a time, given out in the order of the list."""
    waiting: deque[tuple[Target, Future[Page | None]]] = deque()
    todo = iter(targets)
    with ThreadPoolExecutor(min(WORKERS, max(1, len(targets)))) as pool:
        try:
            while True:
                while len(waiting) < AHEAD and (target := next(todo, None)) is not None:
                    waiting.append((target, pool.submit(_fetch, source, memory.page_validators(target), web, target)))
                if not waiting:
                    return
                target, result = waiting.popleft()
                if (item := _outcome(source, memory, target, result)) is not None:
                    yield item
        finally:
            pool.shutdown(cancel_futures=True)


def _fetch(source: Source, validators: dict[str, str], web: Fetcher, target: Target) -> Page | None:
    """The target's page, None where the feed's own text is what the source wants or there is no page."""
    if not target.url or source.options.get("full_text", True) is False:
        return None
    return web.get(target.url, validators)


def _outcome(source: Source, memory: SourceState, target: Target, result: Future[Page | None]) -> Item | None:
    try:
        page = result.result()
        found = None if page is not None and page.unchanged else _found(source, target, page)
    except ReadError as error:
        memory.page_failed(target, error)
        return Failure(source.source_id, target.locator, error.stage, error.error, error.advice)
    except Exception as error:  # a page that nobody foresaw must not stop a night's run
        unexpected = ReadError("parse", f"unexpected {type(error).__name__}: {error}", "report the page")
        memory.page_failed(target, unexpected)
        return Failure(source.source_id, target.locator, "parse", unexpected.error, unexpected.advice)
    memory.page_read(target, page.validators if page is not None else {})
    return found


def _found(source: Source, target: Target, page: Page | None) -> Found:
    """The article of a page, its gaps filled from the feed's entry, which stands in where the page has no text."""
    entry = target.entry
    if page is None:
        return (entry or entries.Entry(target.locator, target.url)).found(target.locator, source.outlet)
    try:
        if page.content_type and not any(k in page.content_type for k in ("html", "xml", "text/plain")):
            raise FetchError(f"a {page.content_type}, not a page", "leave it out of the source")
        found = article.extract(page.body, target.locator, page.url, page.charset)
    except ReadError:
        if entry is None or len(clean.plain(entry.html).split()) < entries.FULL_TEXT:
            raise
        return entry.found(target.locator, source.outlet)
    found.outlet = source.outlet or found.outlet
    if entry is None:
        return found
    dates = (*found.dates, ("metadata", entry.published))
    return replace(
        found,
        title=found.title or entry.title,
        author=found.author or entry.author,
        section=found.section or entry.section,
        dates=dates,
    )


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
