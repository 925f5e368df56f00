import pytest

from tasks.events.ontology import DEFAULT_CODE, PLOVER, codes, look_up


def test_quad_classes_are_those_gdelt_publishes():
    for code in codes().values():
        root = int(code.root)
        assert code.quad_class == (1 if root <= 5 else 2 if root <= 9 else 3 if root <= 14 else 4), code.code


def test_unknown_detail_falls_back_to_its_ancestor():
    assert look_up("1949").code == "194"
    with pytest.raises(KeyError):
        look_up("99")


def test_every_type_has_a_default_code():
    assert set(DEFAULT_CODE) == {"", *PLOVER}
    assert all(c in codes() for c in DEFAULT_CODE.values())
