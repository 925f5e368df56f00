"""Take lost Parquet files out of the catalog, so that what they held can be made again from the documents and the sources."""

from __future__ import annotations

import duckdb

from warehouse.lake import CATALOG, transaction
from warehouse.maintain import Lost, lost_files
from warehouse.schema import DOCUMENT_TABLES

_METADATA = f"__ducklake_metadata_{CATALOG}"  # DuckLake's own tables; it has no statement for a file that is not there


def repair(con: duckdb.DuckDBPyConnection) -> list[Lost]:
    """Forget the lost files and all that hangs on a lost document; returns what was forgotten.

    Rows of files that are there stay. Documents that were lost are read again, since their sources' states are cleared; what was coded
    from a document that is there is coded again by reprocessing. Snapshots from before lack the lost rows too.

    Args:
        con: connection to the lake, open for writing, that nobody else writes to.
    """
    lost = lost_files(con)
    for found in lost:
        _forget(con, found)
    if any(found.schema == "ref" for found in lost):
        con.execute(f"DROP SCHEMA IF EXISTS {CATALOG}.mart CASCADE")  # the next run installs both schemas anew
    if any(found.table in ("documents", "rejects", "sources") for found in lost):
        _read_again(con)
    return lost


def _forget(con: duckdb.DuckDBPyConnection, lost: Lost) -> None:
    name = lost.data_file.rpartition("/")[2]
    ids = con.execute(
        f"SELECT data_file_id FROM {_METADATA}.ducklake_data_file WHERE path = ? OR path LIKE '%/' || ?", [name, name]
    ).fetchall()
    for (number,) in ids:
        # The data file first: without it the other rows mean nothing, should this process die in between.
        for table in ("ducklake_data_file", "ducklake_delete_file", "ducklake_file_column_stats"):
            con.execute(f"DELETE FROM {_METADATA}.{table} WHERE data_file_id = {int(number)}")


def _read_again(con: duckdb.DuckDBPyConnection) -> None:
    with transaction(con, "marsad", "documents that were lost are to be read again"):
        for table in DOCUMENT_TABLES:
            if table != "documents":
                con.execute(f"DELETE FROM {table} WHERE document_id NOT IN (SELECT document_id FROM documents)")
        con.execute("UPDATE sources SET state = NULL")
