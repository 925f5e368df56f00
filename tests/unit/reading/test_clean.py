from __future__ import annotations

from tasks.reading.clean import body, line

P1 = "أعلنت الشركة أنها ستبدأ تشغيل الخط الجديد قبل نهاية العام."
P2 = "وقال مديرها إن الخط سيربط المدينتين في أقل من ساعة."


def test_notes_that_lead_elsewhere_are_cut() -> None:
    seen = "شاهد أيضا\nخط جديد للحافلات\nمحطة جديدة في الشمال"
    text = f"{P1}\nاقرأ أيضاً: قطار سريع في بلد آخر\n{P2}\n{seen}\nللمزيد تابعونا على فيسبوك"
    assert body(text) == f"{P1}\n{P2}"


def test_a_paragraph_that_only_begins_like_a_note_stays() -> None:
    paragraph = "للمزيدين في العمر برامج خاصة، " + "وتشمل البرامج دورات في اللغة والحاسوب " * 8 + "بحسب الوزارة."
    assert body(f"{P1}\n{paragraph}").endswith("بحسب الوزارة.")


def test_what_follows_a_note_as_running_text_stays() -> None:
    assert body(f"{P1}\nاقرأ أيضا:\n{P2}") == f"{P1}\n{P2}"


def test_a_repeated_headline_is_cut_and_spelling_stays() -> None:
    assert body(f"إطلاق الخط الجديد\n{P1}", "اطلاق الخط الجديد") == P1
    assert body("اعلنت الحكومه أن إلى").startswith("اعلنت الحكومه أن إلى")


def test_layout() -> None:
    assert body("  سطر   أول\u00a0هنا \r\n\r\n\tسطر\u200f ثان\x00 ") == "سطر أول هنا\nسطر ثان"
    assert line("عنوان\nعلى سطرين ") == "عنوان على سطرين"
    assert body("ﺍﻟﺴﻼﻡ ﻋﻠﻴﻜﻢ") == "السلام عليكم"


def test_edges_of_pages() -> None:
    text = f"نشر في: 9 شباط 2021 - 14:30\n{P1}\n{P2}\nالآراء الواردة لا تعبر عن رأي موقعنا"
    assert body(text, is_page=True) == f"{P1}\n{P2}"
    assert body(text).startswith("نشر في")
    assert body(f"{P1}\nوكان ذلك في 9 شباط 2021.", is_page=True).endswith("2021.")
