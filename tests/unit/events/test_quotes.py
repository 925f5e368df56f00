def test_direct_quotation_has_offsets_without_marks(quotes):
    text = "قال سامح شكري: «سنواصل الحوار مع روسيا»."
    (quote,) = quotes(text)
    assert quote.is_direct and quote.speaker and quote.speaker.text == "سامح شكري"
    assert text[quote.start : quote.end] == "سنواصل الحوار مع روسيا"


def test_indirect_speech_after_that(quotes):
    text = "أكد سيرغي لافروف أن المحادثات تتقدم"
    (quote,) = quotes(text)
    assert not quote.is_direct
    assert text[quote.start : quote.end].endswith("المحادثات تتقدم")


def test_no_speech_no_quotes(quotes):
    assert quotes("زار سيرغي لافروف القاهرة.") == []
