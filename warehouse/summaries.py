"""Keep `co_mentions` and `document_names` right: what views need of all mentions at once, counted when it is loaded and not when it is asked.

Like events they are made from what the tables hold: a document whose mentions (or their entities' names) differ from its fingerprint is summed up
anew, and so is its month. A killed run, a reprocess or a rollback is mended by the next publish.
"""

from __future__ import annotations

import duckdb

from warehouse.lake import retrying, transaction

_PRINTS = """
CREATE OR REPLACE TEMP TABLE mention_prints AS
WITH named AS (
  SELECT entity_id, hash(entity_id, kind, coalesce(name_en, name_ar)) AS print FROM entities
), told AS (
  SELECT m.document_id, bit_xor((hash(m.mention_id, m.sentence_no, n.print) >> 1)::BIGINT) AS print
  FROM mentions m JOIN named n USING (entity_id) GROUP BY m.document_id
)
SELECT t.document_id, coalesce(date_trunc('month', d.published_at)::DATE, '0001-01-01') AS month, t.print FROM told t JOIN documents d USING (document_id)
"""

_STALE_MONTHS = """
CREATE OR REPLACE TEMP TABLE stale_months AS
WITH now AS (SELECT month, bit_xor((hash(document_id, print) >> 1)::BIGINT) AS print FROM mention_prints GROUP BY month),
kept AS (SELECT month, any_value(mentions_hash) AS print FROM co_mentions GROUP BY month),
changed AS (
  SELECT month, n.print, k.print IS NULL AS is_new FROM now n FULL JOIN kept k USING (month) WHERE n.print IS DISTINCT FROM k.print
), paired AS ( -- of the new months: one without a pair keeps no row and would be new for ever
  SELECT p.month FROM mentions m JOIN mention_prints p USING (document_id) JOIN changed c ON c.month = p.month AND c.is_new
  GROUP BY p.month, m.document_id, m.sentence_no HAVING min(m.entity_id) < max(m.entity_id)
)
SELECT month, print FROM changed WHERE NOT is_new OR month IN (FROM paired)
"""

# Small numbers in the place of names: the pairs of a month are many more than its mentions.
_PAIRS = """
WITH papers AS (
  SELECT p.document_id, p.month, s.print, row_number() OVER () AS paper
  FROM mention_prints p JOIN stale_months s USING (month)
), numbers AS (
  SELECT entity_id, row_number() OVER (ORDER BY entity_id) AS entity FROM entities
), named AS (
  SELECT DISTINCT p.paper, m.sentence_no, n.entity FROM mentions m JOIN papers p USING (document_id) JOIN numbers n USING (entity_id)
), told AS (
  SELECT a.paper, a.entity AS a, b.entity AS b, count(*) AS sentences FROM named a JOIN named b
    ON a.paper = b.paper AND a.sentence_no = b.sentence_no AND a.entity < b.entity
  GROUP BY ALL
), counted AS (
  SELECT p.month, any_value(p.print) AS print, t.a, t.b, sum(t.sentences)::INTEGER AS sentences, count(*)::INTEGER AS documents
  FROM told t JOIN papers p USING (paper) GROUP BY p.month, t.a, t.b
)
SELECT c.month, x.entity_id AS entity_a, y.entity_id AS entity_b, c.sentences, c.documents, c.print AS mentions_hash, ? AS run_id
FROM counted c JOIN numbers x ON x.entity = c.a JOIN numbers y ON y.entity = c.b ORDER BY c.month, entity_a, entity_b
"""

_STALE_DOCUMENTS = """
CREATE OR REPLACE TEMP TABLE stale_documents AS
SELECT document_id, p.print FROM mention_prints p FULL JOIN document_names k USING (document_id)
WHERE p.print IS DISTINCT FROM k.mentions_hash
"""

_NAMES = """
WITH named AS (
  SELECT DISTINCT m.document_id, coalesce(n.name_en, n.name_ar) AS name,
    CASE n.kind WHEN 'PERSON' THEN 1 WHEN 'ORGANIZATION' THEN 2 ELSE 3 END AS what
  FROM mentions m JOIN stale_documents USING (document_id) JOIN entities n USING (entity_id)
), listed AS (
  SELECT document_id, string_agg(name, ';' ORDER BY name) FILTER (what = 1) AS people,
    string_agg(name, ';' ORDER BY name) FILTER (what = 2) AS organizations, string_agg(name, ';' ORDER BY name) FILTER (what = 3) AS locations
  FROM named GROUP BY document_id
)
SELECT l.*, s.print AS mentions_hash, ? AS run_id FROM listed l JOIN stale_documents s USING (document_id) ORDER BY l.document_id
"""


def publish_summaries(con: duckdb.DuckDBPyConnection, run_id: str) -> int:
    """Bring co_mentions and document_names up to date; returns the number of months and documents summed up anew."""

    def once() -> int:
        for sql in (_PRINTS, _STALE_MONTHS, _STALE_DOCUMENTS):
            con.execute(sql)
        months, documents = con.execute(
            "SELECT (SELECT count(*) FROM stale_months), (SELECT count(*) FROM stale_documents)"
        ).fetchall()[0]
        if months or documents:
            with transaction(con, "marsad", "publish summaries", {"run_id": run_id}):
                _write(con, run_id)
        return int(months) + int(documents)

    return retrying(once)


def _write(con: duckdb.DuckDBPyConnection, run_id: str) -> None:
    con.execute("DELETE FROM co_mentions WHERE month IN (SELECT month FROM stale_months)")
    con.execute(f"INSERT INTO co_mentions BY NAME {_PAIRS}", [run_id])
    con.execute("DELETE FROM document_names WHERE document_id IN (SELECT document_id FROM stale_documents)")
    con.execute(f"INSERT INTO document_names BY NAME {_NAMES}", [run_id])
