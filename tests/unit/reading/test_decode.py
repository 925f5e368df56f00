from __future__ import annotations

import codecs

import pytest

from tasks.reading.decode import DecodeError, arabic_score, decode, is_binary, mend

TEXT = "قال رئيس البلدية إن أعمال الصيانة على الجسر ستبدأ الأسبوع القادم، وأضاف أن الطريق سيبقى مفتوحا."


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "windows-1256", "iso-8859-6"]
)
def test_encodings_of_arabic_news(encoding: str) -> None:
    text = TEXT.replace("،", ",") if encoding == "iso-8859-6" else TEXT
    assert decode(text.encode(encoding))[0] == text


def test_big_endian_with_mark() -> None:
    assert decode(codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"))[0] == TEXT


def test_a_wrongly_declared_charset_does_not_win() -> None:
    page = f'<meta charset="iso-8859-1"><p>{TEXT}</p>'.encode("windows-1256")
    assert TEXT in decode(page)[0]
    assert TEXT in decode(page, "utf-8")[0]


def test_a_few_broken_characters_are_left_out_and_many_refused() -> None:
    long = (TEXT * 5).encode()
    assert decode(long + b"\xff" + long)[0] == TEXT * 10
    with pytest.raises(DecodeError, match="damaged UTF-8"):
        decode(TEXT.encode()[:40] + b"\xff\xfe\xfa\x80\x81" + TEXT.encode()[40:])


@pytest.mark.parametrize(
    "data", ["これは日本語の文章です。".encode("shift-jis"), "Les élèves étaient déçus à Noël".encode("latin-1")]
)
def test_other_encodings_are_refused(data: bytes) -> None:
    with pytest.raises(DecodeError):
        decode(data)


def test_binary() -> None:
    assert is_binary(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)))
    assert not is_binary(TEXT.encode()) and not is_binary(TEXT.encode("utf-16-le")) and not is_binary(b"")


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("windows-1256", "utf-8"), ("latin-1", "utf-8"), ("latin-1", "windows-1256"), ("cp1252", "windows-1256")],
)
def test_mojibake_is_mended(wrong: str, right: str) -> None:
    broken = TEXT.encode(right).decode(wrong, "ignore")
    assert broken != TEXT and arabic_score(broken) < arabic_score(TEXT)
    mended = mend(broken)
    assert mended == TEXT or sum(a == b for a, b in zip(mended.split(), TEXT.split(), strict=False)) > 10


@pytest.mark.parametrize(
    "text", [TEXT, "", "Reuters", "زار وفد من شركة Citroën مصنع الشركة في باريس Français", "ص.ب: ١٢٣٤"]
)
def test_sound_text_is_left_alone(text: str) -> None:
    assert mend(text) == text
