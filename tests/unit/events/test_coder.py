from datetime import date

from tasks.events.types import Party


def names(party: Party | None) -> str:
    return (party.entity.name_en if party.entity else f"{party.country} {party.sector}".strip()) if party else ""


def only(events, plover):
    found = [e for e in events if e.plover_type == plover]
    assert len(found) == 1, [(e.trigger_text, e.plover_type) for e in events]
    return found[0]


def test_verb_first_names_subject_and_object(code):
    event = only(code("التقى سامح شكري سيرغي لافروف في القاهرة."), "CONSULT")
    assert (names(event.source), names(event.target)) == ("Sameh Shoukry", "Sergey Lavrov")
    assert event.location is not None and event.location.name_en == "Cairo"


def test_subject_first_is_the_same(code):
    event = only(code("سيرغي لافروف انتقد أوكرانيا بشدة."), "ACCUSE")
    assert (names(event.source), names(event.target)) == ("Sergey Lavrov", "Ukraine")


def test_preposition_of_the_trigger_gives_the_target(code):
    event = only(code("أشاد سامح شكري بموقف روسيا."), "SUPPORT")
    assert (names(event.source), names(event.target)) == ("Sameh Shoukry", "Russia")


def test_unnamed_party_has_country_and_sector(code):
    event = only(code("قصفت القوات الروسية مواقع في أوكرانيا."), "ASSAULT")
    assert names(event.source) == "RUS MIL"


def test_passive_has_its_subject_as_target(code):
    event = only(code("اغتيل سامح شكري في القاهرة."), "ASSAULT")
    assert names(event.target) == "Sameh Shoukry"
    assert event.source is None


def test_dates_and_offsets(code):
    text = "زار سيرغي لافروف القاهرة يوم الاثنين."
    event = only(code(text), "CONSULT")
    assert (event.event_date, event.date_precision) == (date(2021, 3, 15), "day")
    assert text[event.trigger_start : event.trigger_end] == event.trigger_text == "زار"


def test_silent_text_takes_the_date_of_publication(code):
    assert only(code("انتقد سيرغي لافروف أوكرانيا."), "ACCUSE").event_date == date(2021, 3, 17)


def test_negation_plan_and_possibility(code):
    assert only(code("لم يلتق سامح شكري سيرغي لافروف."), "CONSULT").status == "negated"
    assert only(code("سيلتقي سامح شكري سيرغي لافروف غدا."), "CONSULT").status == "planned"
    assert only(code("ربما يلتقي سامح شكري سيرغي لافروف."), "CONSULT").status == "possible"


def test_reported_event_is_attributed_to_its_speaker(code):
    event = only(code("قال سامح شكري إن القوات الروسية قصفت حلب."), "ASSAULT")
    assert names(event.attributed_to) == "Sameh Shoukry"


def test_headline_that_repeats_the_text_gives_no_event_of_its_own(code):
    events = code("انتقد سيرغي لافروف أوكرانيا اليوم.", title="سيرغي لافروف ينتقد أوكرانيا")
    assert [e.sentence_no for e in events if e.plover_type == "ACCUSE"] == [1]


def test_two_tellings_of_one_event_share_their_story(code):
    events = [
        e
        for e in code("انتقد سيرغي لافروف أوكرانيا. ثم انتقد سيرغي لافروف أوكرانيا مرة أخرى.")
        if e.plover_type == "ACCUSE"
    ]
    assert len(events) == 2 and len({e.story_key for e in events}) == 1


def test_other_target_is_another_story(code):
    events = [e for e in code("انتقد سيرغي لافروف أوكرانيا. وانتقد سيرغي لافروف حماس.") if e.plover_type == "ACCUSE"]
    assert len({e.story_key for e in events}) == 2


def test_text_without_events_has_none(code):
    assert [e for e in code("الطقس معتدل في القاهرة ودرجة الحرارة عشرون.") if e.plover_type] == []


def test_explanation_tells_rule_and_reasons(code):
    event = only(code("أشاد سامح شكري بموقف روسيا."), "SUPPORT")
    assert event.rule_id in event.because[0]
    assert any("target" in line for line in event.because)
