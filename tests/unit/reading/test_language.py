from __future__ import annotations

import pytest

from tasks.reading.language import identify

SAMPLES = {
    "ar": [
        "قال المتحدث باسم الوزارة إن المفاوضات ستستأنف الشهر القادم.",
        "اعلن ناطق عسكري ان القوات سيطرت على المدينه",
        "پوتين يلتقي أردوغان في سوتشي",
        "زلزال",
        "وگالت الشاهدة إن الفندق احترق ليلا وفق ما أفاد به الدفاع المدني",
    ],
    "fa": [
        "وزیر امور خارجه ایران روز سه‌شنبه گفت که مذاکرات در وین ادامه خواهد یافت و به نتیجه می‌رسد.",
        "رئیس جمهور در دیدار با سفیر جدید این کشور بر توسعه روابط تأکید کرد",
    ],
    "ur": ["وزیر اعظم نے کہا ہے کہ حکومت عوام کے مسائل حل کرنے کے لیے اقدامات کر رہی ہے۔"],
    "ckb": ["سەرۆکی هەرێم لە کۆبوونەوەیەکدا لەگەڵ شاندێکی نێودەوڵەتی باسی دۆخی ناوچەکەی کرد."],
    "ps": ["د افغانستان حکومت وايي چې دغه پروژه به په راتلونکي کال کې بشپړه شي او کار به پرې پيل شي."],
    "en": ["The minister said on Tuesday that talks would resume next month in the capital."],
    "fr": ["Le ministre a déclaré mardi que les négociations reprendraient le mois prochain."],
    "": ["", "123 456 - 2021", "… !"],
}


@pytest.mark.parametrize(("language", "text"), [(k, t) for k, texts in SAMPLES.items() for t in texts])
def test_languages(language: str, text: str) -> None:
    assert identify(text) == language


def test_quoted_names_in_other_scripts_do_not_matter() -> None:
    assert identify("وقالت شركة Apple إنها ستطرح هاتف iPhone في الأسواق العربية خلال الشهر القادم") == "ar"
