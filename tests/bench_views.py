"""`python -m tests.bench_views`: how fast the views of schema mart and `marsad search` answer on a large warehouse.

A sample warehouse (`--sample HOME`, else the documents in seeds/) is copied over and over, with new ids and shifted days, until it has
`--mentions` event mentions, so that lengths, codes, parties and dates have the sample's distributions. Every view is asked twice: `top`, its
first 100 rows in order of its first column, and `all`, every column of every row. The baseline is the same SQL in plain DuckDB over the same
Parquet files; ratios are of processor time and hold on any machine, seconds do not.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import duckdb
import platformdirs

from flows.searching.index import open_index, update
from flows.searching.query import Question, match, ranked, search
from tasks.language.morphology import load_morphology
from tasks.language.terms import Terms
from tests.cookbook import load_samples
from warehouse import reference, views
from warehouse.lake import Location, connect
from warehouse.schema import BY_NAME, TABLES, quoted

_IDS = (
    "document_id",
    "event_mention_id",
    "event_id",
    "document_event_id",
    "mention_id",
    "quote_id",
    "story_id",
    "duplicate_of",
)
_SHIFTED = ("published_at", "event_date", "first_reported_at")
_COPIED = ("documents", "sentences", "mentions", "event_mentions", "events", "quotes")
_QUERIES = ("قاليباف موسكو", "الاتفاق النووي", "ترامب", "زيارة الوزير إلى العاصمة", '"الولايات المتحدة"', "زلزال")


def enlarge(sample: duckdb.DuckDBPyConnection, big: duckdb.DuckDBPyConnection, wanted: int) -> None:
    """Fill a lake with copies of another's rows."""
    (have,) = sample.execute("SELECT count(*) FROM event_mentions").fetchall()[0]
    copies = -(-wanted // have)
    for table in TABLES:
        if table.name in ("fingerprints", "rejects"):
            continue
        big.register("given", sample.execute(f"FROM {table.name}").to_arrow_table())
        if table.name in _COPIED:
            columns = ", ".join(_copied(c.name) for c in table.columns)
            big.execute(f"INSERT INTO {table.name} SELECT {columns} FROM given, range({copies}) r(n) ORDER BY n")
        else:
            big.execute(f"INSERT INTO {table.name} FROM given")
        big.unregister("given")


def _copied(column: str) -> str:
    if column in _IDS:
        return f"{column} || '-' || n AS {column}"
    return f"{column} + to_days(n::INTEGER) AS {column}" if column in _SHIFTED else column


def plain(lake: duckdb.DuckDBPyConnection, threads: int) -> duckdb.DuckDBPyConnection:
    """DuckDB without DuckLake over the lake's files, under the same names."""
    con = duckdb.connect()
    con.execute(
        f"SET threads = {threads}; SET TimeZone = 'UTC'; ATTACH ':memory:' AS lake; USE lake; CREATE SCHEMA ref; CREATE SCHEMA mart"
    )
    for name in [*BY_NAME, *(f"ref.{t}" for t in reference.TABLES)]:
        schema, _, table = name.rpartition(".")
        where = f", schema => {quoted(schema)}" if schema else ""
        files = [
            r[0]
            for r in lake.execute(
                f"SELECT data_file FROM ducklake_list_files('lake', {quoted(table)}{where})"
            ).fetchall()
        ]
        if files:
            con.execute(
                f"CREATE VIEW {name} AS FROM read_parquet([{', '.join(quoted(f) for f in files)}], hive_partitioning = false)"
            )
        else:
            con.register("given", lake.execute(f"FROM {name}").to_arrow_table())
            con.execute(f"CREATE TABLE {name} AS FROM given")
            con.unregister("given")
    for view in views.all_views():
        con.execute(f"CREATE VIEW mart.{view.name} AS {view.sql}")
    return con


def timed(action: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Median wall and processor seconds of an action."""
    wall, busy = [], []
    for _ in range(rounds):
        start, used = time.perf_counter(), time.process_time()
        action()
        wall.append(time.perf_counter() - start)
        busy.append(time.process_time() - used)
    return statistics.median(wall), statistics.median(busy)


def bench_views(lake: duckdb.DuckDBPyConnection, base: duckdb.DuckDBPyConnection, rounds: int) -> None:
    """Print a line a view."""
    print(f"{'view':24}{'top s':>8}{'cpu':>7}{'ratio':>7}{'all s':>9}{'cpu':>7}{'ratio':>7}{'rows':>11}")
    walls = []
    for view in views.all_views():
        line = f"{view.name:24}"
        for sql in (
            f"SELECT * FROM mart.{view.name} ORDER BY 1 LIMIT 100",
            f"SELECT bit_xor(hash(v)), count(*) FROM mart.{view.name} v",
        ):
            wall, busy = timed(lambda sql=sql: lake.execute(sql).fetchall(), rounds)  # type: ignore[misc]
            _, other = timed(lambda sql=sql: base.execute(sql).fetchall(), rounds)  # type: ignore[misc]
            walls.append(wall)
            line += f"{wall:8.2f}{busy:7.2f}{busy / max(other, 1e-3):7.2f} "
        (rows,) = lake.execute(f"SELECT count(*) FROM mart.{view.name}").fetchall()[0]
        print(f"{line}{rows:>9,}", flush=True)
    print(f"median of top: {statistics.median(walls[::2]):.2f} s, of all: {statistics.median(walls[1::2]):.2f} s")


def bench_search(home: Path, lake: duckdb.DuckDBPyConnection, rounds: int) -> None:
    """Print the time to index, the size of the index, and a line a query."""
    terms = Terms(load_morphology(Path(platformdirs.user_cache_dir("marsad"))))
    with closing(open_index(home / "search.sqlite")) as index:
        start, used = time.perf_counter(), time.process_time()
        documents = update(index, lake, terms, home / "search.lock")
        wall, busy = time.perf_counter() - start, time.process_time() - used
        size = (home / "search.sqlite").stat().st_size / 1e6
        print(f"indexed {documents:,} documents in {wall:.0f} s ({busy:.0f} s cpu), {size:.0f} MB")
        print(f"{'query':32}{'index s':>9}{'cpu':>7}{'whole s':>9}{'cpu':>7}")
        for text in _QUERIES:
            question, asked = Question(text, limit=10), match(text, terms)
            found = timed(lambda q=question, a=asked: ranked(index, a.every, q, None), rounds)  # type: ignore[misc]
            whole = timed(lambda q=question: search(q, index, lake, terms), rounds)  # type: ignore[misc]
            print(f"{text:32}{found[0]:9.3f}{found[1]:7.3f}{whole[0]:9.3f}{whole[1]:7.3f}", flush=True)


def main() -> None:
    """Make the warehouse and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=Path, help="home of a warehouse to copy from")
    parser.add_argument("--mentions", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--no-search", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        sample = connect(Location(args.sample), read_only=True) if args.sample else load_samples(home / "sample")
        place = Location(home / "big")
        with sample, connect(place, threads=args.threads) as big:
            enlarge(sample, big, args.mentions)
            views.install(big)
        with connect(place, read_only=True, threads=args.threads) as lake, plain(lake, args.threads) as base:
            counts = {t: lake.execute(f"SELECT count(*) FROM {t}").fetchall()[0][0] for t in _COPIED}
            print(", ".join(f"{n:,} {t}" for t, n in counts.items()))
            bench_views(lake, base, args.rounds)
            if not args.no_search:
                bench_search(home / "big", lake, args.rounds)


if __name__ == "__main__":
    main()
