"""The assembly line that every writing flow uses: batches go in, are transformed beside each other, and loaded in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

from prefect import get_run_logger
from prefect.futures import PrefectFuture

from flows import clock
from flows.artifacts import report_progress, report_run
from flows.operation import Operation
from flows.states import summary_line
from tasks.batch import document_id
from tasks.extract import Batch, extract
from tasks.load import load
from tasks.publish import check, publish
from tasks.reading.read import read
from tasks.reading.types import Failure, Source, SourceError
from tasks.staging import batch_key
from tasks.transform import transform
from tasks.version import pipeline_version
from warehouse.load import known_documents

Staged = PrefectFuture[str] | str


class Line:
    """Holds at most a few batches at a time, so that memory stays bounded however long the source is."""

    def __init__(self, op: Operation, in_process: bool = False) -> None:
        """`in_process` transforms in this process: for a run of one batch a pool would cost more than it gives."""
        self.op = op
        self.in_process = in_process
        self.waiting: deque[tuple[Batch, Staged] | Callable[[], None]] = deque()

    def put(self, batch: Batch) -> None:
        """Start the transform of a batch; older ones are loaded when enough are under way."""
        self.op.rejects.update(f.stage for f in batch.failures)
        self.waiting.append((batch, self._transform(batch)))
        while len(self.waiting) > self.op.settings.workers + 1:
            self._next()

    def then(self, action: Callable[[], None]) -> None:
        """Do something once everything put so far is loaded (a source's state must not run ahead of its documents)."""
        self.waiting.append(action)

    def drain(self) -> None:
        """Load all that waits."""
        while self.waiting:
            self._next()

    def publish(self) -> None:
        """Load all that waits and bring stories and events up to date."""
        self.drain()
        self.op.counts["events"] += publish(self.op.con, self.op.run_id, self.op.settings.duplicate_days)

    def finish(self) -> None:
        """Publish, check the warehouse and show how the run went."""
        self.publish()
        self.op.checks = check(self.op.con)
        report_run(self.op)

    def _transform(self, batch: Batch) -> Staged:
        op = self.op
        key = batch_key(batch.documents, batch.failures, pipeline_version())
        staged = (op.settings.staging / key).exists()
        run = transform.with_options(refresh_cache=not staged)
        documents, failures = batch.documents, batch.failures
        country, now = batch.source.country, clock.now()
        given = (key, batch.name, documents, failures, op.config, op.settings.staging, now, country)
        return run(*given) if self.in_process else run.submit(*given)

    def _next(self) -> None:
        item = self.waiting.popleft()
        if not isinstance(item, tuple):
            item()
            return
        batch, staged = item
        folder = staged if isinstance(staged, str) else staged.result()
        self.op.count(load(self.op.con, folder, self.op.run_id, batch.name))
        report_progress(self.op, batch.name)
        get_run_logger().info("loaded %s: %s", batch.name, summary_line(self.op))


def batches(op: Operation, source: Source, state: dict[str, object]) -> Iterator[Batch]:
    """Batches of a source with what is new or changed; the rest is skipped before the costly work.

    A source that cannot be read at all is one reject, and the run goes on with the next.
    """
    number = 0
    try:
        items = iter(read(source, state))
        while size := len((batch := extract(source, items, number, op.settings.batch_size)).documents) + len(
            batch.failures
        ):
            number += size
            op.counts["documents_seen"] += size
            _skip_known(op, batch)
            if batch.documents or batch.failures:
                yield batch
    except SourceError as error:
        op.counts["documents_seen"] += 1
        state["failures"] = int(str(state.get("failures", 0))) + 1
        advice = f"marsad sources check {source.source_id}"
        yield Batch(source, number, failures=[Failure(source.source_id, source.location, "read", str(error), advice)])


def _skip_known(op: Operation, batch: Batch) -> None:
    known = known_documents(op.con, [document_id(d) for d in batch.documents])
    fresh = [d for d in batch.documents if known.get(document_id(d)) != d.content_sha256]
    op.counts["documents_skipped"] += len(batch.documents) - len(fresh)
    batch.documents = fresh
