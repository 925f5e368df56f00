"""`python -m seeds.build.codebook`: writes docs/codebook.md from the code lists in seeds/codes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import seeds

FILE = Path(__file__).parents[2] / "docs" / "codebook.md"

_HEAD = """# Codebook

What the codes in the warehouse mean. Made from `seeds/codes/*.csv` by `python -m seeds.build.codebook`; the same lists are tables in schema `ref`
(`ref.plover_types`, `ref.plover_modes`, `ref.plover_contexts`, `ref.cameo_codes`, `ref.sectors`, `ref.statuses`, `ref.countries`, `ref.fips`).

Every event has a CAMEO code. Every event but a bare public statement (CAMEO root 01) has a PLOVER type as well, which says the same on a coarser scale.
`quad_class` puts both on four: 1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict. `goldstein` runs from -10, the worst
conflict, to 10, the closest cooperation; it belongs to the code, not to the single event."""


def codebook() -> str:
    """The codebook as Markdown."""
    return "\n".join([_HEAD, *_statuses(), *_types(), *_modes(), *_contexts(), *_sectors(), *_cameo()]) + "\n"


def _table(names: Sequence[str], rows: Iterator[Sequence[str]]) -> Iterator[str]:
    yield ""
    yield "| " + " | ".join(names) + " |"
    yield "| " + " | ".join("---" for _ in names) + " |"
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", ", ") for cell in row) + " |"


def _statuses() -> Iterator[str]:
    yield "\n## Statuses\n\n`status` tells how the text tells the event. Only `occurred` counts as having happened."
    rows = seeds.read("codes/statuses.csv")
    yield from _table(
        ("status", "Arabic", "meaning"), ((f"`{r['status']}`", r["name_ar"], r["definition"]) for r in rows)
    )


def _types() -> Iterator[str]:
    yield "\n## PLOVER types\n\nScore: PLOVER's own measure of intensity; quad: quad class."
    rows = seeds.read("codes/plover_types.csv")
    listed = ((f"`{r['type']}`", r["name_ar"], r["quad_class"], r["score"], r["definition"]) for r in rows)
    yield from _table(("type", "Arabic", "quad", "score", "meaning"), listed)


def _modes() -> Iterator[str]:
    yield "\n## PLOVER modes\n\n`plover_mode`, where the words tell the form that an event of the type took."
    rows = seeds.read("codes/plover_modes.csv")
    listed = ((f"`{r['type']}`", f"`{r['mode']}`", r["name_ar"], r["definition"]) for r in rows)
    yield from _table(("type", "mode", "Arabic", "meaning"), listed)


def _contexts() -> Iterator[str]:
    yield "\n## PLOVER contexts\n\n`plover_contexts` holds any number of them."
    rows = seeds.read("codes/plover_contexts.csv")
    yield from _table(
        ("context", "Arabic", "meaning"), ((f"`{r['context']}`", r["name_ar"], r["definition"]) for r in rows)
    )


def _sectors() -> Iterator[str]:
    yield "\n## Sectors\n\nWhat kind of actor a party is: `source_sector`, `target_sector`, `entities.sector`."
    rows = seeds.read("codes/sectors.csv")
    listed = ((f"`{r['code']}`", r["name_en"], r["name_ar"], r["definition"]) for r in rows)
    yield from _table(("code", "English", "Arabic", "meaning"), listed)


def _cameo() -> Iterator[str]:
    yield "\n## CAMEO codes\n\nVersion 1.1b3. A leading zero belongs to the code. Two digits are a root, three a base code, four its detail."
    rows = seeds.read("codes/cameo_codes.csv")
    listed = ((f"`{r['code']}`", r["name"], r["quad_class"], r["goldstein"], r["plover_type"]) for r in rows)
    yield from _table(("code", "name", "quad", "Goldstein", "PLOVER"), listed)


if __name__ == "__main__":
    FILE.write_text(codebook(), encoding="utf-8")
