"""The extract task: the next documents of a source become a batch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.reading.types import Failure, RawDocument, Source


@dataclass
class Batch:
    """Some hundreds of documents of one source, in its order, and what failed among them."""

    source: Source
    number: int
    documents: list[RawDocument] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Source and range, such as ``samples 201-400``; documents that failed count."""
        size = len(self.documents) + len(self.failures)
        return f"{self.source.source_id} {self.number + 1}-{self.number + size}"


@task(
    name="extract",
    task_run_name="extract {source.source_id} from {number}",
    cache_policy=NO_CACHE,
    log_prints=False,
)
def extract(source: Source, items: Iterator[RawDocument | Failure], number: int, size: int) -> Batch:
    """The next `size` items of a source as a batch; an empty batch ends the source.

    A locator met twice in one batch counts once: the later one wins, as a feed's correction does.
    """
    batch = Batch(source, number)
    documents: dict[str, RawDocument] = {}
    for item in islice(items, size):
        if isinstance(item, Failure):
            batch.failures.append(item)
        else:
            documents[item.locator] = item
    batch.documents = list(documents.values())
    return batch
