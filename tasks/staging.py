"""Staged batches: one folder of Parquet files a batch, named by content, complete or not there at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.ids import content_hash
from tasks.reading.types import Failure, RawDocument


def batch_key(documents: Sequence[RawDocument], failures: Sequence[Failure], pipeline_version: str) -> str:
    """Key of a batch: its documents' contents and the pipeline version."""
    parts = [pipeline_version]
    parts += [f"{d.source_id}|{d.locator}|{d.content_sha256}" for d in documents]
    parts += [f"!{f.source_id}|{f.locator}|{f.stage}|{f.error}" for f in failures]
    return content_hash(*parts)[:32]


def write_batch(tables: Mapping[str, pa.Table], staging: Path, key: str) -> Path:
    """Write the tables of a batch below staging and return the folder; a folder that is there is complete."""
    final = staging / key
    if final.exists():
        return final
    staging.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{key[:12]}-", dir=staging))
    try:
        for name, table in tables.items():
            pq.write_table(table, scratch / f"{name}.parquet", compression="zstd")
        try:
            os.replace(scratch, final)
        except OSError:
            if not final.exists():  # another process staged the same batch first: its folder is as good
                raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return final


def discard(folder: Path) -> None:
    """Remove a staged batch that was loaded."""
    shutil.rmtree(folder, ignore_errors=True)
