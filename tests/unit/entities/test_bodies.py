from __future__ import annotations

from tasks.entities.bodies import bodies, entity_of
from tests.unit.entities.texts import words


def found(text: str) -> list[tuple[str, str]]:
    return [(b.kind.key, b.country) for b in bodies().find(words(text))]


def test_an_organ_with_its_nationality_or_country() -> None:
    assert found("أعلنت وزارة الدفاع الروسية ذلك") == [("defence-ministry", "RUS")]
    assert found("قال جيش مالي إن") == [("army", "MLI")]
    assert found("وافق البرلمان على") == [("parliament", "")]


def test_the_minister_is_not_his_ministry() -> None:
    assert found("قال وزير الخارجية المغربي") == []
    assert found("دعت الخارجية المغربية إلى") == [("foreign-ministry", "MAR")]
    assert found("وزير الدولة للشؤون الخارجية السعودي") == []  # the adjective is masculine


def test_the_same_organ_is_one_entity() -> None:
    kind = bodies().kinds["regime"]
    assert entity_of(kind, "SYR").entity_id == entity_of(bodies().kinds["government"], "SYR").entity_id
    assert entity_of(bodies().kinds["army"], "FRA").sector == "MIL"
