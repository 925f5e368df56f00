"""The rule side of coding: which sense of a trigger, and its participants by the roles that the lexicon asks for."""

from __future__ import annotations

from functools import cache

import seeds
from tasks.events.lexicon import Trigger
from tasks.events.participants import Frame, Phrase, frame
from tasks.events.prepare import Prepared, party_key
from tasks.events.quotes import speaker_of
from tasks.language.normalize import fold


@cache
def by_words() -> frozenset[str]:
    """First words of phrases that name the agent (على يد, برصاص), folded, from seeds/lexicon/agent_words.csv."""
    return frozenset(fold(r["word"]) for r in seeds.read("lexicon/agent_words.csv", required=("word",), unique="word"))


def frame_of(sentence: Prepared, at: int, passive: bool) -> Frame:
    """Roles of the chunks of a sentence for the trigger at a token."""
    return frame(sentence.view, at, passive, by_words())


def expected_roles(trigger: Trigger, side: str, is_verb: bool) -> list[str]:
    """Roles that a lexicon entry asks for, as `Frame` names them, in order of preference."""
    spec = trigger.source if side == "source" else trigger.target
    other = trigger.target if side == "source" else trigger.source
    out: list[str] = []
    for role in spec:
        if role == "subj":
            out += ["subj"] if is_verb else ["idafa", "gov", "by"] if "idafa" not in other else ["gov", "by"]
        elif role == "obj":
            out += ["obj"] if is_verb else ["obj", "idafa"]
        elif role.startswith("prep:"):
            out.append("prep:" + fold(role[5:]))
        elif role != "none":
            out.append(role)
    return out


def pick(sentence: Prepared, roles: Frame, wanted: list[str], avoid: str = "") -> tuple[Phrase | None, str]:
    """The head party of the first wanted role that has one, and the role."""
    for role in wanted:
        for c, got in roles.roles.items():
            if got == role and c in sentence.by_chunk:
                phrase = sentence.by_chunk[c][0]
                if party_key(phrase) != avoid:
                    return phrase, role
    return None, ""


def participants(sentence: Prepared, trigger: Trigger, at: int) -> tuple[Phrase | None, Phrase | None, list[str]]:
    """Source and target of a trigger by rule, with the reasons in words."""
    is_verb = sentence.view.pos[at] == "V"
    roles = frame_of(sentence, at, trigger.pos == "P")
    source, why = pick(sentence, roles, expected_roles(trigger, "source", is_verb))
    because = [f"source is the trigger's {why}"] if source else []
    if source is None and trigger.source != ("none",):
        source, why = pick(sentence, roles, ["gov", "lead"])
        if source is None:
            speech = speaker_of(sentence.speeches, at)
            source, why = (speech.speaker, "speaker") if speech else (None, "")
        because += [f"source is taken from {why}"] if source else []
    target, why = pick(sentence, roles, expected_roles(trigger, "target", is_verb), party_key(source) if source else "")
    because += [f"target is the trigger's {why}"] if target else []
    if target is None and source is not None and source.kind == "PAIR":  # الجانبان: the other side
        target = next(
            (p for p in sentence.phrases if p.kind == "PAIR" and p.first == source.first and p is not source), None
        )
        because += ["target is the other of the two sides"] if target else []
    return source, target, because
