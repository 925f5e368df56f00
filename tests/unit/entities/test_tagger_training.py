"""What the tagger is trained on: tokens, projected names, folds, name lists and scores."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from seeds.build.train_ner import crossval, measure, names, silver, texts
from tasks.entities.types import Mention

ENTITIES: list[dict[str, object]] = [
    {"name": "سامي حداد", "kind": "PERSON", "mentions": ["سامي حداد", "حداد", "وزير النقل", "رئيس الوفد"]},
    {"name": "البنك الوطني", "kind": "ORGANIZATION", "mentions": ["البنك الوطني"]},
    {"name": "المملكة المتحدة", "kind": "GPE", "mentions": ["المملكة المتحدة"]},
    {"name": "جسر الشمال", "kind": "FACILITY", "mentions": ["جسر الشمال"]},
]


def tagged(sentence: str) -> list[tuple[str, str]]:
    """The words of a sentence that get a tag."""
    found = texts.project(texts.tokenize(sentence), texts._surfaces(ENTITIES))
    return [(w, t) for w, t in found if t != "O"]


def test_names_are_projected_longest_first_through_clitics() -> None:
    assert tagged("والتقى سامي حداد بحداد آخر") == [("سامي", "B-PERS"), ("حداد", "I-PERS"), ("بحداد", "B-PERS")]
    assert tagged("سافر إلى جسر الشمال") == [("جسر", "B-LOC"), ("الشمال", "I-LOC")]


def test_preposition_that_swallows_the_article() -> None:
    assert tagged("قرض للبنك الوطني") == [("للبنك", "B-ORG"), ("الوطني", "I-ORG")]
    assert tagged("وللمملكة المتحدة") == [("وللمملكة", "B-LOC"), ("المتحدة", "I-LOC")]


def test_office_that_stands_for_a_person_is_no_name() -> None:
    assert tagged("قال وزير النقل إن رئيس الوفد غادر") == []


def test_hamza_spelling_of_the_list_does_not_matter() -> None:
    surfaces = texts._surfaces([{"name": "إياد أمين", "kind": "PERSON", "mentions": ["إياد أمين"]}])
    assert [t for _, t in texts.project(["اياد", "امين"], surfaces)] == ["B-PERS", "I-PERS"]


@pytest.mark.parametrize(
    ("word", "tag", "expected"),
    [
        ("(د", "O", [("(", "O"), ("د", "O")]),
        ("لندن)", "B-LOC", [("لندن", "B-LOC"), (")", "O")]),
        ("د.ب", "I-ORG", [("د", "I-ORG"), (".", "I-ORG"), ("ب", "I-ORG")]),
        ("--", "B-ORG", [("-", "O"), ("-", "O")]),
    ],
)
def test_corpus_tokens_are_cut_again(word: str, tag: str, expected: list[tuple[str, str]]) -> None:
    assert texts._retokenize(word, tag) == expected


def test_folds_are_contiguous_and_cover_all() -> None:
    items = list(range(23))
    parts = [texts.Fold(n, 5).split(items) for n in range(5)]
    assert [x for _, held in parts for x in held] == items
    assert all(sorted(rest + held) == items for rest, held in parts)
    assert all(held == list(range(held[0], held[-1] + 1)) for _, held in parts)


def test_name_lists_keep_words_and_phrases_apart() -> None:
    lists = names.Names()
    for name, flag in (("لبنان", "country"), ("لُبنان", "region"), ("بيت لحم", "city"), ("ق", "city")):
        lists.add(name, flag)
    country, region, city = (1 << names.FLAGS.index(f) for f in ("country", "region", "city"))
    assert lists.words == {"لبنان": country | region}
    assert lists.phrases == {"بيت لحم": city}


def test_scores_count_exact_spans() -> None:
    gold = [["B-PERS", "I-PERS", "O", "B-LOC"]]
    found = [["B-PERS", "O", "O", "B-LOC"]]
    assert measure.spans(gold[0]) == {(0, 2, "PERS"), (3, 4, "LOC")}
    scores = measure.scores(gold, found)
    assert (scores["PERS"], scores["LOC"], scores["all"]) == (0.0, 1.0, 0.5)


def sentence(text: str, tags: str, sure: float) -> silver.Sentence:
    words = text.split(" ")
    return silver.Sentence(words, tags.split(" "), [sure] * len(words))


def test_document_settles_its_own_names() -> None:
    full = sentence("قال فيكتور لازاروف ان", "O B-PERS I-PERS O", 0.97)
    surname = sentence("ورد لازاروف", "O O", 0.6)
    clitic = sentence("وشكر للازاروف", "O O", 0.6)
    silver.settle([full, surname, clitic])
    assert surname.tags == ["O", "B-PERS"]
    assert surname.sure[1] > 0.6
    assert clitic.tags[1] == "B-PERS"


def test_what_the_tagger_is_sure_of_stays() -> None:
    people = [sentence("قال لازاروف", "O B-PERS", 0.97) for _ in range(4)]
    street = sentence("شارع لازاروف", "O B-LOC", 0.99)
    silver.settle([*people, street])
    assert street.tags == ["O", "B-LOC"]


def test_names_that_are_in_doubt_settle_nothing() -> None:
    doubtful = sentence("في زيراني", "O B-LOC", 0.7)
    other = sentence("من زيراني", "O O", 0.6)
    silver.settle([doubtful, other])
    assert other.tags == ["O", "O"]


def test_names_do_not_cut_into_longer_ones() -> None:
    club = sentence("نادي تورفيك الرياضي", "B-ORG I-ORG I-ORG", 0.8)
    city = sentence("مدينة تورفيك", "O B-LOC", 0.95)
    silver.settle([club, city])
    assert club.tags == ["B-ORG", "I-ORG", "I-ORG"]


def mention(text: str, start: int, end: int, kind: str) -> Mention:
    return Mention(0, start, end, text[start:end], kind)


def test_mentions_are_counted_by_the_corpus_tokens() -> None:
    text = "وصل سامي حداد إلى وبيروت"
    person, place = mention(text, 4, 13, "PERSON"), mention(text, 19, 24, "GPE")
    found = crossval.placed(text, text.split(), [person, place])
    assert found == {(1, 3, "PERS"), (4, 5, "LOC")}
    counts: crossval.Counts = Counter()
    crossval.count(counts, {(1, 3, "PERS"), (4, 5, "ORG")}, found)
    assert counts == {("PERS", "tp"): 1, ("LOC", "fp"): 1, ("ORG", "fn"): 1}
    assert crossval.row("x", counts) == "| x | 0.500 | 0.500 | 0.500 | 1.000 | 0.000 | 0.000 |"


def test_all_folds_are_counted_together(tmp_path: Path) -> None:
    folds: list[crossval.Counts] = [Counter({("PERS", "tp"): 9, ("PERS", "fn"): 1}), Counter({("PERS", "fn"): 9})]
    lines = list(crossval.table(folds))
    assert len(lines) == 5
    assert lines[-1].startswith("| **all** | 1.000 | 0.474 |")
    card = tmp_path / "card.md"
    card.write_text("a\n<!-- cross-validation -->\nstale\n<!-- end of cross-validation -->\nz\n", encoding="utf-8")
    crossval.write_card(card, lines)
    text = card.read_text(encoding="utf-8")
    assert "stale" not in text
    assert lines[-1] in text
    assert text.endswith("-->\nz\n")


def model_file(file: Path, words: str, networks: int) -> Path:
    shared = {k: np.array([1]) for k in ("vectors", "names", "name_flags", "phrases", "phrase_flags")}
    weights = {f"{n}/transitions": np.array([n]) for n in range(networks)}
    np.savez(file, words=np.array([words]), **shared, **weights)  # type: ignore[arg-type]
    return file


def test_networks_of_both_rounds_in_one_file(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from seeds.build.train_ner import export

    file = model_file(tmp_path / "a.npz", "بيت", 1)
    export.join(file, model_file(tmp_path / "b.npz", "بيت", 2))
    with np.load(file) as saved:
        assert {k for k in saved.files if "/" in k} == {"0/transitions", "1/transitions", "2/transitions"}
    with pytest.raises(ValueError, match=r"c\.npz"):
        export.join(file, model_file(tmp_path / "c.npz", "دار", 1))
