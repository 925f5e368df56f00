"""Code documents again from the text that the warehouse holds: after the pipeline changed, or for a stretch of time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

from prefect import flow
from prefect.client.schemas.objects import State
from pydantic import Field

from flows.line import Line
from flows.notify import HOOKS
from flows.operation import Operation, writing
from flows.runners import task_runner
from flows.settings import load as load_settings
from flows.states import final_state
from tasks.extract import Batch
from tasks.reading.types import RawDocument, Source
from tasks.version import pipeline_version
from warehouse.lake import CATALOG

Day = Annotated[str | None, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]

_DUE = """
SELECT d.source_id, d.locator, d.title, d.text, d.author, d.section, d.published_at, d.published_from, d.language, d.outlet, d.url,
       d.content_sha256, s.kind, s.location, s.country
FROM documents d LEFT JOIN sources s USING (source_id) LEFT JOIN runs r ON r.run_id = d.run_id
WHERE (? OR r.pipeline_version IS DISTINCT FROM ?) AND (? IS NULL OR d.published_at >= ?::DATE) AND (? IS NULL OR d.published_at < ?::DATE + 1)
ORDER BY d.source_id, d.published_at, d.document_id
"""


@flow(name="reprocess", description=__doc__, task_runner=task_runner(), log_prints=False, **HOOKS)
def reprocess(since: Day = None, until: Day = None, everything: bool = False, home: str | None = None) -> State[Any]:
    """Code again what another pipeline version coded; resumable, since each batch is marked with its run as it is loaded.

    Args:
        since: First day of publication, YYYY-MM-DD; None for no limit.
        until: Last day of publication, YYYY-MM-DD; None for no limit.
        everything: Also what this pipeline version coded.
        home: Folder of the warehouse; None for the setting MARSAD_HOME.
    """
    settings = load_settings(home=home)
    with writing(settings, "reprocess") as op:
        line = Line(op)
        for batch in _due_batches(op, since, until, everything):
            line.put(batch)
        line.finish()
    return final_state(op)


def _due_batches(op: Operation, since: str | None, until: str | None, everything: bool) -> Iterator[Batch]:
    reader = op.con.cursor()  # of its own, since batches are loaded while it is read
    reader.execute(f"USE {CATALOG}")
    cursor = reader.execute(_DUE, [everything, pipeline_version(), since, since, until, until])
    batch: Batch | None = None
    while row := cursor.fetchone():
        document, source = _raw(row)
        full = batch is not None and (
            batch.source.source_id != source.source_id or len(batch.documents) >= op.settings.batch_size
        )
        if batch is not None and full:
            yield batch
        if batch is None or full:
            batch = Batch(source, op.counts["documents_seen"])
        batch.documents.append(document)
        op.counts["documents_seen"] += 1
    if batch is not None:
        yield batch


def _raw(row: tuple[Any, ...]) -> tuple[RawDocument, Source]:
    """The document as it was read: documents.text starts with the headline line."""
    (
        source_id,
        locator,
        title,
        text,
        author,
        section,
        published,
        origin,
        language,
        outlet,
        url,
        content,
        kind,
        location,
        country,
    ) = row
    headline = " ".join((title or "").split())
    body = text.removeprefix(headline + "\n") if headline else text
    when: datetime | None = published.astimezone(UTC) if published else None
    raw = RawDocument(
        source_id,
        locator,
        body,
        title or "",
        author or "",
        section or "",
        when,
        origin or "",
        language or "ar",
        outlet or "",
        url or "",
        content,
    )
    return raw, Source(source_id, kind or "file", location or "", country=country or "")
