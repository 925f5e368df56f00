import pytest

from tasks.events.casualties import casualties


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("أسفر الهجوم عن مقتل 12 جنديا وإصابة 30 آخرين.", (12, 30)),
        ("قتل ثلاثة جنود في انفجار.", (3, None)),
        ("أدى القصف إلى سقوط ١٥ قتيلا و20 جريحا.", (15, 20)),
        ("زار الرئيس المدينة في 12 مارس.", (None, None)),
    ],
)
def test_numbers_of_killed_and_wounded(prepared, text, expected):
    assert casualties(prepared(text).sentences[0].view) == expected
