"""Which sources a run reads, and what it leaves behind for the next one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flows import clock
from flows.operation import Operation
from flows.settings import Settings
from tasks.reading import sources as sources_file
from tasks.reading.read import source_for_argument
from tasks.reading.types import Source, SourceError
from warehouse.load import save_sources

State = dict[str, Any]


def named_sources(settings: Settings) -> dict[str, Source]:
    """Sources of sources.toml by name; empty when there is no file.

    Raises:
        SourceError: when the file is wrong, naming the line.
    """
    return sources_file.load(settings.sources) if settings.sources.exists() else {}


def find_sources(settings: Settings, names: list[str] | None) -> list[Source]:
    """Sources by name, path or address; every enabled one when no names are given.

    Raises:
        SourceError: when a name is neither a source nor a path, or nothing is left to read.
    """
    known = named_sources(settings)
    if names:
        return [known.get(name) or source_for_argument(name) for name in names]
    enabled = [s for s in known.values() if s.enabled]
    if not enabled:
        raise SourceError(f"nothing to read: name a folder, file or address, or enable a source in {settings.sources}")
    return enabled


_SMALL = 300_000  # bytes: about the documents of one batch


def few_documents(sources: list[Source]) -> bool:
    """Whether all that is to be read lies in few bytes on this machine, so that one process does it sooner than a pool starts."""
    total = 0
    for source in sources:
        path = Path(source.location)
        if "://" in source.location or not path.exists():
            return False
        files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
        total += sum(p.stat().st_size for p in files)
    return total <= _SMALL


def recall(op: Operation, source: Source) -> State:
    """The state that a source's last reading left; its row is written before its first document."""
    row = op.con.execute("SELECT state FROM sources WHERE source_id = ?", [source.source_id]).fetchone()
    save_sources(op.con, [_row(source) | {"last_attempt_at": clock.now()}], op.run_id)
    return json.loads(row[0]) if row and row[0] else {}


def remember(op: Operation, source: Source, state: State) -> None:
    """Keep a source's state after it was read to its end."""
    failures = int(state.get("failures", 0))
    row = _row(source) | {"state": json.dumps(state, ensure_ascii=False, default=str), "failures": failures}
    if not failures:
        row["last_success_at"] = clock.now()
    save_sources(op.con, [row], op.run_id)


def _row(source: Source) -> dict[str, object]:
    return {
        "source_id": source.source_id,
        "kind": source.kind,
        "location": source.location,
        "outlet": source.outlet or None,
        "country": source.country or None,
        "language": source.language or None,
    }
