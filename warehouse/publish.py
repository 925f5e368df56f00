"""Make `events` right: one row for one thing that happened, from all its tellings.

Works from what the tables hold, not from what a run remembers, so that a run killed between load and publish is repaired by
the next one: every group of tellings whose fingerprint differs from its event row is resolved anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import duckdb
import pyarrow as pa

from warehouse.lake import retrying, transaction
from warehouse.schema import BY_NAME

Resolve = Callable[[pa.Table], Sequence[str]]

_STALE_KEYS = """
WITH told AS (
  SELECT event_id, match_key, count(*) AS n, bit_xor((hash(event_mention_id, confidence, event_date) >> 1)::BIGINT) AS print
  FROM event_mentions GROUP BY ALL
), now AS (
  SELECT event_id, sum(n) AS n, bit_xor(print) AS print, any_value(match_key) AS match_key FROM told GROUP BY event_id
)
SELECT DISTINCT t.match_key FROM told t JOIN (
  SELECT n.event_id FROM now n LEFT JOIN events e USING (event_id)
  WHERE e.event_id IS NULL OR e.first_document_id IS NULL OR e.event_number IS NULL OR e.tellings_hash <> n.print
) USING (event_id)
"""

_AGGREGATE = """
SELECT m.event_id, (md5_number_lower(m.event_id) >> 1)::BIGINT AS event_number,
  arg_max(m.event_date, rank) AS event_date, arg_max(m.date_precision, rank) AS date_precision,
  any_value(m.plover_type) AS plover_type, arg_max(m.plover_mode, rank) AS plover_mode,
  arg_max(m.cameo_code, rank) AS cameo_code, arg_max(m.cameo_code, rank)[1:2] AS cameo_root,
  arg_max(m.quad_class, rank) AS quad_class, arg_max(m.goldstein, rank) AS goldstein, any_value(m.status) AS status,
  arg_max(m.source_entity_id, rank) AS source_entity_id, arg_max(m.source_country, rank) AS source_country,
  arg_max(m.source_sector, rank) AS source_sector, arg_max(m.target_entity_id, rank) AS target_entity_id,
  arg_max(m.target_country, rank) AS target_country, arg_max(m.target_sector, rank) AS target_sector,
  arg_max(m.location_entity_id, rank) AS location_entity_id, min(d.published_at) AS first_reported_at,
  count(*)::INTEGER AS mention_count, count(DISTINCT m.document_id)::INTEGER AS document_count,
  count(DISTINCT coalesce(nullif(d.outlet, ''), d.source_id))::INTEGER AS source_count,
  max(m.killed) AS killed, max(m.wounded) AS wounded, max(m.confidence) AS confidence,
  arg_min(m.document_id, (d.published_at, m.document_id)) AS first_document_id, min(m.sentence_no) AS first_sentence_no,
  arg_max(m.document_id, rank) AS best_document_id, arg_max_null(m.plover_contexts, rank) AS plover_contexts,
  arg_max_null(m.source_text, rank) AS source_text, arg_max_null(m.target_text, rank) AS target_text,
  bit_xor((hash(m.event_mention_id, m.confidence, m.event_date) >> 1)::BIGINT) AS tellings_hash, ? AS run_id
FROM (SELECT *, struct_pack(c := confidence, i := event_mention_id) AS rank FROM event_mentions) m
JOIN documents d USING (document_id)
WHERE m.event_id IN (SELECT event_id FROM stale_events)
GROUP BY m.event_id
"""


def publish_events(con: duckdb.DuckDBPyConnection, resolve: Resolve, run_id: str) -> int:
    """Bring events and event_mentions.event_id up to date; returns the number of event rows written.

    Args:
        con: connection to the lake, open for writing.
        resolve: takes all tellings of some match keys (columns event_mention_id, document_event_id, match_key, event_date, date_precision,
            location_entity_id, published_at, document_id) ordered by match_key and returns the event id of each row.
        run_id: the run that publishes.
    """

    def once() -> int:
        with transaction(con, "marsad", "publish events", {"run_id": run_id}):
            return _publish(con, resolve, run_id)

    return retrying(once)


def _publish(con: duckdb.DuckDBPyConnection, resolve: Resolve, run_id: str) -> int:
    con.execute(f"CREATE OR REPLACE TEMP TABLE stale_keys AS {_STALE_KEYS}")
    con.execute("DELETE FROM events WHERE event_id NOT IN (SELECT event_id FROM event_mentions)")
    tellings = con.execute(
        """SELECT m.event_mention_id, m.event_id, m.document_event_id, m.match_key, m.event_date, m.date_precision, m.location_entity_id,
                  m.document_id, d.published_at
           FROM event_mentions m JOIN documents d USING (document_id) JOIN stale_keys USING (match_key)
           ORDER BY m.match_key, m.event_date, d.published_at, m.document_id, m.trigger_start, m.event_mention_id"""
    ).to_arrow_table()
    if tellings.num_rows == 0:
        return 0
    moved = tellings.append_column("new_event_id", pa.array(resolve(tellings), pa.string()))  # noqa: F841  (DuckDB finds it by name)
    con.execute("CREATE OR REPLACE TEMP TABLE moved_events AS SELECT * FROM moved")
    con.execute(
        """UPDATE event_mentions SET event_id = v.new_event_id FROM moved_events v
           WHERE v.event_mention_id = event_mentions.event_mention_id AND v.new_event_id <> v.event_id"""
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE stale_events AS SELECT event_id FROM moved_events UNION SELECT new_event_id FROM moved_events"
    )
    con.execute("DELETE FROM events WHERE event_id IN (SELECT event_id FROM stale_events)")
    con.execute(f"INSERT INTO events BY NAME {_AGGREGATE}", [run_id])
    row = con.execute("SELECT count(DISTINCT new_event_id) FROM moved_events").fetchone()
    return int(row[0]) if row else 0


def sweep_entities(con: duckdb.DuckDBPyConnection) -> None:
    """Remove entities that nothing points to any more (their documents changed)."""
    used = " UNION ".join(
        f"SELECT {c.name} FROM {t.name}"
        for t in BY_NAME.values()
        for c in t.columns
        if c.references == "entities.entity_id"
    )
    orphans = (
        f"SELECT entity_id FROM entities WHERE entity_id NOT IN (SELECT * FROM ({used}) u(id) WHERE id IS NOT NULL)"
    )
    row = con.execute(f"SELECT count(*) FROM ({orphans})").fetchone()
    if row and row[0]:
        with transaction(con, "marsad", "remove entities without mentions"):
            con.execute(f"DELETE FROM entities WHERE entity_id IN ({orphans})")
