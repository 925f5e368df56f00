"""Lets the command line watch a flow that runs in its own process."""

from __future__ import annotations

from collections.abc import Callable, Mapping

Watcher = Callable[[Mapping[str, int]], None]
_watchers: list[Watcher] = []


def watch(watcher: Watcher) -> None:
    """Call `watcher` with the counts so far after every batch."""
    _watchers.append(watcher)


def unwatch(watcher: Watcher) -> None:
    """Stop calling it."""
    _watchers.remove(watcher)


def report(counts: Mapping[str, int]) -> None:
    """Tell every watcher."""
    for watcher in _watchers:
        watcher(counts)
