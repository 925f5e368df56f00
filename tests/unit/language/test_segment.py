from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.language.segment import TOKEN_RE, dateline_span, split_sentences, tokenize
from tasks.language.types import Document, Form

PIECES = [*'ابتثدسعقلمنوهيى ةأءـًّ.،:؛؟!\n"«»()-–/…٠١12,5 AbZ@#\u200f\u200b\u00a0٪%😀', "قال ", "\n", " . ", "3.5", "د. "]
NEWS = st.lists(st.sampled_from(PIECES), max_size=100).map("".join)


def sentences(text: str, has_title: bool = False) -> list[str]:
    return [text[s.start : s.end] for s in split_sentences(Document("d", text, None, has_title))]


def words(text: str) -> list[str]:
    return [t.text for t in tokenize(text, 0, len(text), lambda w: Form(w, w))]


@given(NEWS, st.booleans())
def test_sentences_cover_the_text_in_order(text: str, has_title: bool) -> None:
    found = split_sentences(Document("d", text, None, has_title))
    assert "".join("".join(text[s.start : s.end].split()) for s in found) == "".join(text.split())
    assert all(a.end <= b.start and a.no < b.no for a, b in itertools.pairwise(found))
    assert all(s.start < s.end and not text[s.start].isspace() and not text[s.end - 1].isspace() for s in found)


@given(NEWS)
def test_tokens_are_their_text_and_leave_only_spaces_and_invisible_marks(text: str) -> None:
    tokens = tokenize(text, 0, len(text), lambda w: Form(w, w))
    assert all(text[t.start : t.end] == t.text and t.text for t in tokens)
    at, left = 0, ""
    for token in tokens:
        left += text[at : token.start]
        at = token.end
    assert not re.sub("[\u200b\u200f]", "", left + text[at:]).strip()


def test_a_headline_is_one_sentence_numbered_zero() -> None:
    document = Document("d", "غارة جديدة. قتلى في الميناء\nقال مصدر. أضاف آخر.", None, True)
    found = split_sentences(document)
    assert [(s.no, s.kind) for s in found] == [(0, "headline"), (1, "body"), (2, "body")]
    assert [s.no for s in split_sentences(Document("d", "قال مصدر. أضاف آخر."))] == [1, 2]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("وصل الوفد إلى عدن. وعاد مساء.", 2),
        ("قال الوزير: لن نقبل ذلك، ولن نوقع", 1),
        ("ارتفع 2.5 بالمئة في 10،5 دقيقة", 1),
        ("التقى د. سامي حداد نظيره", 1),
        ("بحسب أ.ف.ب فإن الوفد وصل", 1),
        ("نشر على موقع example.com أمس", 1),
        ("انتهى الاجتماع.وعاد الوفد", 2),
        ("هل يستقيل؟ لا أحد يعرف! ربما؛ وربما لا", 4),
        ('قال: "انتهت الحرب." وغادر القاعة', 2),
        ("سطر أول\n\n  سطر ثان  ", 2),
    ],
)
def test_sentence_ends(text: str, count: int) -> None:
    assert len(sentences(text)) == count, sentences(text)


def test_a_closing_quote_stays_with_its_sentence() -> None:
    assert sentences("قال: «انتهى الأمر.» ثم خرج")[0] == "قال: «انتهى الأمر.»"


def test_a_dateline_stays_in_the_first_sentence() -> None:
    text = "عدن (وكالة الساحل) - وصل الوفد اليوم."
    assert sentences(text) == [text]
    span = dateline_span(text)
    assert span is not None
    assert text[span[1] :] == "وصل الوفد اليوم."


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("هراري 15 - 7 ( اف ب ) - فاز المرشح", "فاز المرشح"),
        ("دبي، الإمارات العربية المتحدة (CNN)-- فاز", "فاز"),
        ("(CNN) -- فاز", "فاز"),
        ("دمشق / سانا / - فاز", "فاز"),
        ("بيروت - «الحياة» - فاز", "فاز"),
    ],
)
def test_dateline_shapes(text: str, rest: str) -> None:
    span = dateline_span(text)
    assert span is not None
    assert text[span[1] :] == rest


@pytest.mark.parametrize(
    "text", ["قال الوزير (60 عاما) إنه باق", "فاز الفريق 2 - 1 على ضيفه", "وصل الوفد - كما قيل - أمس"]
)
def test_no_dateline(text: str) -> None:
    assert dateline_span(text) is None


def test_a_dateline_on_its_own_line_has_its_kind() -> None:
    found = split_sentences(Document("d", "عدن (وكالة الساحل) -\nوصل الوفد اليوم."))
    assert [s.kind for s in found] == ["dateline", "body"]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("بنسبة 3.5% (أو 10،5)", ["بنسبة", "3.5", "%", "(", "أو", "10،5", ")"]),
        ("بسعر 63.83دولار", ["بسعر", "63.83", "دولار"]),
        ("مقاتلات F-16 وقمة G20", ["مقاتلات", "F-16", "وقمة", "G20"]),
        ("انظر https://example.org/a?b=1.", ["انظر", "https://example.org/a?b=1", "."]),
        ("إنّـه «رسميّ»،", ["إنّـه", "«", "رسميّ", "»", "،"]),
        ("١٥/٧/٢٠١٨", ["١٥", "/", "٧", "/", "٢٠١٨"]),
        ("كتب @user على #وسم_جديد", ["كتب", "@user", "على", "#وسم_جديد"]),
    ],
)
def test_tokens(text: str, tokens: list[str]) -> None:
    assert words(text) == tokens


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "junk", ["_a" * 200_000, " " * 400_000, ". " * 200_000, "(" * 200_000, "1a" * 200_000, "http://" * 50_000]
)
def test_junk_takes_linear_time(junk: str) -> None:
    text = f"قال {junk}\nوصل"
    for sentence in split_sentences(Document("d", text)):
        tokenize(text, sentence.start, sentence.end, lambda w: Form(w, w))


def test_addresses_of_mail_stay_whole() -> None:
    text = "راسلونا على news@example.org قبل الخميس"
    assert "news@example.org" in [m.group() for m in TOKEN_RE.finditer(text)]
