from datetime import date

import pyarrow as pa

from tasks.events.resolve import match_key, resolve


def telling(n, key="ASSAULT|occurred|a|b", day=1, place=None, published=None, precision="day"):
    return {
        "document_event_id": f"e{n}",
        "match_key": key,
        "event_date": date(2021, 3, day) if day else None,
        "date_precision": precision,
        "location_entity_id": place,
        "published_at": published or date(2021, 3, day or 1),
    }


def ids(*rows):
    return resolve(pa.Table.from_pylist(list(rows)))


def test_same_parties_within_the_lag_are_one_event():
    assert ids(telling(1), telling(2, day=2)) == ["e1", "e1"]


def test_a_week_apart_are_two():
    assert ids(telling(1), telling(2, day=8)) == ["e1", "e2"]


def test_daily_repetitions_do_not_chain_for_ever():
    assert ids(telling(1), telling(2, day=2), telling(3, day=3)) == ["e1", "e1", "e3"]


def test_other_place_is_another_event_and_no_place_fits_any():
    assert ids(telling(1, place="homs"), telling(2, place="aleppo"), telling(3)) == ["e1", "e2", "e2"]


def test_tellings_of_one_document_event_stay_together():
    assert ids(telling(1), telling(1, day=9)) == ["e1", "e1"]


def test_other_key_is_another_event():
    assert ids(telling(1), telling(2, key="ASSAULT|occurred|a|c")) == ["e1", "e2"]


def test_undated_tellings_join_only_when_published_together():
    assert ids(telling(1, day=0), telling(2, day=0), telling(3, day=0, published=date(2021, 6, 1))) == [
        "e1",
        "e1",
        "e3",
    ]


def test_party_without_entity_counts_by_country_and_sector():
    row = {
        "plover_type": "CONSULT",
        "cameo_code": "040",
        "status": "occurred",
        "source_country": "RUS",
        "source_sector": "GOV",
        "target_entity_id": "x",
    }
    assert match_key(row) == "CONSULT|occurred|RUS:GOV|x"
