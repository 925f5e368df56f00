"""Named features of trigger candidates: what the models see, and what `marsad explain` can show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
_PADDING = 3


def lemma_of(view: View, i: int) -> str:
    """Key of a token: folded lemma with verbs marked, as in the vector table; ∅ outside the sentence."""
    if 0 <= i < len(view.tokens):
        return vector_key(view.tokens[i]) or view.tokens[i].text
    return NOTHING


def sentence_keys(view: View) -> list[str]:
    """`lemma_of` of every token."""
    return [vector_key(t) or t.text for t in view.tokens]


@dataclass(slots=True, frozen=True)
class Setting:
    """What all candidates of a sentence share."""

    padded: list[str]  # keys of the tokens, `_PADDING` times ∅ around them
    preps: list[str]  # preposition that each token is or carries, ""
    types: list[tuple[int, int, str]]  # token, clause and PLOVER type of what the lexicon finds
    parties: list[str]  # features of the parties as a whole
    sentence: tuple[list[str], str]  # features of the sentence itself, before and after those of a place in it


def setting_of(text: Text, n: int, keys: list[str]) -> Setting:
    """The setting of sentence n."""
    sentence = text.sentences[n]
    view, found = sentence.view, sentence.phrases
    around = [NOTHING] * _PADDING
    types = [(i, view.clause[i], m[0].trigger.plover or "-") for i, m in sentence.matches.items()]
    countries = {p.party.country for p in found if p.party.country}
    parties = [
        f"countries={min(len(countries), 3)}",
        *[f"sector={p.party.sector}" for p in found if p.party.sector][:4],
    ]
    place = [f"kind={view.sentence.kind}", f"no={min(view.sentence.no, 8)}", f"len={min(len(view.tokens) // 8, 6)}"]
    date = f"date={any(d.background for d in sentence.dates)}{bool(sentence.dates)}"
    preps = [_prep(view, i) for i in range(len(view.tokens))]
    return Setting([*around, *keys, *around], preps, types, parties, (place, date))


def trigger_features(text: Text, n: int, at: int, keys: list[str], setting: Setting | None = None) -> list[str]:
    """Features of token `at` of sentence n as a trigger; `keys` are the sentence's `sentence_keys`, `setting` its setting."""
    sentence = text.sentences[n]
    view = sentence.view
    own = keys[at]
    kind = view.pos[at]
    setting = setting or setting_of(text, n, keys)
    out = ["bias", f"kind={kind}", f"l={own}"]
    out += _word(view, at, own, kind)
    out += _lexicon(sentence, at, own)
    out += _neighbours(setting.padded, at + _PADDING, own)
    out += _clause(sentence, at, keys, own, setting)
    out += setting.sentence[0]
    out += [f"pos={min(at, 3)}" if at < 4 else f"posd={min(at // 8, 5)}", setting.sentence[1]]
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


def _neighbours(padded: list[str], at: int, own: str) -> list[str]:
    p3, p2, p1, _, n1, n2, n3 = padded[at - 3 : at + 4]
    before = padded[max(_PADDING, at - WINDOW) : at]
    after = padded[at + 1 : min(at + 1 + WINDOW, len(padded) - _PADDING)]
    out = [f"p1={p1}", f"p2={p2}", f"n1={n1}", f"n2={n2}", f"p1l={p1}|{own}", f"ln1={own}|{n1}", f"p2p1={p2}|{p1}"]
    out += [f"n1n2={n1}|{n2}", f"p3={p3}", f"n3={n3}"]
    out += [f"bl={k}" for k in before]
    out += [f"br={k}" for k in after]
    out += [f"lbr={own}|{k}" for k in after]
    return out


def _clause(sentence: Prepared, at: int, keys: list[str], own: str, setting: Setting) -> list[str]:
    """The verb that governs a noun, the preposition and noun that follow, parties to the left and right."""
    view = sentence.view
    pos, clause, here = view.pos, view.clause, view.clause[at]
    out = []
    verb = _last(pos, "V", at - 8, at)
    if verb >= 0:
        same = clause[verb] == here
        out += [f"gov={keys[verb]}:{int(same)}"] + ([f"govl={keys[verb]}|{own}"] if same else [])
    following = zip(setting.preps[at + 1 : at + 9], clause[at + 1 : at + 9], strict=True)
    out.append(f"prep={own}:{next((p for p, c in following if p and c == here), '')}")
    noun = _first(pos, "N", at + 1, at + 7)
    if noun >= 0:
        out += [f"noun={keys[noun]}", f"lnoun={own}|{keys[noun]}"]
    out += _parties(sentence, at)
    out += setting.parties
    out += [f"ol={t}" for i, c, t in setting.types if i < at and c == here]
    out += [f"or={t}" for i, c, t in setting.types if i > at and c == here]
    speech = speaker_of(sentence.speeches, at) if sentence.speeches else None
    if speech is not None:
        out += ["said", f"said={speech.saying.lemma}", f"direct={int(view.depth[at])}"]
    elif view.depth[at]:
        out.append("quoted")
    if view.roles[max(0, at - 1)]:
        out.append(f"role1={view.roles[max(0, at - 1)]}:{pos[at]}")
    return out


def _first(pos: list[str], kind: str, start: int, stop: int) -> int:
    """The first token of a class in start..stop-1, -1 where there is none."""
    inside = pos[start:stop]
    return start + inside.index(kind) if kind in inside else -1


def _last(pos: list[str], kind: str, start: int, stop: int) -> int:
    """The last token of a class in start..stop-1, -1 where there is none."""
    inside = pos[max(0, start) : stop][::-1]
    return stop - 1 - inside.index(kind) if kind in inside else -1


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
    return out


def dense(rows: Sequence[list[int]], at: Sequence[list[int]], vectors: Vectors) -> Array:
    """Vectors of each trigger, of three words to its left and right, and of its sentence: n × 4·size.

    Args:
        rows: rows of the vectors of each sentence's tokens.
        at: triggers of each sentence; the n rows are in their order.
        vectors: of words.
    """
    sizes = np.array([len(r) for r in rows])
    ends = np.cumsum(sizes)
    table = vectors.table[np.concatenate([np.array(r, np.int64) for r in rows])]
    # sums of the first words of each sentence, which begins with none: a window's sum is a difference
    sums = np.zeros((len(table) + len(rows), vectors.size), np.float32)
    for n, (size, end) in enumerate(zip(sizes.tolist(), ends.tolist(), strict=True)):
        np.cumsum(table[end - size : end], axis=0, out=sums[end - size + n + 1 : end + n + 1])
    counts = [len(a) for a in at]
    here = np.array([i for a in at for i in a], np.int64)
    size, begin = (np.repeat(values, counts) for values in (sizes, ends - sizes))
    base = begin + np.repeat(np.arange(len(rows)), counts)
    left, right = np.maximum(here - 3, 0), np.minimum(here + 4, size)
    before = (sums[base + here] - sums[base + left]) / np.maximum(here - left, 1)[:, None]
    after = (sums[base + right] - sums[base + here + 1]) / np.maximum(right - here - 1, 1)[:, None]
    mean = sums[base + size] / np.maximum(size, 1)[:, None]
    return np.concatenate([table[begin + here], before, after, mean], axis=1).astype(np.float32)


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
