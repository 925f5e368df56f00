"""The morphological database as flat tuples: loads in a tenth of a second and analyses several times faster than CAMeL's objects.

Made from a ``camel_tools`` MorphologyDB (any ALMOR database: ours from Buckwalter, or CAMeL's msa-r13) and kept beside it;
the readings are those of ``camel_tools`` Analyzer, with only the features that Marsad uses.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from tasks.language.database import BUILD, load_database
from tasks.language.normalize import dediac

LAYOUT = 1  # raise when the fields below change
_FEATURES = ("prc2", "prc1", "prc0", "per", "gen", "num", "asp", "vox", "enc0")
_ABSENT = {"0", "na", "-", "u", ""}
_KEY = str.maketrans({"إ": "ا", "أ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه"})  # as the database's own keys


class Split(NamedTuple):
    """One way to read a word: what its stem is, and what prefix, stem and suffix make of it together."""

    category: str  # of the stem
    lemma: str
    pos: str
    root: str
    gloss: str
    features: tuple[str, ...]  # of the whole, in the order of `_FEATURES`
    bare: str  # the spelling of this reading, hamza where it belongs, without vowels
    diac: str  # with vowels and the database's marks
    has_suffix: bool  # letters after the stem

    @property
    def vocalised(self) -> str:
        """The spelling of this reading with vowels."""
        return self.diac.replace("#", "").replace("ٱ", "ا")


Piece = tuple[Any, ...]
"""A prefix, stem or suffix: category, spelling with and without vowels, features; a stem's lemma, pos, root, gloss too."""
Table = dict[str, tuple[Piece, ...]]
_NOTHING: frozenset[str] = frozenset()


@dataclass(slots=True)
class Lexicon:
    """Prefixes, stems and suffixes by normalised spelling, and which categories go together."""

    prefixes: Table
    stems: Table
    suffixes: Table
    prefix_stem: dict[str, frozenset[str]]
    stem_suffix: dict[str, frozenset[str]]
    prefix_suffix: dict[str, frozenset[str]]

    def splits(self, word: str) -> Iterator[Split]:
        """Every reading of a word written without marks; several may differ in vowels only."""
        word = word.translate(_KEY)
        size = len(word)
        ends = [
            (j, found) for j in range(max(1, size - 6), size + 1) if (found := self.suffixes.get(word[j:])) is not None
        ]
        for i in range(size):
            prefixes = self.prefixes.get(word[:i])
            if prefixes is None:
                if i > 6:
                    break
                continue
            for j, suffixes in ends:
                stems = self.stems.get(word[i:j]) if j > i else None
                if stems is not None:
                    yield from self._combine(prefixes, stems, suffixes)

    def _combine(
        self, prefixes: tuple[Piece, ...], stems: tuple[Piece, ...], suffixes: tuple[Piece, ...]
    ) -> Iterator[Split]:
        for before, diac_before, bare_before, features_before in prefixes:
            fits_prefix = self.prefix_stem.get(before, _NOTHING)
            suffix_ok = self.prefix_suffix.get(before, _NOTHING)
            for category, diac, bare, features, lemma, pos, root, gloss in stems:
                if category not in fits_prefix:
                    continue
                fits_stem = self.stem_suffix.get(category, _NOTHING)
                for after, diac_after, bare_after, features_after in suffixes:
                    if after in fits_stem and after in suffix_ok:
                        yield Split(
                            category, lemma, pos, root, gloss, _merge(features_before, features, features_after),
                            bare_before + bare + bare_after, diac_before + diac + diac_after, bool(bare_after),
                        )  # fmt: skip


@lru_cache(maxsize=10_000)
def _merge(prefix: tuple[str, ...], stem: tuple[str, ...], suffix: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(p or x or s for p, s, x in zip(prefix, stem, suffix, strict=True))


def load_lexicon(cache: Path, database: Path | None = None) -> Lexicon:
    """The lexicon of a database, built first (about 5 s) when the cache folder does not have it.

    Args:
        cache: folder for what is built once; may be shared by processes.
        database: an ALMOR database such as CAMeL's morphology-db-msa-r13; without it the Buckwalter one.

    Raises:
        FileNotFoundError: the Buckwalter dictionaries are needed and not installed, or there is no such database.
    """
    path = _lexicon_path(cache, database)
    try:
        return Lexicon(*marshal.loads(path.read_bytes()))
    except (OSError, EOFError, ValueError, TypeError):  # not there yet, or cut short
        tables = _flatten(load_database(cache, database))
        _dump(tables, path)
        return Lexicon(*tables)


def _lexicon_path(cache: Path, database: Path | None) -> Path:
    name = f"buckwalter{BUILD}"
    if database is not None:
        stat = database.stat()
        name = hashlib.sha256(f"{database.resolve()}|{stat.st_size}|{stat.st_mtime_ns}".encode()).hexdigest()[:12]
    return cache / f"lexicon-{name}-{LAYOUT}-m{marshal.version}.bin"


def _dump(tables: tuple[Any, ...], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    with os.fdopen(handle, "wb") as file:
        file.write(marshal.dumps(tables))
    os.replace(name, path)


def _flatten(db: Any) -> tuple[Any, ...]:
    """A MorphologyDB as plain dicts of tuples, equal strings shared."""
    shared: dict[Any, Any] = {}

    def share(value: Any) -> Any:
        return shared.setdefault(value, value)

    def piece(category: str, found: dict[str, str], stem: bool) -> tuple[Any, ...]:
        diac = found.get("diac", "")
        features = share(tuple("" if found.get(f, "") in _ABSENT else share(found[f]) for f in _FEATURES))
        start = (share(category), share(diac), share(_bare(diac)), features)
        return (*start, *(share(v) for v in _stem_fields(found))) if stem else start

    def table(source: dict[str, list[tuple[str, dict[str, str]]]], stem: bool = False) -> Table:
        return {k: tuple(dict.fromkeys(piece(c, a, stem) for c, a in v)) for k, v in source.items()}

    def compatible(source: dict[str, set[str]]) -> dict[str, frozenset[str]]:
        return {k: frozenset(v) for k, v in source.items()}

    return (
        table(db.prefix_hash), table({k: v for k, v in db.stem_hash.items() if k != "NOAN"}, True), table(db.suffix_hash),
        compatible(db.prefix_stem_compat), compatible(db.stem_suffix_compat), compatible(db.prefix_suffix_compat),
    )  # fmt: skip


def _bare(diac: str) -> str:
    return dediac(diac).replace("#", "").replace("+", "").replace("ٱ", "ا")


def _stem_fields(found: dict[str, str]) -> tuple[str, str, str, str]:
    root = found.get("root", "")
    gloss = found.get("gloss", "").replace("_", " ")
    return _bare(found["lex"]), found["pos"], "" if root == "NTWS" else root, "" if gloss == "NO GLOSS" else gloss
