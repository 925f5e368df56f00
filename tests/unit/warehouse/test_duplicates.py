from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from tasks.publish import same_text
from tasks.reading.duplicates import signatures
from tests.unit.warehouse import rows
from warehouse.duplicates import find_duplicates
from warehouse.load import load_batch

TEXT = (
    "اجتمع مجلس الوزراء صباح اليوم لبحث مشروع الموازنة العامة للسنة المقبلة. وقال وزير المالية إن العجز سيتراجع بفضل زيادة الصادرات. "
    "وطالب نواب من كتل مختلفة بخفض الإنفاق على المشاريع المؤجلة، ورد الوزير بأن الحكومة ستراجع القائمة خلال أسبوعين. "
    "ومن المقرر أن يصوت البرلمان على المشروع قبل نهاية الشهر الجاري بعد جلستين علنيتين."
)
OTHER = (
    "أعلن نادي الميناء تعاقده مع حارس مرمى جديد لمدة موسمين بعد مفاوضات استمرت شهرا. وأوضح رئيس النادي أن الصفقة جاءت بطلب من المدرب الذي يسعى "
    "إلى تدعيم خط الدفاع قبل انطلاق البطولة. وسيخضع اللاعب لفحص طبي يوم الخميس قبل توقيع العقد رسميا أمام الجمهور."
)


def stage(name: str, text: str, day: int = 9) -> rows.Tables:
    batch = rows.one(name, text=text, day=day)
    batch["mentions"], batch["event_mentions"] = [], []
    prints, bands = signatures([text])
    batch["fingerprints"] = [
        {"document_id": name, "band_no": n, "band": int(band), "published_on": batch["documents"][0]["published_at"].date(),
         "signature": prints[0].tobytes() if n == 0 else None}
        for n, band in enumerate(bands.view("int64")[0])
    ]  # fmt: skip
    return {k: v for k, v in batch.items() if v}


def stories(con: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, str | None]]:
    return {
        d: (s, of) for d, s, of in con.execute("SELECT document_id, story_id, duplicate_of FROM documents").fetchall()
    }


@pytest.mark.parametrize("order", ["abc", "cba", "bca"])
def test_the_same_text_elsewhere_is_one_story_whatever_the_order(
    lake: duckdb.DuckDBPyConnection, tmp_path: Path, order: str
) -> None:
    texts = {"a": (TEXT, 9), "b": (TEXT.split(". ", 1)[1], 10), "c": (OTHER, 9)}
    for name in order:
        load_batch(lake, rows.stage(tmp_path / name, stage(name, *texts[name])), f"r{name}", "t")
        find_duplicates(lake, same_text, 30, f"r{name}")
    assert stories(lake) == {"a": ("a", None), "b": ("a", "a"), "c": ("c", None)}


def test_texts_far_apart_in_time_are_two_stories(lake: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    load_batch(lake, rows.stage(tmp_path / "1", rows.both(stage("a", TEXT, 1), stage("b", TEXT, 28))), "r", "t")
    assert find_duplicates(lake, same_text, 7, "r") == 0
    assert find_duplicates(lake, same_text, 30, "r") == 1


def test_pairs_are_judged_by_their_texts_and_not_by_estimate_alone() -> None:
    prints, _ = signatures([TEXT, OTHER])
    table = pa.table(
        {
            "one_signature": [prints[0].tobytes()] * 2,
            "other_signature": [prints[0].tobytes(), prints[1].tobytes()],
            "one_text": [TEXT] * 2,
            "other_text": [OTHER] * 2,
        }
    )
    assert same_text(table) == [False, False]
