from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tasks.reading.read import read, source_for_argument
from tasks.reading.types import Failure, RawDocument, Source, SourceError
from tests.unit.reading.templates import TEMPLATES, UNDATED, Item, page, warc

TEXT = "أعلن وزير النقل أن الميناء الجديد سيستقبل أولى السفن في الشهر القادم بعد انتهاء أعمال التوسعة."
MORE = (
    "وقال الوزير في مؤتمر صحفي إن كلفة المشروع بلغت مئتي مليون دولار دفعتها الدولة والقطاع الخاص.",
    "وكانت الأعمال قد توقفت العام الماضي بسبب خلاف مع الشركة المنفذة حول مواعيد التسليم والغرامات.",
    "ويتوقع أن يوفر الميناء خمسة آلاف فرصة عمل لأبناء المحافظة، بحسب دراسة أعدتها غرفة التجارة.",
    "وطالب الصيادون بتعويضات عن الأضرار التي لحقت بهم نتيجة إغلاق المرفأ القديم خلال فترة البناء.",
    "ووعد المحافظ بتشكيل لجنة تضم ممثلين عنهم للنظر في مطالبهم قبل نهاية الشهر الجاري.",
)


def split(items: Iterable[RawDocument | Failure]) -> tuple[dict[str, RawDocument], dict[str, Failure]]:
    found = list(items)
    documents = {i.locator: i for i in found if isinstance(i, RawDocument)}
    failures = {i.locator: i for i in found if isinstance(i, Failure)}
    assert len(documents) + len(failures) == len(found)
    return documents, failures


def everything(path: Path, **fields: object) -> tuple[dict[str, RawDocument], dict[str, Failure]]:
    return split(read(Source("s", "file", str(path), options=dict(fields)) if fields else source_for_argument(path)))


def members() -> dict[str, bytes]:
    line = json.dumps({"id": "j1", "text": TEXT}).encode()
    return {
        "a/one.txt": TEXT.encode("windows-1256"),
        "a/lines.jsonl.gz": gzip.compress(line + b"\n" + b"{broken\n"),
        "../../etc/cron.d/evil.txt": TEXT.encode(),
        "/absolute.txt": TEXT.encode(),
        "inner.zip": b"PK\x05\x06" + bytes(18),
        "bomb.txt": b"a" * 30_000_000,
        "bomb.jsonl": line + b"\n" + (b" " * 100_000 + b"\n") * 400,
        "picture.png": b"\x89PNG",
        "__MACOSX/._one.txt": b"\x00\x05",
        "README.md": b"x",
        "last.txt": TEXT.encode(),
    }


EXPECTED = {"a/one.txt", "bomb.jsonl#j1", "a/lines.jsonl.gz#j1", "last.txt"}
REFUSED = {
    "a/lines.jsonl.gz#line-2": "invalid JSON",
    "../../etc/cron.d/evil.txt": "unsafe name",
    "/absolute.txt": "unsafe name",
    "inner.zip": "archive inside",
    "bomb.txt": "larger than",
    "bomb.jsonl": "bomb",
    "picture.png": "not a kind",
}


def check_members(path: Path) -> None:
    documents, failures = everything(path)
    prefix = path.name + "!"
    assert {d.removeprefix(prefix) for d in documents} == EXPECTED
    assert {f.removeprefix(prefix) for f in failures} == set(REFUSED)
    for name, reason in REFUSED.items():
        assert reason in failures[prefix + name].error


def test_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members().items():
            archive.writestr(name, data)
    check_members(tmp_path / "x.zip")


@pytest.mark.parametrize("ending", ["tar.gz", "tar.xz"])
def test_tar(tmp_path: Path, ending: str) -> None:
    with tarfile.open(tmp_path / f"x.{ending}", f"w:{ending[-2:]}") as archive:  # type: ignore[call-overload]
        for name, data in members().items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    check_members(tmp_path / f"x.{ending}")


def test_links_and_damage_in_archives(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "x.tar", "w") as archive:
        info = tarfile.TarInfo("passwords.txt")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(info)
        info = tarfile.TarInfo("a.txt")
        info.size = len(TEXT.encode())
        archive.addfile(info, io.BytesIO(TEXT.encode()))
    documents, failures = everything(tmp_path / "x.tar")
    assert set(documents) == {"x.tar!a.txt"} and "link" in failures["x.tar!passwords.txt"].error
    (tmp_path / "y.zip").write_bytes(b"PK\x03\x04 nothing")
    (tmp_path / "z.tar.gz").write_bytes(gzip.compress(b"x" * 2000)[:-10])
    for name in ("y.zip", "z.tar.gz"):
        documents, failures = everything(tmp_path / name)
        assert not documents and set(failures) == {name}


def items(count: int) -> list[Item]:
    found = []
    for n in range(count):
        paragraphs = [f"{TEXT} ({n})", *(MORE[(n + i) % len(MORE)] for i in range(1 + n % 5))]
        found.append(
            Item(
                n, f"الميناء الجديد يستقبل السفن {n}", "\n".join(paragraphs), f"2024-{n % 12 + 1:02d}-{n % 28 + 1:02d}"
            )
        )
    return found


def test_a_warc_of_pages_of_many_kinds(tmp_path: Path) -> None:
    made = items(60)
    others = [
        ("https://example.org/en", 200, "text/html", b"<html><p>An English page about the harbour</p></html>" * 10),
        ("https://example.org/gone", 404, "text/html", page(made[0])[0]),
        ("https://example.org/a.jpg", 200, "image/jpeg", b"\xff\xd8" * 500),
        ("https://example.org/empty", 200, "text/html", f"<html><script>{TEXT * 3}</script></html>".encode()),
    ]
    (tmp_path / "crawl.warc.gz").write_bytes(warc(made, others))
    documents, failures = everything(tmp_path / "crawl.warc.gz")
    assert set(failures) == {"crawl.warc.gz#https://example.org/empty"}
    assert len(documents) == len(made)
    scores = []
    for item in made:
        document = documents[f"crawl.warc.gz#https://example.org/news/{item.number}"]
        assert document.title == item.title
        if TEMPLATES[item.number % len(TEMPLATES)] not in UNDATED:
            assert document.published_at is not None and document.published_at.date().isoformat() == item.day
        got, wanted = set(document.text.split()), set(item.text.split())
        scores.append(2 * len(got & wanted) / (len(got) + len(wanted)))
    assert sum(scores) / len(scores) > 0.97 and min(scores) > 0.8


def test_a_page_captured_twice_is_two_documents(tmp_path: Path) -> None:
    first, second = items(2)
    later = Item(0, first.title, second.text, first.day)
    (tmp_path / "c.warc.gz").write_bytes(warc([first, later]))
    documents, failures = everything(tmp_path / "c.warc.gz")
    assert len(documents) == 2 and not failures
    names = sorted(documents)
    assert names[1].startswith(names[0] + "@")


def test_a_warc_that_breaks_off(tmp_path: Path) -> None:
    data = warc(items(20))
    (tmp_path / "cut.warc.gz").write_bytes(data[: len(data) // 2])
    (tmp_path / "none.warc.gz").write_bytes(gzip.compress(b"no archive at all" * 50))
    documents, failures = everything(tmp_path / "cut.warc.gz")
    assert 5 <= len(documents) < 15 and set(failures) <= {"cut.warc.gz"}
    documents, failures = everything(tmp_path / "none.warc.gz")
    assert not documents and set(failures) == {"none.warc.gz"}


def test_parquet_and_csv_with_their_own_columns(tmp_path: Path) -> None:
    columns = {"text": "matn", "title": "onwan", "published_at": "tarikh", "id": "raqm", "url": "rabit"}
    rows = [
        {"raqm": f"r{n}", "onwan": "الميناء", "matn": f"{TEXT}\nسطر {n}", "tarikh": "9/2/2021", "rabit": ""}
        for n in range(3)
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "a.parquet")
    lines = ["raqm,onwan,matn,tarikh,rabit"] + [f'r{n},الميناء,"{TEXT}\nسطر {n}",9/2/2021,' for n in range(3)]
    lines.insert(2, "r9,too,few")
    (tmp_path / "b.csv").write_bytes("\n".join(lines).encode("windows-1256"))
    for name in ("a.parquet", "b.csv"):
        documents, failures = everything(tmp_path / name, columns=columns)
        assert set(documents) == {f"{name}#r{n}" for n in range(3)}
        document = documents[f"{name}#r1"]
        assert (document.title, document.text) == ("الميناء", f"{TEXT}\nسطر 1")
        assert document.published_at is not None and document.published_at.date().isoformat() == "2021-02-09"
        assert len(failures) == (name == "b.csv")
    assert "3 cells where the header has 5" in failures["b.csv#row-2"].error
    (tmp_path / "c.parquet").write_bytes(b"PAR1 nothing")
    assert set(everything(tmp_path / "c.parquet")[1]) == {"c.parquet"}


def test_trec_collections(tmp_path: Path) -> None:
    text = f"""<DOC>
<DOCNO> AFA20010401.0001 </DOCNO><HEADLINE> الميناء الجديد </HEADLINE><TEXT>\n{TEXT[:40]}\n{TEXT[40:]}\n\nفقرة ثانية.\n</TEXT></DOC>
<DOC id="XYZ_ARB_20040102.0007" type="story"><HEADLINE>عنوان</HEADLINE><DATELINE>بيروت</DATELINE><TEXT><P>{TEXT}</P><P>وأضاف.</P></TEXT></DOC>
<DOC><DOCNO>lost</DOCNO><TEXT>{TEXT}
<DOC><DOCNO>empty</DOCNO></DOC>
<DOC><DOCNO>last</DOCNO><DATE>2003-05-06</DATE><TEXT>{TEXT}</TEXT></DOC>"""
    (tmp_path / "t.xml").write_text(text, encoding="utf-8")
    (tmp_path / "u.sgml.gz").write_bytes(gzip.compress(text.encode("windows-1256")))
    for name in ("t.xml", "u.sgml.gz"):
        documents, failures = everything(tmp_path / name)
        assert set(documents) == {f"{name}#{i}" for i in ("AFA20010401.0001", "XYZ_ARB_20040102.0007", "last")}
        assert len(failures) == 2
        days = {i.partition("#")[2]: d.published_at.date().isoformat() for i, d in documents.items() if d.published_at}
        assert days == {"AFA20010401.0001": "2001-04-01", "XYZ_ARB_20040102.0007": "2004-01-02", "last": "2003-05-06"}
        assert documents[f"{name}#AFA20010401.0001"].text.endswith("\nفقرة ثانية.")


def test_locations_behind_fsspec() -> None:
    system = fsspec.filesystem("memory")
    system.pipe({"/lake/a/one.txt": TEXT.encode(), "/lake/b.jsonl": json.dumps({"id": "1", "text": TEXT}).encode()})
    documents, failures = split(read(Source("m", "folder", "memory://lake")))
    assert set(documents) == {"a/one.txt", "b.jsonl#1"} and not failures
    documents, _ = split(read(Source("m", "file", "memory://lake/b.jsonl")))
    assert set(documents) == {"b.jsonl#1"}
    _, failures = split(read(Source("m", "file", "memory://lake/none.jsonl")))
    assert failures["none.jsonl"].stage == "fetch"
    with pytest.raises(SourceError):
        list(read(Source("m", "folder", "nosuchprotocol://lake")))
