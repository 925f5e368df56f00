"""Rows of Parquet and CSV files as documents; ``columns`` in the source maps fields to columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.reading import decode
from tasks.reading.definition import Definition
from tasks.reading.documents import MAX_DOCUMENT_BYTES, ReadError, from_fields, record_id
from tasks.reading.formats import MAX_CONTAINER_BYTES, Item, Peekable, column_names, failure, whole
from tasks.reading.types import Source

BATCH = 256  # rows in memory


def read_parquet(source: Source, handle: Any, locator: str, about: Definition) -> Iterator[Item]:
    """A document a row.

    Raises:
        ReadError: when it is no Parquet file.
    """
    if not hasattr(handle, "seek"):  # inside an archive
        handle = io.BytesIO(whole(handle, MAX_CONTAINER_BYTES))
    try:
        table = pq.ParquetFile(handle)
        number = 0
        for batch in table.iter_batches(batch_size=BATCH):
            for row in batch.to_pylist():
                number += 1
                yield _row(source, row, locator, number, about)
    except (pa.ArrowException, OSError) as error:
        raise ReadError("read", f"no Parquet file, or a damaged one: {error}", "fetch it again") from error


class _Bytes(io.RawIOBase):
    """A stream as the io module wants it."""

    def __init__(self, stream: Peekable) -> None:
        self.stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self.stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def read_csv(source: Source, stream: Any, locator: str, about: Definition) -> Iterator[Item]:
    """A document a row; the first row names the columns. The csv module, not Arrow: one broken row is one failure.

    Raises:
        ReadError: when it is binary or its columns cannot be told.
    """
    if decode.is_binary(stream.head):
        raise ReadError("decode", "a binary file, not CSV", "remove it, or name it after its kind")
    csv.field_size_limit(MAX_DOCUMENT_BYTES)
    text = io.TextIOWrapper(io.BufferedReader(_Bytes(stream)), _encoding(stream.head), errors="replace", newline="")
    delimiter = str(source.options.get("delimiter") or ("\t" if ".tsv" in locator.lower() else _delimiter(stream.head)))
    rows = csv.reader(text, delimiter=delimiter)
    header = next(rows, [])
    if len(header) < 1 or not any(h.strip() for h in header):
        raise ReadError("parse", "no header line that names the columns", "add one")
    number = 0
    while True:
        number += 1
        try:
            cells = next(rows, None)
        except csv.Error as error:
            place = f"{locator}#row-{number}"
            yield failure(source, place, ReadError("parse", f"broken row: {error}", "mend its quotes"))
            continue
        if cells is None:
            return
        if cells:
            yield _cells(source, header, cells, locator, number, about)


def _cells(source: Source, header: list[str], cells: list[str], locator: str, number: int, about: Definition) -> Item:
    if len(cells) != len(header):
        error = ReadError("parse", f"{len(cells)} cells where the header has {len(header)}", "mend its quotes")
        return failure(source, f"{locator}#row-{number}", error)
    return _row(source, dict(zip((h.strip() for h in header), cells, strict=True)), locator, number, about)


def _row(source: Source, row: Mapping[str, object], locator: str, number: int, about: Definition) -> Item:
    names = column_names(source)
    place = f"{locator}#{record_id(row, names) or f'row-{number}'}"
    try:
        return about.apply(from_fields(row, place, names))
    except ReadError as error:
        return failure(source, place, error)


def _encoding(head: bytes) -> str:
    whole_characters = head[: head.rfind(b"\n") + 1] or head[:-4] or head
    try:
        return decode.decode(whole_characters)[1]
    except decode.DecodeError as error:
        raise ReadError("decode", str(error), "save it as UTF-8") from error


def _delimiter(head: bytes) -> str:
    first = head.split(b"\n", 1)[0]
    return max((",", ";", "\t", "|"), key=lambda d: first.count(d.encode()))
