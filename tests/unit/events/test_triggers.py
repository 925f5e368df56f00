"""Which words are proposed as triggers: word classes, words of parties, light verbs, and the two unnamed sides."""


def proposals(text):
    """Trigger word → type of its best sense, over all sentences."""
    found = ((s.view.tokens[i].text, m[0].trigger.plover) for s in text.sentences for i, m in s.matches.items())
    return dict(found)


def names(party):
    return (party.entity.name_en if party.entity else f"{party.country} {party.sector}".strip()) if party else ""


def test_light_verb_and_its_object_are_one_trigger(code, prepared):
    text = "أجرى سامح شكري محادثات مع سيرغي لافروف."
    assert proposals(prepared(text)) == {"أجرى": "CONSULT"}
    (event,) = [e for e in code(text) if e.plover_type == "CONSULT"]
    assert event.trigger_text == "أجرى سامح شكري محادثات"


def test_the_object_alone_is_a_trigger(prepared):
    assert proposals(prepared("انتهت محادثات مع سيرغي لافروف في القاهرة.")).get("محادثات") == "CONSULT"


def test_words_inside_a_longer_trigger_are_none_of_their_own(prepared):
    found = proposals(prepared("تحدث سامح شكري عن وقف إطلاق النار."))
    assert found.get("وقف") == "RETREAT" and "إطلاق" not in found and "النار" not in found


def test_description_of_a_party_may_be_a_trigger(prepared):
    text = prepared("ما زال المعتقلون في حلب بلا محام.")
    assert proposals(text).get("المعتقلون") == "COERCE"
    assert any(p.party.text == "المعتقلون" for p in text.sentences[0].phrases)


def test_verb_that_is_spelt_as_a_preposition(prepared):
    assert proposals(prepared("عبر سامح شكري عن دعم بلاده لروسيا.")).get("عبر") == "SUPPORT"
    assert "قبل" not in proposals(prepared("وصل سيرغي لافروف قبل أيام."))


def test_two_sides_are_the_two_countries_before(code):
    events = code("زار سيرغي لافروف القاهرة وبحث مع سامح شكري الوضع. ثم وقع الجانبان اتفاقا.")
    (event,) = [e for e in events if e.plover_type == "SUPPORT"]
    assert {names(event.source), names(event.target)} == {"EGY GOV", "RUS GOV"}


def test_two_sides_stay_unnamed_without_two_countries(code):
    events = code("وقع الجانبان اتفاقا.")
    assert [(e.source, e.target) for e in events if e.plover_type == "SUPPORT"] == [(None, None)]


def test_the_two_state_solution_names_no_two_sides(prepared):
    text = prepared("زار سيرغي لافروف القاهرة. وأكد تمسكه بحل الدولتين.")
    assert [p for s in text.sentences for p in s.phrases if p.kind == "PAIR"] == []
