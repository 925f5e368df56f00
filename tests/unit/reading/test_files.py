from __future__ import annotations

import gzip
import json
import os
import resource
from pathlib import Path

import pytest

from tasks.reading.read import read, source_for_argument
from tasks.reading.types import Failure, RawDocument, Source, SourceError

TEXT = "أعلن وزير النقل أن الميناء الجديد سيستقبل أولى السفن في الشهر القادم بعد انتهاء أعمال التوسعة."


def everything(path: Path) -> tuple[dict[str, RawDocument], dict[str, Failure]]:
    items = list(read(source_for_argument(path)))
    documents = {i.locator: i for i in items if isinstance(i, RawDocument)}
    failures = {i.locator: i for i in items if isinstance(i, Failure)}
    assert len(documents) + len(failures) == len(items)
    return documents, failures


def line(name: str, **fields: object) -> bytes:
    return json.dumps({"id": name, "text": f"{TEXT} ({name})", **fields}, ensure_ascii=False).encode() + b"\n"


def test_broken_input_is_one_failure_each_and_everything_else_is_read(tmp_path: Path) -> None:
    lines = b"".join(line(f"n{i}") for i in range(3000))
    files = {
        "a.jsonl.gz": gzip.compress(lines)[:-2000],
        "b.jsonl": line("b1") + b'{"id": "b2", "text": \n' + line("b3") + b'[1]\n"x"\n{"id": "b6"}\n',
        "c.txt": os.urandom(4000),
        "d.txt": b"",
        "d.jsonl.gz": b"",
        "e.jsonl": line("e1") + b'{"id": "e2", "text": "' + b"a" * 50_000_000 + b'"}\n' + line("e3"),
        "f.txt": b"a" * 50_000_000,
        "g.txt": "これは日本語の文章です。".encode("shift-jis"),
        "h.json": b'{"text": ',
        "i.pdf": b"%PDF-1.4",
        "j.html": b"<html><body></body></html>",
        "k.xml": b"<nothing/>",
        "l.txt.gz": gzip.compress(b"x" * 60_000_000),
        "m.txt": "وزیر امور خارجه گفت که این مذاکرات در وین ادامه خواهد یافت و به نتیجه می‌رسد.".encode(),
        "n.txt": b"12 34",
        "good.txt": TEXT.encode(),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    documents, failures = everything(tmp_path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150_000  # KB: nothing of 50 MB is held twice

    stages = {name: failure.stage for name, failure in failures.items()}
    assert stages == {
        "a.jsonl.gz": "read",
        "b.jsonl#line-2": "parse",
        "b.jsonl#line-4": "parse",
        "b.jsonl#line-5": "parse",
        "b.jsonl#b6": "parse",
        "c.txt": "decode",
        "d.txt": "read",
        "d.jsonl.gz": "read",
        "e.jsonl#line-2": "read",
        "f.txt": "read",
        "g.txt": "decode",
        "h.json": "parse",
        "i.pdf": "read",
        "j.html": "parse",
        "k.xml": "parse",
        "l.txt.gz": "read",
        "m.txt": "language",
        "n.txt": "parse",
    }
    assert all(f.error and f.advice for f in failures.values())
    assert {"b.jsonl#b1", "b.jsonl#b3", "e.jsonl#e1", "e.jsonl#e3", "good.txt"} <= set(documents)
    assert sum(d.startswith("a.jsonl.gz#") for d in documents) > 1000


@pytest.mark.parametrize("encoding", ["windows-1256", "utf-16", "utf-8-sig"])
def test_json_lines_in_other_encodings(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.jsonl").write_bytes((line("a") + line("b")).decode().encode(encoding))
    documents, failures = everything(tmp_path)
    assert not failures and documents["a.jsonl#a"].text == f"{TEXT} (a)"


def test_fields_of_a_json_document(tmp_path: Path) -> None:
    record = {
        "id": "x1", "title": "الميناء الجديد", "text": TEXT, "published_at": "Sun, 18 Feb 2018 12:26:59 GMT",
        "url": "https://example.org/1", "source": "وكالة مثال", "author": ["منى", "سامي"], "category": "اقتصاد",
    }  # fmt: skip
    (tmp_path / "one.json").write_text(json.dumps(record), encoding="utf-8")
    (tmp_path / "two.json").write_text(json.dumps([record, {**record, "id": "x2"}]), encoding="utf-8")
    (tmp_path / "wrapped.json").write_text(json.dumps({"articles": [record]}), encoding="utf-8")
    documents, failures = everything(tmp_path)
    assert not failures and set(documents) == {"one.json", "two.json#x1", "two.json#x2", "wrapped.json#x1"}
    found = documents["one.json"]
    assert (found.title, found.outlet, found.section) == ("الميناء الجديد", "وكالة مثال", "اقتصاد")
    assert found.url == "https://example.org/1" and found.author == "منى سامي"
    assert found.published_at is not None and found.published_at.isoformat() == "2018-02-18T12:26:59+00:00"
    assert found.published_from == "metadata" and len(found.content_sha256) == 64
    assert found.content_sha256 == documents["two.json#x2"].content_sha256


def test_a_first_line_is_the_title_only_where_something_says_so(tmp_path: Path) -> None:
    second = "وقال في تصريح للصحفيين إن الكلفة بلغت مليون دولار."
    (tmp_path / "plain.txt").write_text(f"{TEXT}\n{second}", encoding="utf-8")
    (tmp_path / "apart.txt").write_text(f"الميناء الجديد\n\n{TEXT}\n{second}", encoding="utf-8")
    (tmp_path / "spaced.txt").write_text(f"{TEXT}\n\n{second}", encoding="utf-8")
    (tmp_path / "named").mkdir()
    (tmp_path / "named" / "_source.toml").write_text("title_line = true\n", encoding="utf-8")
    (tmp_path / "named" / "a.txt").write_text(f"الميناء الجديد\n{TEXT}", encoding="utf-8")
    documents, _ = everything(tmp_path)
    titles = {name: d.title for name, d in documents.items()}
    assert titles == {"apart.txt": "الميناء الجديد", "named/a.txt": "الميناء الجديد", "plain.txt": "", "spaced.txt": ""}
    assert documents["apart.txt"].text == f"{TEXT}\n{second}"


def test_a_folder_s_definition(tmp_path: Path) -> None:
    (tmp_path / "_source.toml").write_text(
        'id = "harbour"\noutlet = "صحيفة الميناء"\ncountry = "LBN"\ntime_zone = "Asia/Beirut"\n'
        '[files."a.txt"]\npublished_at = 2021-02-09\nauthor = "هدى"\n[files."b*.txt"]\npublished_at = "2021-02-10 10:00"\n',
        encoding="utf-8",
    )
    for name in ("a.txt", "b1.txt", "c 2020-05-06.txt", "d.txt"):
        (tmp_path / name).write_text(f"{TEXT} {name[0]}", encoding="utf-8")
    (tmp_path / "d.txt.toml").write_text('title = "عنوان"\npublished_at = 2019-01-02T03:04:05Z\n', encoding="utf-8")
    source = source_for_argument(tmp_path)
    assert (source.source_id, source.outlet, source.country, source.time_zone) == (
        "harbour",
        "صحيفة الميناء",
        "LBN",
        "Asia/Beirut",
    )
    documents, failures = everything(tmp_path)
    assert not failures
    dates = {
        name: (d.published_at.isoformat() if d.published_at else "", d.published_from) for name, d in documents.items()
    }
    assert dates == {
        "a.txt": ("2021-02-09T00:00:00+00:00", "metadata"),
        "b1.txt": ("2021-02-10T10:00:00+02:00", "metadata"),
        "c 2020-05-06.txt": ("2020-05-06T00:00:00+00:00", "file"),
        "d.txt": ("2019-01-02T05:04:05+02:00", "metadata"),
    }
    assert documents["a.txt"].author == "هدى" and documents["d.txt"].title == "عنوان"
    single = source_for_argument(tmp_path / "a.txt")
    assert single.source_id == "harbour"
    (document,) = read(single)
    assert document == documents["a.txt"]


def test_a_broken_definition_is_named(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "_source.toml").write_text("outlet = \n", encoding="utf-8")
    (tmp_path / "sub" / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "b.txt").write_text(TEXT, encoding="utf-8")
    documents, failures = everything(tmp_path)
    assert set(documents) == {"b.txt"} and "_source.toml" in failures["sub/a.txt"].error
    with pytest.raises(SourceError, match=r"_source\.toml"):
        source_for_argument(tmp_path / "sub")


def test_paths(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file or folder"):
        source_for_argument(tmp_path / "none")
    assert source_for_argument("https://example.org/rss").kind == "feed"
    assert source_for_argument("https://example.org/sitemap.xml").kind == "sitemap"
    assert source_for_argument("https://example.org/2024/article.html").kind == "pages"
    assert source_for_argument("https://example.org/crawl.warc.gz").kind == "file"
    first = source_for_argument(tmp_path)
    assert first == source_for_argument(str(tmp_path) + "/.") and first.source_id.startswith(tmp_path.name.lower()[:10])


def test_order_and_retry(tmp_path: Path) -> None:
    for name in ("b/2.txt", "a/1.txt", "c.txt", ".hidden.txt", "README.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    source = source_for_argument(tmp_path)
    assert [i.locator for i in read(source)] == ["c.txt", "a/1.txt", "b/2.txt"]
    assert [i.locator for i in read(source, only={"a/1.txt"})] == ["a/1.txt"]


def test_fields_that_nobody_foresaw(tmp_path: Path) -> None:
    odd: list[dict[str, object]] = [
        {"id": "surrogate\ud800", "text": TEXT + "\udfff", "title": "\ud83d"},
        {"id": "n" * 5000, "text": TEXT, "published_at": 10**400, "title": "ع" * 5000},
        {"id": {"a": 1}, "text": [TEXT, TEXT], "published_at": {"x": 1}, "author": {"name": "منى"}, "url": ["a", "b"]},
        {"id": 7, "text": {"value": TEXT}, "published_at": "99999-99-99", "source": 5, "category": None},
        {"id": 8, "text": TEXT, "published_at": "9" * 100, "title": ["عنوان"]},
    ]
    (tmp_path / "a.jsonl").write_text(
        "\n".join(json.dumps(o) for o in odd) + '\n{"a":' * 3 + "[" * 100_000, encoding="utf-8"
    )
    documents, failures = everything(tmp_path)
    assert len(documents) == len(odd) and all(d.published_at is None for d in documents.values())
    assert "a.jsonl#surrogate" in documents and max(map(len, documents)) <= 1000
    for document in documents.values():
        (document.text + document.title + document.locator + document.url).encode()
    assert {f.stage for f in failures.values()} == {"parse"}


def test_a_name_given_twice_is_a_failure_and_the_first_document_stays(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(line("x") + line("y") + line("x", title="آخر"))
    documents, failures = everything(tmp_path)
    assert documents["a.jsonl#x"].title == "" and set(failures) == {"a.jsonl#x (again)"}


def test_a_source_s_kind_tells_what_a_name_does_not(tmp_path: Path) -> None:
    (tmp_path / "export.txt").write_bytes(line("x"))
    (document,) = read(Source("s", "jsonl", str(tmp_path / "export.txt")))
    assert document.locator == "export.txt#x" and isinstance(document, RawDocument)


def test_a_retry_of_a_file_takes_its_mended_line_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(line("x") + b'{"id": "y",\n')
    (tmp_path / "b.txt").write_text(TEXT, encoding="utf-8")
    source = source_for_argument(tmp_path)
    assert {i.locator for i in read(source) if isinstance(i, Failure)} == {"a.jsonl#line-2"}
    (tmp_path / "a.jsonl").write_bytes(line("x") + line("y"))
    assert {i.locator for i in read(source, only={"a.jsonl#line-2"})} == {"a.jsonl#x", "a.jsonl#y"}


def test_markup_in_a_text_field(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(
        json.dumps({"text": f"<p>{TEXT}</p><p>وقال &quot;نعم&quot; &amp; انتهى.</p><script>x()</script>"})
    )
    (tmp_path / "b.json").write_text(json.dumps({"text": f"{TEXT}\nوبلغت النسبة < 5 وأقل من 3 > 2."}))
    documents, _ = everything(tmp_path)
    assert documents["a.json"].text == f'{TEXT}\nوقال "نعم" & انتهى.'
    assert documents["b.json"].text.endswith("وبلغت النسبة < 5 وأقل من 3 > 2.")


def test_feed_files(tmp_path: Path) -> None:
    rss = f"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>صحيفة</title><item>
<title>الميناء</title><guid>g1</guid><link>https://example.org/1</link><pubDate>Tue, 09 Feb 2021 10:00:00 +0200</pubDate>
<description>&lt;p&gt;{TEXT}&lt;/p&gt;
&lt;p&gt;وانتهى البيان هنا.&lt;/p&gt;</description></item></channel></rss>"""
    atom = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>صحيفة</title><entry><id>e1</id><title>الميناء</title>
<updated>2021-02-09T10:00:00Z</updated><content type="html">&lt;div&gt;{TEXT}&lt;/div&gt;</content></entry></feed>"""
    entry = {"id": "j1", "title": "الميناء", "content_html": f"<p>{TEXT}</p>", "date_published": "2021-02-09T10:00:00Z"}
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "صحيفة", "items": [entry]}
    (tmp_path / "a.rss").write_text(rss, encoding="utf-8")
    (tmp_path / "b.xml").write_bytes(atom.encode())
    (tmp_path / "c.json").write_text(json.dumps(feed), encoding="utf-8")
    (tmp_path / "d.xml").write_bytes(rss.replace("utf-8", "windows-1256").encode("windows-1256"))
    documents, failures = everything(tmp_path)
    assert not failures and set(documents) == {"a.rss#g1", "b.xml#e1", "c.json#j1", "d.xml#g1"}
    assert documents["a.rss#g1"].text == f"{TEXT}\nوانتهى البيان هنا."
    for document in documents.values():
        assert document.text.startswith(TEXT) and document.outlet == "صحيفة" and document.title == "الميناء"
        assert document.published_at is not None and document.published_at.date().isoformat() == "2021-02-09"
