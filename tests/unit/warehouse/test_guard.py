from __future__ import annotations

import pytest

from warehouse.guard import check_query
from warehouse.lake import LakeError

CLOSED = [
    "SELECT * FROM postgres_query('__ducklake_metadata_lake', 'SELECT 1')",
    "SELECT 1 WHERE 1 IN (SELECT oid FROM __ducklake_metadata_lake.pg_catalog.pg_user)",
    "FROM postgres_scan('host=127.0.0.1 dbname=postgres', 'pg_catalog', 'pg_user')",
    "FROM query('FROM postgres' || '_query(''x'', ''y'')')",
    "FROM query_table('x')",
    "EXPLAIN ANALYZE FROM Sqlite_Scan('/x', 'y')",
    "SELECT 1; CALL postgres_execute('__ducklake_metadata_lake', 'DROP TABLE x')",
    "SET lock_configuration = false",
    "DELETE FROM documents",
]


@pytest.mark.parametrize("query", CLOSED)
def test_the_catalogs_database_is_closed_to_analysts(query: str) -> None:
    with pytest.raises(LakeError):
        check_query(query)


@pytest.mark.parametrize(
    "query",
    [
        "FROM events LIMIT 5",
        "SELECT count(*) FROM lake.snapshots()",
        "WITH x AS (SELECT 1 AS a) FROM x; SHOW TABLES",
        "DESCRIBE documents",
        "SUMMARIZE events",
        "EXPLAIN SELECT 1",
        "PIVOT events ON plover_type USING count(*)",
        "SELECT json_extract('{}', '$.query'), 'postgres_query' AS query",
    ],
)
def test_queries_of_the_lake_are_open(query: str) -> None:
    check_query(query)
