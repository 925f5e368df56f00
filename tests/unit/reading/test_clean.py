from __future__ import annotations

from tasks.reading.clean import body, credit, line

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


def test_who_wrote_it_is_no_sentence() -> None:
    assert credit(f"كتب - سامي الحداد:\n{P1}") == (P1, "سامي الحداد")
    assert credit(f"بيروت\nبقلم: هدى منصور\n{P1}") == (f"بيروت\n{P1}", "هدى منصور")
    assert credit(f"{P1}\nفرانس برس/ رويترز") == (P1, "فرانس برس/ رويترز")
    assert credit(f"{P1}\nالموقع الجديد + وكالات") == (P1, "الموقع الجديد + وكالات")
    assert credit(f"{P1}\nرويترز") == (P1, "رويترز")


def test_sentences_are_no_bylines() -> None:
    for text in (
        P1,
        f"كتب الوزير رسالة.\n{P1}",
        f"كتب الوزير رسالة إلى نظيره\n{P1}",
        f"{P1}\nونقلت رويترز الخبر",
        f"{P1}\n{P2}",
    ):
        assert credit(text) == (text, "")
