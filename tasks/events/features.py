"""Named features of trigger candidates: what the models see, and what `marsad explain` can show."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from tasks.events.clause import View
from tasks.events.prepare import Prepared, Text
from tasks.events.quotes import speaker_of
from tasks.events.status import Found, find_cues
from tasks.events.vectors import Vectors, vector_key

Array = npt.NDArray[np.float32]
WINDOW = 5
NOTHING = "∅"


def lemma_of(view: View, i: int) -> str:
    """Key of a token: folded lemma with verbs marked, as in the vector table; ∅ outside the sentence."""
    if 0 <= i < len(view.tokens):
        return vector_key(view.tokens[i]) or view.tokens[i].text
    return NOTHING


def sentence_keys(view: View) -> list[str]:
    """`lemma_of` of every token."""
    return [vector_key(t) or t.text for t in view.tokens]


def trigger_features(text: Text, n: int, at: int, keys: list[str]) -> list[str]:
    """Features of token `at` of sentence n as a trigger; `keys` are the sentence's `sentence_keys`."""
    sentence = text.sentences[n]
    view = sentence.view
    own = keys[at]
    kind = view.pos[at]
    out = ["bias", f"kind={kind}", f"l={own}"]
    out += _word(view, at, own, kind)
    out += _lexicon(sentence, at, own)
    out += _neighbours(view, at, keys, own)
    out += _clause(sentence, at, keys, own)
    out += _place_in_text(text, n, at)
    out += [f"cue={f.status}:{f.cue}" for f in find_cues(view, at, sentence.cues)[:3]]
    if len(text.sentences) == 1:  # a sentence without its article
        out += [
            "alone",
            f"alone|{kind}",
            f"alone|{own}",
            *(f"alone|{f}" for f in out if f.startswith(("lext=", "lexw=", "form="))),
        ]
    return out


def _word(view: View, at: int, own: str, kind: str) -> list[str]:
    best = view.tokens[at].best
    out = [f"any={kind}:{lemma}" for lemma in view.keys[at].by_class.get(kind, ()) if lemma != own]
    if best is None:
        return out
    form = f"{best.aspect}{best.voice}{best.person}{best.number}"
    out += [f"form={kind}{form}", f"art={kind}{int(best.article)}", f"enc={kind}{best.enclitic != ''}"]
    out += [f"pre={kind}{best.prep}", f"con={kind}{best.conj}", f"lf={own}:{best.aspect}{best.prep}{int(best.article)}"]
    if best.root:
        out.append(f"root={best.root}:{kind}")
    return out


def _lexicon(sentence: Prepared, at: int, own: str) -> list[str]:
    matches = sentence.matches.get(at, ())
    if not matches:
        return ["lex=none"]
    best = matches[0].trigger
    types = {m.trigger.plover or "-" for m in matches}
    out = [f"lex={best.id}", f"lext={best.plover or '-'}", f"lexw={best.plover or '-'}:{min(matches[0].weight, 4)}"]
    out += [f"lexo={t}" for t in types if t != best.plover]
    return out


def _neighbours(view: View, at: int, keys: list[str], own: str) -> list[str]:
    size = len(keys)

    def get(i: int) -> str:
        return keys[i] if 0 <= i < size else NOTHING

    p1, p2, n1, n2 = get(at - 1), get(at - 2), get(at + 1), get(at + 2)
    out = [f"p1={p1}", f"p2={p2}", f"n1={n1}", f"n2={n2}", f"p1l={p1}|{own}", f"ln1={own}|{n1}", f"p2p1={p2}|{p1}"]
    out += [f"n1n2={n1}|{n2}", f"p3={get(at - 3)}", f"n3={get(at + 3)}"]
    out += [f"bl={k}" for k in keys[max(0, at - WINDOW) : at]]
    out += [f"br={k}" for k in keys[at + 1 : at + 1 + WINDOW]]
    out += [f"lbr={own}|{k}" for k in keys[at + 1 : at + 1 + WINDOW]]
    return out


def _clause(sentence: Prepared, at: int, keys: list[str], own: str) -> list[str]:
    """The verb that governs a noun, the preposition and noun that follow, parties to the left and right."""
    view = sentence.view
    out = []
    size = len(keys)
    verb = next((v for v in range(at - 1, max(-1, at - 9), -1) if view.pos[v] == "V"), -1)
    if verb >= 0:
        same = view.clause[verb] == view.clause[at]
        out += [f"gov={keys[verb]}:{int(same)}"] + ([f"govl={keys[verb]}|{own}"] if same else [])
    prep = next(
        (i for i in range(at + 1, min(size, at + 9)) if _prep(view, i) and view.clause[i] == view.clause[at]), -1
    )
    out.append(f"prep={own}:{_prep(view, prep)}" if prep >= 0 else f"prep={own}:")
    noun = next((i for i in range(at + 1, min(size, at + 7)) if view.pos[i] == "N"), -1)
    if noun >= 0:
        out += [f"noun={keys[noun]}", f"lnoun={own}|{keys[noun]}"]
    out += _parties(sentence, at)
    left = [
        m[0].trigger.plover or "-" for i, m in sentence.matches.items() if i < at and view.clause[i] == view.clause[at]
    ]
    right = [
        m[0].trigger.plover or "-" for i, m in sentence.matches.items() if i > at and view.clause[i] == view.clause[at]
    ]
    out += [f"ol={t}" for t in left] + [f"or={t}" for t in right]
    speech = speaker_of(sentence.speeches, at)
    if speech is not None:
        out += ["said", f"said={speech.saying.lemma}", f"direct={int(view.depth[at])}"]
    elif view.depth[at]:
        out.append("quoted")
    if view.roles[max(0, at - 1)]:
        out.append(f"role1={view.roles[max(0, at - 1)]}:{view.pos[at]}")
    return out


def _prep(view: View, i: int) -> str:
    if view.roles[i] == "prep":
        return view.words[i]
    best = view.tokens[i].best
    return best.prep if best is not None and best.prep in ("ب", "ل", "ك") else ""


def _parties(sentence: Prepared, at: int) -> list[str]:
    """Nearest parties on both sides with kind and sector, how many countries are in play, whether anyone is."""
    before = [p for p in sentence.phrases if p.last < at]
    after = [p for p in sentence.phrases if p.first > at]
    out = [f"np={min(len(before), 3)}|{min(len(after), 3)}"]
    for name, p, gap in (
        ("pl", before[-1] if before else None, at - before[-1].last if before else 0),
        ("pr", after[0] if after else None, after[0].first - at if after else 0),
    ):
        if p is None:
            out.append(f"{name}=none")
            continue
        out += [f"{name}={p.kind}", f"{name}s={p.party.sector}", f"{name}d={min(gap, 6)}"]
        if p.party.entity is not None and p.kind != "PERSON":
            out.append(f"{name}e={p.party.country}")
    countries = {p.party.country for p in sentence.phrases if p.party.country}
    out.append(f"countries={min(len(countries), 3)}")
    out += [f"sector={p.party.sector}" for p in sentence.phrases if p.party.sector][:4]
    return out


def _place_in_text(text: Text, n: int, at: int) -> list[str]:
    view = text.sentences[n].view
    out = [f"kind={view.sentence.kind}", f"no={min(view.sentence.no, 8)}", f"len={min(len(view.tokens) // 8, 6)}"]
    out.append(f"pos={min(at, 3)}" if at < 4 else f"posd={min(at // 8, 5)}")
    dates = text.sentences[n].dates
    out.append(f"date={any(d.background for d in dates)}{bool(dates)}")
    return out


def dense(view: View, rows: list[int], at: Iterable[int], vectors: Vectors) -> Array:
    """Vectors of each trigger, of three words to its left and right, and of the sentence: n × 4·size."""
    table = vectors.table[rows] if rows else np.zeros((0, vectors.size), np.float32)
    size = len(table)
    sums = np.zeros((size + 1, vectors.size), np.float32)  # of the first n words: a window's sum is a difference
    np.cumsum(table, axis=0, out=sums[1:])
    here = np.fromiter(at, np.int64)
    left, right = np.maximum(here - 3, 0), np.minimum(here + 4, size)
    before = (sums[here] - sums[left]) / np.maximum(here - left, 1)[:, None]
    after = (sums[right] - sums[here + 1]) / np.maximum(right - here - 1, 1)[:, None]
    mean = np.broadcast_to(sums[-1] / max(size, 1), (len(here), vectors.size))
    return np.concatenate([table[here], before, after, mean], axis=1).astype(np.float32)


def status_features(found: list[Found], plover: str, view: View, at: int) -> list[str]:
    """Features of the status decision."""
    best = view.tokens[at].best
    form = f"{best.pos}{best.aspect}{best.prep if best.pos == 'verb' else ''}" if best else ""
    out = ["bias", f"t={plover}", f"form={form}", f"t={plover}|{form}", f"l={lemma_of(view, at)}"]
    for f in found[:4]:
        near = "in" if f.within else "far"
        out += [
            f"cue={f.cue}:{near}",
            f"st={f.status}:{near}",
            f"st={f.status}:{near}:{plover}",
            f"d={f.status}:{max(-3, min(f.distance, 5))}",
        ]
    out += [f"p1={lemma_of(view, at - 1)}", f"p2={lemma_of(view, at - 2)}", f"n1={lemma_of(view, at + 1)}"]
    if not found:
        out.append("nocue")
    return out
