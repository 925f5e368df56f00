from __future__ import annotations

from pathlib import Path

import pytest

import seeds
from tasks.reading import sources
from tasks.reading.read import check
from tasks.reading.types import RawDocument, Source, SourceError

GOOD = """
[defaults]
time_zone = "Asia/Beirut"
delay = 3

[sources.first]   # a remark
kind = "feed"
location = "https://example.org/rss"
outlet = "مثال"
country = "LBN"
enabled = false

[sources."second"]
kind = "table"
location = "data/articles.parquet"
columns = { text = "body", published_at = "day" }
time_zone = "UTC"
"""


def test_a_good_file(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(GOOD, encoding="utf-8")
    found = sources.load(tmp_path / "sources.toml")
    assert list(found) == ["first", "second"]
    first, second = found.values()
    assert (first.kind, first.outlet, first.country, first.time_zone, first.enabled) == (
        "feed",
        "مثال",
        "LBN",
        "Asia/Beirut",
        False,
    )
    assert first.options == {"delay": 3} and second.time_zone == "UTC" and second.enabled
    assert second.location == str(tmp_path / "data/articles.parquet")
    assert second.options["columns"] == {"text": "body", "published_at": "day"}
    assert sources.enabled(found) == [second]


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ('kind = "feed"', 'kind = "fed"', 7, "kind 'fed'"),
        ('kind = "feed"\n', "", 6, "kind is missing"),
        ('outlet = "مثال"', 'outlets = "مثال"', 9, "unknown key 'outlets'"),
        ('country = "LBN"', 'country = "Lebanon"', 10, "country"),
        ("enabled = false", 'enabled = "no"', 11, "enabled must be bool"),
        ("delay = 3", 'delay = "3"', 4, "delay must be"),
        ("delay = 3", "delay = -3", 6, "negative"),
        ('time_zone = "UTC"', 'time_zone = "Beirut"', 17, "no such time zone"),
        ("https://example.org/rss", "ftp://example.org", 8, "no http address"),
        ("[defaults]", "[default]", 2, "unknown table"),
        ('"second"', '"two words"', 13, "letters, digits"),
        ("[sources.first]", "[sources.first", 6, ""),
        ("enabled = false", 'allow_addresses = ["all"]', 11, "allow_addresses"),
    ],
)
def test_a_mistake_is_named_with_its_line(old: str, new: str, line: int, message: str) -> None:
    assert GOOD.count(old) == 1
    with pytest.raises(SourceError) as raised:
        sources.parse(GOOD.replace(old, new), "my.toml")
    assert str(raised.value).startswith(f"my.toml:{line}: ") and message in str(raised.value)


def test_add_keeps_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "conf" / "sources.toml"
    new = Source(
        "third",
        "jsonl",
        '/data/a "b".jsonl',
        outlet="مثال",
        options={"columns": {"text": "body"}, "urls": ["x"], "delay": 1.5},
    )
    sources.add(path, new)
    path.write_text("# mine\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    sources.add(path, Source("fourth", "feed", "https://example.org/rss"))
    assert path.read_text(encoding="utf-8").startswith("# mine\n")
    assert sources.load(path)["third"] == new
    with pytest.raises(SourceError, match="already there"):
        sources.add(path, new)
    with pytest.raises(SourceError, match="kind"):
        sources.add(path, Source("fifth", "nonsense", "x"))
    assert list(sources.load(path)) == ["third", "fourth"]


def test_the_starter_file_is_valid_and_disabled() -> None:
    found = sources.load(seeds.path("sources/starter.toml"))
    assert len(found) == 30 and not sources.enabled(found)
    assert len({s.location for s in found.values()}) == 30
    assert all(s.kind == "feed" and s.outlet and s.country and s.time_zone != "UTC" for s in found.values())


def test_check_shows_one_document(tmp_path: Path) -> None:
    for n in range(3):
        (tmp_path / f"{n}.txt").write_text("أعلن الوزير بدء العمل في المشروع الجديد." if n else "", encoding="utf-8")
    items = check(Source("s", "folder", str(tmp_path)))
    assert len(items) == 2 and isinstance(items[1], RawDocument)
    with pytest.raises(SourceError):
        check(Source("s", "folder", str(tmp_path / "none")))
