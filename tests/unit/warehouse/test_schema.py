from __future__ import annotations

import duckdb

from warehouse.schema import BY_NAME, SQL_TYPES, TABLES, dictionary


def test_every_reference_points_to_a_key() -> None:
    for table in TABLES:
        for column in table.columns:
            if column.references:
                target, name = column.references.split(".")
                assert BY_NAME[target].key == (name,), f"{table.name}.{column.name}"


def test_every_key_is_a_required_column() -> None:
    for table in TABLES:
        required = {c.name for c in table.columns if c.required}
        assert set(table.key) <= required, table.name


def test_every_column_has_a_meaning_and_a_sql_type() -> None:
    for table in TABLES:
        for column in table.columns:
            assert column.meaning.endswith("."), f"{table.name}.{column.name}"
            assert column.type in SQL_TYPES


def test_public_contract_columns_are_there() -> None:
    assert {"document_id", "locator", "text", "duplicate_of", "story_id", "content_sha256"} <= set(
        BY_NAME["documents"].column_names
    )
    assert {"trigger_start", "attributed_to_entity_id", "rule_id", "confidence"} <= set(
        BY_NAME["event_mentions"].column_names
    )
    assert {"mention_count", "document_count", "source_count", "cameo_root"} <= set(BY_NAME["events"].column_names)


def test_lake_has_the_declared_columns_types_and_comments(lake: duckdb.DuckDBPyConnection) -> None:
    for table in TABLES:
        found = lake.execute(
            "SELECT column_name, data_type, comment FROM duckdb_columns() WHERE database_name = 'lake' AND table_name = ? ORDER BY column_index",
            [table.name],
        ).fetchall()
        wanted = [
            (c.name, SQL_TYPES[c.type].replace("TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE"), c.meaning)
            for c in table.columns
        ]
        assert found == wanted


def test_dictionary_names_every_column() -> None:
    text = dictionary()
    for table in TABLES:
        assert f"\n## {table.name}\n" in text
        for column in table.columns:
            assert f"| `{column.name}` |" in text
