"""Exact-match scores of name spans."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

KINDS = ("PERS", "LOC", "ORG")


def spans(tags: Sequence[str]) -> set[tuple[int, int, str]]:
    """(first token, token behind the last, kind) of each name."""
    out, start = set(), None
    for i, tag in enumerate([*tags, "O"]):
        if start is not None and (tag == "O" or tag.startswith("B-") or tag[2:] != tags[start][2:]):
            out.add((start, i, tags[start][2:]))
            start = None
        if tag != "O" and start is None:
            start = i
    return out


def scores(gold: Iterable[Sequence[str]], found: Iterable[Sequence[str]]) -> dict[str, float]:
    """F1 of each kind, and precision, recall and F1 over all."""
    counts: Counter[tuple[str, str]] = Counter()
    for want, got in zip(gold, found, strict=True):
        a, b = spans(want), spans(got)
        for what, group in (("tp", a & b), ("fp", b - a), ("fn", a - b)):
            counts.update((kind, what) for _, _, kind in group)
            counts["all", what] += len(group)
    out = {kind: _f1(counts, kind) for kind in KINDS}
    tp = counts["all", "tp"]
    out["P"] = round(tp / max(1, tp + counts["all", "fp"]), 3)
    out["R"] = round(tp / max(1, tp + counts["all", "fn"]), 3)
    out["all"] = _f1(counts, "all")
    return out


def _f1(counts: Counter[tuple[str, str]], kind: str) -> float:
    tp, fp, fn = (counts[kind, what] for what in ("tp", "fp", "fn"))
    return round(2 * tp / max(1, 2 * tp + fp + fn), 3)
