"""Near-duplicates inside the lake: documents that share a MinHash band within some days, then compared by signature.

Only documents that have not been compared yet are joined, so the cost of a night follows its own size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import duckdb
import pyarrow as pa

from warehouse.lake import retrying, transaction

Same = Callable[[pa.Table], Sequence[bool]]
_CHUNK = 2000  # pairs whose texts are held at once
_TEMPLATE = 200  # a band that more documents share is boilerplate, not news

_PAIRS = """
WITH mine AS (
  SELECT f.document_id, f.band_no, f.band, f.published_on FROM fingerprints f
  WHERE f.run_id = ? OR f.run_id IN (SELECT run_id FROM runs WHERE state = 'killed' OR state LIKE 'failed: %')
), near AS (
  SELECT document_id, band_no, band, published_on FROM fingerprints
  WHERE published_on BETWEEN (SELECT min(published_on) FROM mine) - ? AND (SELECT max(published_on) FROM mine) + ?
), news AS (
  SELECT band_no, band FROM near GROUP BY ALL HAVING count(*) BETWEEN 2 AND ?
)
SELECT DISTINCT least(a.document_id, b.document_id) AS one, greatest(a.document_id, b.document_id) AS other
FROM mine a JOIN news USING (band_no, band) JOIN near b USING (band_no, band)
WHERE a.document_id <> b.document_id AND abs(date_diff('day', a.published_on, b.published_on)) <= ?
"""

_TEXTS = """
SELECT p.one, p.other, a.signature AS one_signature, b.signature AS other_signature,
       c.text[coalesce(length(c.title) + 2, 1):] AS one_text, d.text[coalesce(length(d.title) + 2, 1):] AS other_text
FROM close_pairs p
JOIN fingerprints a ON a.document_id = p.one AND a.band_no = 0 JOIN fingerprints b ON b.document_id = p.other AND b.band_no = 0
JOIN documents c ON c.document_id = p.one JOIN documents d ON d.document_id = p.other
"""


def find_duplicates(con: duckdb.DuckDBPyConnection, same: Same, days: int, run_id: str) -> int:
    """Set story_id and duplicate_of of documents that print one text; returns the number of documents changed.

    Args:
        con: connection to the lake, open for writing.
        same: for a table of pairs (one_signature, other_signature, one_text, other_text) says which are one text.
        days: how far apart in days two publications may be.
        run_id: documents that this run loaded, and those of runs that died before they were compared, are compared with all others.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE close_pairs AS " + _PAIRS, [run_id, days, days, _TEMPLATE, days])
    pairs: list[tuple[str, str]] = []
    for batch in con.execute(_TEXTS).to_arrow_reader(_CHUNK):
        table = pa.Table.from_batches([batch])
        listed = zip(table["one"].to_pylist(), table["other"].to_pylist(), same(table), strict=True)
        pairs += [(one, other) for one, other, is_same in listed if is_same]

    def once() -> int:
        with transaction(con, "marsad", "near-duplicates", {"run_id": run_id}):
            return _write_stories(con, pairs)

    return retrying(once)


def _write_stories(con: duckdb.DuckDBPyConnection, pairs: list[tuple[str, str]]) -> int:
    """Stories are what the pairs connect, together with the members of the stories they touch."""
    touched = {d for pair in pairs for d in pair}
    if not touched:
        return 0
    wanted = pa.table({"document_id": sorted(touched)})  # noqa: F841  (DuckDB finds it by name)
    members = con.execute(
        """SELECT d.document_id, d.story_id, d.published_at FROM documents d
           WHERE d.story_id IN (SELECT story_id FROM documents JOIN wanted USING (document_id)) ORDER BY d.document_id"""
    ).fetchall()
    story = _connect(pairs, ((d, s) for d, s, _ in members))
    when = {d: p for d, _, p in members}
    first: dict[str, str] = {}
    for d in sorted(when, key=lambda d: (when[d] is None, when[d], d)):
        first.setdefault(story[d], d)
    changed = pa.table(  # noqa: F841  (DuckDB finds it by name)
        {
            "document_id": list(when),
            "story_id": [first[story[d]] for d in when],
            "duplicate_of": pa.array([None if first[story[d]] == d else first[story[d]] for d in when], pa.string()),
        }
    )
    row = con.execute(
        """SELECT count(*) FROM documents d JOIN changed c USING (document_id)
           WHERE d.story_id <> c.story_id OR d.duplicate_of IS DISTINCT FROM c.duplicate_of"""
    ).fetchone()
    con.execute(
        """UPDATE documents SET story_id = c.story_id, duplicate_of = c.duplicate_of FROM changed c
           WHERE c.document_id = documents.document_id
             AND (documents.story_id <> c.story_id OR documents.duplicate_of IS DISTINCT FROM c.duplicate_of)"""
    )
    return int(row[0]) if row else 0


def _connect(pairs: Iterable[tuple[str, str]], members: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Representative of each document's group (union-find over pairs and present stories)."""
    parent: dict[str, str] = {}

    def find(x: str) -> str:
        root = x
        while parent.setdefault(root, root) != root:
            root = parent[root]
        while parent[x] != root:
            parent[x], x = root, parent[x]
        return root

    for one, other in (*pairs, *members):
        a, b = sorted((find(one), find(other)))
        parent[b] = a
    return {x: find(x) for x in parent}
