"""Imports of Wikidata, query results and GeoNames, and names looked up in the files they make."""

from __future__ import annotations

import bz2
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tasks.entities.gazetteer import load
from tasks.entities.imported import ImportedNames
from tasks.entities.importer import ImportFileError, import_file
from tasks.entities.match import phrase_of


def item(qid: str, kind: str, name: str, *aliases: str, **claims: Any) -> dict[str, Any]:
    def statement(value: Any) -> list[dict[str, Any]]:
        return [{"mainsnak": {"datavalue": {"value": value}}, "rank": "normal"}]

    return {
        "id": qid,
        "labels": {"ar": {"value": name}, "en": {"value": f"English {qid}"}},
        "aliases": {"ar": [{"value": a} for a in aliases]},
        "claims": {"P31": statement({"id": kind}), **{k: statement(v) for k, v in claims.items()}},
        "sitelinks": {},
    }


DUMP = [
    item("Q900001", "Q5", "زيدان البحتري", "أبو فراس البحتري", P27={"id": "Q858"}),
    item("Q900002", "Q515", "عين الزيتونة", P17={"id": "Q858"}, P625={"latitude": 35.5, "longitude": 36.5}),
    item("Q900003", "Q7278", "حزب الشراع الأزرق"),
    item("Q900004", "Q11173", "حمض النتريك"),  # a chemical: no kind of ours
]


def write_dump(path: Path) -> Path:
    lines = "[\n" + ",\n".join(json.dumps(i, ensure_ascii=False) for i in DUMP) + "\n]\n"
    data = lines.encode()
    path.write_bytes({".gz": gzip.compress, ".bz2": bz2.compress}.get(path.suffix, bytes)(data))
    return path


@pytest.mark.parametrize("name", ["dump.json", "dump.json.gz", "dump.json.bz2"])
def test_a_wikidata_dump(tmp_path: Path, name: str) -> None:
    done = import_file(write_dump(tmp_path / name), tmp_path / "out")
    assert (done.entities, done.names) == (3, 4)
    names = ImportedNames(done.folder)
    (found,) = names.get(phrase_of("أبو فراس البحتري")) or ()
    assert (found.entity.wikidata_id, found.entity.kind, found.entity.country) == ("Q900001", "PERSON", "SYR")
    (place,) = names.get(phrase_of("عين الزيتونة")) or ()
    assert (place.entity.latitude, place.entity.longitude) == (35.5, 36.5)
    assert names.get(phrase_of("حمض النتريك")) is None
    assert names.get("زيدان") is None


def test_a_query_result(tmp_path: Path) -> None:
    source = tmp_path / "query.csv"
    source.write_text(
        "item,itemLabel,itemLabel_ar,altLabel_ar,class,country,coord\n"
        "http://www.wikidata.org/entity/Q900007,Some Port,ميناء الرملة البيضاء,مرفأ الرملة|Ramla,"
        "http://www.wikidata.org/entity/Q44782,LB,Point(35.5 33.9)\n",
        encoding="utf-8",
    )
    names = ImportedNames(import_file(source, tmp_path).folder)
    (found,) = names.get(phrase_of("مرفأ الرملة")) or ()
    entity = found.entity
    assert (entity.kind, entity.country, entity.latitude, entity.name_en) == ("FACILITY", "LBN", 33.9, "Some Port")


def test_a_geonames_dump_keeps_arabic_names_and_leaves_persian_ones(tmp_path: Path) -> None:
    cells = ["77", "Ain Dara", "Ain Dara", "Ain Dara,عين دارة,عین‌داره گ", "36.4", "36.8", "P", "PPL", "SY", "", "", "", "", "",
             "1200", "", "", "Asia/Damascus", "2020-01-01"]  # fmt: skip
    source = tmp_path / "SY.txt"
    source.write_text("\t".join(cells) + "\n", encoding="utf-8")
    done = import_file(source, tmp_path)
    assert done.names == 1
    (found,) = ImportedNames(done.folder).get(phrase_of("عين دارة")) or ()
    assert (found.entity.geonames_id, found.entity.country, found.entity.prominence) == ("77", "SYR", 1200.0)


def test_imported_names_add_to_the_gazetteer_and_ours_stand_for_the_same_item(tmp_path: Path) -> None:
    source = tmp_path / "more.json"
    mine = item("Q44329", "Q5", "بشار بن حافظ الأسد")
    source.write_text(json.dumps(mine, ensure_ascii=False) + "\n", encoding="utf-8")
    gazetteer = load([import_file(source, tmp_path).folder])
    (found,) = gazetteer.candidates(phrase_of("بشار بن حافظ الأسد"))
    assert found.entity.entity_id == "person:assad-bashar"
    hits = list(gazetteer.index.scan(["قال", *phrase_of("بشار بن حافظ الأسد").split(), "امس"]))
    assert [h.phrase for h in hits] == [phrase_of("بشار بن حافظ الأسد")]


def test_what_cannot_be_imported_says_why(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(ImportFileError, match="Arabic names"):
        import_file(table, tmp_path)
    cut = tmp_path / "cut.json.gz"
    cut.write_bytes(write_dump(tmp_path / "whole.json.gz").read_bytes()[:-20])
    with pytest.raises(ImportFileError, match="damaged"):
        import_file(cut, tmp_path)
    assert not list(tmp_path.glob("*.part"))


def test_an_import_replaces_the_one_before(tmp_path: Path) -> None:
    source = write_dump(tmp_path / "dump.json")
    first = import_file(source, tmp_path)
    source.write_text(json.dumps(DUMP[2], ensure_ascii=False) + "\n", encoding="utf-8")
    assert import_file(source, tmp_path).names == 1
    assert ImportedNames(first.folder).get(phrase_of("عين الزيتونة")) is None
