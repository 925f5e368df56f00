"""`python -m tests.bench_views`: how fast the views of schema mart and `marsad search` answer on a large warehouse.

A sample warehouse (`--sample HOME`, else the documents in seeds/) is copied over and over, with new ids and shifted days, until it has
`--mentions` event mentions, so that lengths, codes, parties and dates have the sample's distributions. `--keep HOME` makes it once and uses it again.

What an analyst types at a view, each timed on its own:

- count: how many rows;
- whole: every column of every row (a hash over all of them, so that none is skipped);
- top: all columns of the 100 first rows in the order one would ask for, latest or greatest first;
- month: all columns of every row of one month;
- one: all rows of one country, outlet or entity, counted and with the hash of all columns.

The baseline is the same SQL in plain DuckDB over the same Parquet files; ratios are of processor time and hold on any machine, seconds do not.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
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
from warehouse.schema import BY_NAME, TABLES, Column, quoted
from warehouse.summaries import publish_summaries

_IDS = (
    "document_id",
    "event_mention_id",
    "event_id",
    "document_event_id",
    "mention_id",
    "quote_id",
    "story_id",
    "duplicate_of",
    "first_document_id",
    "best_document_id",
)
_SHIFTED = ("published_at", "event_date", "first_reported_at")
_COPIED = ("documents", "sentences", "mentions", "event_mentions", "events", "quotes")
_APART = 5  # days between a copy and the next
_NEW_NAMES = 8  # copies that share their names outside the gazetteer
_QUERIES = ("قاليباف موسكو", "الاتفاق النووي", "ترامب", "زيارة الوزير إلى العاصمة", '"الولايات المتحدة"', "زلزال")
_LABELS = ("count", "whole", "top", "month", "one")
_WHOLE = "SELECT count(*), bit_xor(hash(*COLUMNS(*))) FROM"


@dataclass(frozen=True)
class Asked:
    """How an analyst asks a view: its order, and conditions for a month and for one of something."""

    order: str
    month: str
    one: str


_MONTH = "BETWEEN '2018-09-01' AND '2018-09-30'"
_STAMPS = "BETWEEN '2018-09-01' AND '2018-10-01'"
_ASKED: dict[str, Asked] = {
    "actor_activity": Asked("events DESC", f"last_day {_MONTH}", "country = 'SYR'"),
    "co_mentions": Asked("sentences DESC", "", "'geo:SYR' IN (entity_a, entity_b)"),
    "conflict_cooperation": Asked("week DESC", f"week {_MONTH}", "'SYR' IN (country_a, country_b)"),
    "country_month": Asked("events DESC", "month = '2018-09-01'", "country = 'SYR'"),
    "coverage": Asked("day DESC", f"day {_MONTH}", "outlet = 'CNN'"),
    "dyads_daily": Asked("event_date DESC", f"event_date {_MONTH}", "source_country = 'SYR'"),
    "events_enriched": Asked("event_date DESC", f"event_date {_MONTH}", "source_country = 'SYR'"),
    "fatalities": Asked("killed DESC", f"event_date {_MONTH}", "place_country = 'SYR'"),
    "freshness": Asked("newest_document DESC", "", ""),
    "gdelt_events": Asked("SQLDATE DESC", "MonthYear = 201809", "Actor1CountryCode = 'SYR'"),
    "gdelt_mentions": Asked(
        "MentionTimeDate DESC",
        "MentionTimeDate BETWEEN 20180901000000 AND 20180930235959",
        "MentionSourceName = 'CNN'",
    ),
    "meetings_and_visits": Asked(
        "event_date DESC", f"event_date {_MONTH}", "'SYR' IN (source_country, target_country)"
    ),
    "polecat_events": Asked('"Event Date" DESC', f'"Event Date" {_MONTH}', "\"Actor Country\" = 'SYR'"),
    "protests": Asked("event_date DESC", f"event_date {_MONTH}", "country = 'SYR'"),
    "quotes_by_speaker": Asked("published_at DESC", f"published_at {_STAMPS}", "country = 'SYR'"),
    "source_comparison": Asked("event_date DESC", f"event_date {_MONTH}", "outlet = 'CNN'"),
    "story_timeline": Asked("story_published_at DESC", f"story_published_at {_STAMPS}", "plover_type = 'PROTEST'"),
}


def questions(view: str) -> dict[str, str]:
    """Label to SQL of what is asked of a view."""
    asked, name = _ASKED[view], f"mart.{view}"
    given = {
        "count": f"SELECT count(*) FROM {name}",
        "whole": f"{_WHOLE} {name}",
        "top": f"SELECT * FROM {name} ORDER BY {asked.order} NULLS LAST LIMIT 100",
    }
    if asked.month:
        given["month"] = f"{_WHOLE} {name} WHERE {asked.month}"
    if asked.one:
        given["one"] = f"{_WHOLE} {name} WHERE {asked.one}"
    return given


def enlarge(sample: duckdb.DuckDBPyConnection, big: duckdb.DuckDBPyConnection, wanted: int) -> None:
    """Fill a lake with copies of another's rows, in order of publication, as nights would have loaded them.

    A copy has ids of its own and lies `_APART` days after the one before it; names outside the gazetteer are new in every `_NEW_NAMES`-th copy.
    """
    (have,) = sample.execute("SELECT count(*) FROM event_mentions").fetchall()[0]
    copies = -(-wanted // have)
    big.register("linked", sample.execute("SELECT entity_id FROM entities WHERE is_linked").to_arrow_table())
    big.execute("CREATE TEMP TABLE gazetteer AS FROM linked")
    big.execute(f"CREATE TEMP TABLE copies AS SELECT n::INTEGER AS n FROM range({copies}) r(n)")
    for table in TABLES:
        if table.name in ("fingerprints", "rejects", "co_mentions", "document_names"):
            continue
        big.register("given", sample.execute(_SAMPLE.get(table.name, f"FROM {table.name}")).to_arrow_table())
        columns = ", ".join(_copied(c) for c in table.columns)
        if table.name in _COPIED:
            big.execute(f"INSERT INTO {table.name} SELECT {columns} FROM given, copies ORDER BY day + n * {_APART}")
        elif table.name == "entities":
            big.execute(
                f"INSERT INTO entities SELECT {columns} FROM given, copies WHERE CASE WHEN is_linked THEN n = 0 ELSE n % {_NEW_NAMES} = 0 END"
            )
        else:
            big.execute(f"INSERT INTO {table.name} FROM given")
        big.unregister("given")


_ORDERED = "SELECT t.*, d.published_at::DATE AS day FROM {} t JOIN documents d USING (document_id)"
_SAMPLE = {t: _ORDERED.format(t) for t in ("documents", "sentences", "mentions", "event_mentions", "quotes")} | {
    "documents": "SELECT *, published_at::DATE AS day FROM documents",
    "events": "SELECT *, first_reported_at::DATE AS day FROM events",
}


def _copied(column: Column) -> str:
    name = column.name
    if name in _IDS:
        return f"CASE WHEN {name} IS NOT NULL THEN md5({name} || n) END AS {name}"
    if column.references == "entities.entity_id" or name == "entity_id":
        kept = f"{name} IS NULL OR {name} IN (FROM gazetteer)"
        return f"CASE WHEN {kept} THEN {name} ELSE md5({name} || (n // {_NEW_NAMES})) END AS {name}"
    if name == "event_number":
        return f"{name} + n AS {name}"
    return f"{name} + to_days(n * {_APART}) AS {name}" if name in _SHIFTED else name


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


def bench_views(
    lake: duckdb.DuckDBPyConnection, base: duckdb.DuckDBPyConnection, rounds: int, only: Sequence[str] = ()
) -> None:
    """Print a line a view: median seconds of each question, and in brackets the ratio of its processor time to plain DuckDB's."""
    print(f"| view | rows | {' | '.join(_LABELS)} |\n| --- |{' ---: |' * (len(_LABELS) + 1)}")
    walls: dict[str, list[float]] = {label: [] for label in _LABELS}
    for view in views.all_views():
        if only and view.name not in only:
            continue
        (rows,) = lake.execute(f"SELECT count(*) FROM mart.{view.name}").fetchall()[0]
        line = f"| {view.name} | {rows:,} |"
        asked = questions(view.name)
        for label in _LABELS:
            if label not in asked:
                line += " |"
                continue
            wall, busy = timed(lambda sql=asked[label]: lake.execute(sql).fetchall(), rounds)  # type: ignore[misc]
            _, other = timed(lambda sql=asked[label]: base.execute(sql).fetchall(), rounds)  # type: ignore[misc]
            walls[label].append(wall)
            line += f" {wall:.2f} ({busy / max(other, 1e-3):.1f}) |"
        print(line, flush=True)
    print("median: " + ", ".join(f"{k} {statistics.median(v):.2f} s" for k, v in walls.items() if v))


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
            found = timed(lambda q=question, a=asked: next(ranked(index, a.every, q), None), rounds)  # type: ignore[misc]
            whole = timed(lambda q=question: search(q, index, terms), rounds)  # type: ignore[misc]
            print(f"{text:32}{found[0]:9.3f}{found[1]:7.3f}{whole[0]:9.3f}{whole[1]:7.3f}", flush=True)


def main() -> None:
    """Make the warehouse and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=Path, help="home of a warehouse to copy from")
    parser.add_argument("--mentions", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path, help="home of the large warehouse; made when it is not there")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--view", action="append", default=[], help="only this view")
    parser.add_argument("--no-search", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Location(args.keep or Path(folder) / "big")
        if not place.exists:
            make(place, args.sample, Path(folder), args.mentions, args.threads)
        with connect(place, threads=args.threads) as big:
            views.install(big)
        with connect(place, read_only=True, threads=args.threads) as lake, plain(lake, args.threads) as base:
            counts = {t: lake.execute(f"SELECT count(*) FROM {t}").fetchall()[0][0] for t in _COPIED}
            print(", ".join(f"{n:,} {t}" for t, n in counts.items()))
            bench_views(lake, base, args.rounds, args.view)
            if not args.no_search:
                bench_search(place.home, lake, args.rounds)


def make(place: Location, home: Path | None, folder: Path, mentions: int, threads: int) -> None:
    """Make the large warehouse from a sample."""
    sample = connect(Location(home), read_only=True) if home else load_samples(folder / "sample")
    with sample, connect(place, threads=threads) as big:
        enlarge(sample, big, mentions)
        publish_summaries(big, "bench")


if __name__ == "__main__":
    main()
