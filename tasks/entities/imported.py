"""A large gazetteer as files mapped into memory: a million names cost no time to load and are shared by processes.

A folder (``wikidata.names``) holds:

- ``hashes``   sorted CRC-32 of the folded names (u32); ``places`` where the record of each begins in ``names`` (u64)
- ``names``    records of folded name, name as spelled, strength and row, tab separated, a line each
- ``bits``     a bit map of the hashes, ``pairs`` one of the first two words of the names; most of a text misses them
- ``heads``    sorted CRC-32 of first words (u32); ``lengths`` bit masks of how many words their names have (u16)
- ``rows``     an entity a line, tab separated (FIELDS); ``starts`` where the line of each row begins (u64)
"""

from __future__ import annotations

import mmap
import shutil
import tempfile
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from pathlib import Path
from zlib import crc32

import numpy as np

from tasks.entities.candidates import Candidate
from tasks.entities.match import phrase_of
from tasks.entities.types import Entity

SUFFIX = ".names"
FORMAT = "marsad names 1"
FIELDS = (
    "entity_id", "kind", "name_ar", "name_en", "country", "sector", "actor_code", "wikidata_id", "geonames_id",
    "latitude", "longitude", "prominence",
)  # fmt: skip
_BITS = 27  # log2 of the size of the bit map: 16 MB, one in a hundred set by 1.3 million names
_MASK = (1 << _BITS) - 1
_MOST_WORDS = 12
_CACHED = 100_000

Row = tuple[Entity, list[tuple[str, int]]]  # an entity, its names with their strength


class ImportedNames:
    """The names in a folder made by `build`, looked up as a dict of folded names to candidates is.

    Args:
        own: entities of the project's gazetteer by Wikidata id; they stand for the imported ones of that id.

    Raises:
        ValueError: when the folder is no index of this format.
    """

    def __init__(self, folder: Path, own: Mapping[str, Entity] | None = None) -> None:
        mark = folder / "format"
        if not mark.is_file() or mark.read_text(encoding="utf-8").strip() != FORMAT:
            raise ValueError(f"{folder}: no index of imported names of this version; run: marsad gazetteer import FILE")
        self._own = own or {}
        self._hashes = _mapped(folder / "hashes").cast("I")
        self._places = _mapped(folder / "places").cast("Q")
        self._names = _mapped(folder / "names")
        self._bits = _mapped(folder / "bits")
        self._pairs = _mapped(folder / "pairs")
        self._heads = _mapped(folder / "heads").cast("I")
        self._lengths = _mapped(folder / "lengths").cast("H")
        self._rows = _mapped(folder / "rows")
        self._starts = _mapped(folder / "starts").cast("Q")
        self._entities: dict[int, Entity] = {}
        self._found: dict[str, tuple[Candidate, ...]] = {}

    def __len__(self) -> int:
        return len(self._hashes)

    def lengths(self, word: str) -> int:
        """Bit mask of how many words the names have that begin with a folded word: bit n for n words; 0 for none."""
        hashed = crc32(word.encode())
        at = bisect_left(self._heads, hashed)
        return self._lengths[at] if at < len(self._heads) and self._heads[at] == hashed else 0

    def begins(self, pair: str) -> bool:
        """Whether some name may begin with two folded words; a yes is wrong once in a hundred times."""
        bit = crc32(pair.encode()) & _MASK
        return bool(self._pairs[bit >> 3] >> (bit & 7) & 1)

    def get(self, phrase: str) -> tuple[Candidate, ...] | None:
        """The bearers of a folded name, None when there are none."""
        hashed = crc32(phrase.encode())
        bit = hashed & _MASK
        if not self._bits[bit >> 3] >> (bit & 7) & 1:
            return None
        found = self._found.get(phrase)
        if found is None:
            if len(self._found) > _CACHED:
                self._found.clear()
            found = self._found[phrase] = self._look_up(phrase, hashed)
        return found or None

    def _look_up(self, phrase: str, hashed: int) -> tuple[Candidate, ...]:
        found: dict[str, Candidate] = {}
        at = bisect_left(self._hashes, hashed)
        while at < len(self._hashes) and self._hashes[at] == hashed:
            folded, name, strength, row = _line(self._names, self._places[at])
            if folded == phrase:
                entity = self._entity(int(row))
                found.setdefault(entity.entity_id, Candidate(entity, int(strength), name))
            at += 1
        return tuple(found.values())

    def _entity(self, row: int) -> Entity:
        found = self._entities.get(row)
        if found is None:
            if len(self._entities) > _CACHED:
                self._entities.clear()
            found = self._entities[row] = _entity(_line(self._rows, self._starts[row]), self._own)
        return found


def build(rows: Iterable[Row], folder: Path) -> tuple[int, int]:
    """Write entities and their names as a folder that `ImportedNames` reads, in place of one that is there.

    Memory grows by about 20 bytes a name. The folder appears only when it is whole.

    Returns:
        How many entities and names were written.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(dir=folder.parent, prefix=folder.name, suffix=".part"))
    try:
        counts = _write(rows, part)
        (part / "format").write_text(FORMAT + "\n", encoding="utf-8")
        if folder.exists():
            shutil.rmtree(folder)
        part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return counts


def _write(rows: Iterable[Row], folder: Path) -> tuple[int, int]:
    hashes, places, starts = array("I"), array("Q"), array("Q")
    pairs = array("I")
    heads: dict[int, int] = {}
    with (folder / "names").open("wb") as names, (folder / "rows").open("wb") as table:
        for row, (entity, spelled) in enumerate(rows):
            starts.append(table.tell())
            table.write(_joined(*(_cell(getattr(entity, field)) for field in FIELDS)))
            for name, strength in spelled:
                phrase = phrase_of(name)
                words = phrase.split()
                if not words or len(words) > _MOST_WORDS:
                    continue
                hashes.append(crc32(phrase.encode()))
                places.append(names.tell())
                names.write(_joined(phrase, name, str(strength), str(row)))
                head = crc32(words[0].encode())
                heads[head] = heads.get(head, 0) | 1 << len(words)
                if len(words) > 1:
                    pairs.append(crc32(f"{words[0]} {words[1]}".encode()))
    _write_arrays(folder, hashes, places, heads)
    (folder / "pairs").write_bytes(_bit_map(pairs))
    (folder / "starts").write_bytes(starts.tobytes())
    return len(starts), len(hashes)


def _write_arrays(folder: Path, hashes: array[int], places: array[int], heads: dict[int, int]) -> None:
    unsorted = np.frombuffer(hashes, np.uint32) if hashes else np.empty(0, np.uint32)
    order = np.argsort(unsorted, kind="stable")
    (folder / "hashes").write_bytes(unsorted[order].tobytes())
    located = np.frombuffer(places, np.uint64) if places else np.empty(0, np.uint64)
    (folder / "places").write_bytes(located[order].tobytes())
    (folder / "bits").write_bytes(_bit_map(hashes))
    ordered = sorted(heads)
    (folder / "heads").write_bytes(array("I", ordered).tobytes())
    (folder / "lengths").write_bytes(array("H", (heads[h] for h in ordered)).tobytes())


def _bit_map(hashes: array[int]) -> bytes:
    bits = np.zeros(1 << (_BITS - 3), np.uint8)
    low = (np.frombuffer(hashes, np.uint32) if hashes else np.empty(0, np.uint32)) & np.uint32(_MASK)
    np.bitwise_or.at(bits, low >> np.uint32(3), (1 << (low & np.uint32(7))).astype(np.uint8))
    return bits.tobytes()


def _mapped(path: Path) -> memoryview:
    if not path.stat().st_size:
        return memoryview(b"")
    with path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def _line(data: memoryview, start: int) -> list[str]:
    size = 256
    while True:
        piece = bytes(data[start : start + size])
        end = piece.find(b"\n")
        if end >= 0:
            return piece[:end].decode().split("\t")
        size *= 4


def _joined(*cells: str) -> bytes:
    return ("\t".join(c.replace("\t", " ").replace("\n", " ") for c in cells) + "\n").encode()


def _cell(value: str | float | None) -> str:
    return "" if value is None else str(value)


def _entity(cells: list[str], own: Mapping[str, Entity]) -> Entity:
    row = dict(zip(FIELDS, cells, strict=True))
    known = own.get(row["wikidata_id"]) if row["wikidata_id"] else None
    if known is not None:
        return known
    return Entity(
        entity_id=row["entity_id"], kind=row["kind"], name_ar=row["name_ar"], name_en=row["name_en"],
        country=row["country"], sector=row["sector"], actor_code=row["actor_code"], wikidata_id=row["wikidata_id"],
        geonames_id=row["geonames_id"], latitude=float(row["latitude"]) if row["latitude"] else None,
        longitude=float(row["longitude"]) if row["longitude"] else None, is_linked=True,
        prominence=float(row["prominence"] or 0),
    )  # fmt: skip
