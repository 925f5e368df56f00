"""`python -m tests.bench_scale`: what each stage costs a document as the warehouse grows, in processor time, bytes and files.

A sample is read and transformed once, then loaded over and over in batches of its size with new ids and shifted days, so that lengths and codes
have the sample's distributions. After every `--every` documents a night's end is measured: publish, checks, maintenance.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import duckdb
import platformdirs
import pyarrow.parquet as pq

from tasks.batch import Config, load_resources, transform_batch
from tasks.events.resolve import resolve
from tasks.publish import same_text
from tasks.staging import write_batch
from tests.bench import documents
from warehouse import views
from warehouse.checking import run_checks
from warehouse.duplicates import find_duplicates
from warehouse.lake import Location, connect
from warehouse.load import load_batch
from warehouse.maintain import data_bytes, maintain
from warehouse.publish import publish_events, sweep_entities

_IDS = {"document_id", "event_mention_id", "event_id", "document_event_id", "mention_id", "quote_id", "story_id"}
_SHIFTED = {"published_at", "published_on", "event_date"}
_HEAD = "documents load ms/d duplicates s  events s checks s maintain s   bytes/doc  catalog kB   files  after"
T = TypeVar("T")


def spent(action: Callable[[], T]) -> tuple[float, T]:
    """Processor seconds of an action, and what it gave."""
    start = time.process_time()
    done = action()
    return time.process_time() - start, done


def copy(staged: Path, target: Path, number: int) -> Path:
    """The staged batch under new ids, so many days later; entities stay what they are."""
    target.mkdir(parents=True)
    for file in staged.glob("*.parquet"):
        names = pq.read_schema(file).names
        columns = ", ".join(_copied(name, number) for name in names)
        duckdb.sql(f"SELECT {columns} FROM read_parquet('{file}')").write_parquet(str(target / file.name))
    return target


def _copied(column: str, number: int) -> str:
    if column in _IDS:
        return f"{column} || '-{number}' AS {column}"
    if column == "band":  # or every copy would be a near-duplicate of every other
        return f"(hash(band, {number}) >> 1)::BIGINT AS band"
    return f"({column} + to_days({number % 3000})) AS {column}" if column in _SHIFTED else column


def night(con: duckdb.DuckDBPyConnection, place: Location, loaded: int, fresh: int, loading: float) -> None:
    """Measure the end of a night and print a line."""
    times = [loading / fresh]
    times.append(spent(lambda: find_duplicates(con, same_text, 30, "bench"))[0])
    times.append(spent(lambda: (publish_events(con, resolve, "bench"), sweep_entities(con)))[0])
    times.append(spent(lambda: run_checks(con))[0])
    files = sum(1 for _ in Path(place.data_path).rglob("*.parquet"))
    times.append(spent(lambda: maintain(con, place.data_path, 0, 0))[0])
    after = sum(1 for _ in Path(place.data_path).rglob("*.parquet"))
    catalog = place.sqlite.stat().st_size
    print(
        f"{loaded:>9,}{times[0] * 1000:10.2f}{times[1]:12.1f}{times[2]:10.1f}{times[3]:9.1f}{times[4]:10.1f}"
        f"{data_bytes(place.data_path) / loaded:12.0f}{catalog / 1024:12.0f}{files:8}{after:7}",
        flush=True,
    )


def main() -> None:
    """Make a warehouse and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=200, help="documents transformed, and size of a batch")
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--every", type=int, default=2_000)
    args = parser.parse_args()
    reading, raw = spent(lambda: documents(args.sample))
    reading *= args.sample / (2000 + args.sample)  # of the corpus the first 2,000 are read and passed over
    resources = load_resources(Config(Path(platformdirs.user_cache_dir("marsad"))))
    transforming, tables = spent(lambda: transform_batch(raw, resources, datetime(2024, 1, 1, tzinfo=UTC)))
    with tempfile.TemporaryDirectory() as folder:
        staging, staged = spent(lambda: write_batch(tables, Path(folder), "sample"))
        size = sum(f.stat().st_size for f in staged.glob("*.parquet"))
        per = [1000 * s / len(raw) for s in (reading, transforming, staging)]
        print(
            f"a document: read {per[0]:.2f} ms, transform {per[1]:.1f} ms, stage {per[2]:.2f} ms, {size / len(raw):.0f} bytes"
        )
        print(_HEAD)
        place = Location(Path(folder) / "home")
        with connect(place, threads=1) as con:
            views.install(con)
            loading, fresh = 0.0, 0
            for n in range(args.documents // len(raw)):
                batch = copy(staged, Path(folder) / f"copy{n}", n)
                loading += spent(lambda b=batch: load_batch(con, b, "bench", "bench"))[0]  # type: ignore[misc]
                fresh += len(raw)
                if fresh >= args.every:
                    night(con, place, (n + 1) * len(raw), fresh, loading)
                    loading, fresh = 0.0, 0


if __name__ == "__main__":
    main()
