"""The last thirty nights as a picture: documents loaded and rejected by day, drawn as SVG for a Markdown artifact."""

from __future__ import annotations

import base64
from datetime import date, timedelta

import duckdb

DAYS = 30
_WIDTH, _HEIGHT, _LEFT, _BASE = 720, 220, 52, 186
_LOADED, _REJECTED, _FAILED, _INK = "#2b7a78", "#d1495b", "#f4a261", "#6b7280"

_NIGHTS = """
SELECT started_at::DATE AS day, sum(coalesce(documents_new, 0) + coalesce(documents_changed, 0)), sum(coalesce(documents_rejected, 0)),
       count(*) FILTER (state LIKE '%failed%' OR state LIKE '%killed%')
FROM runs WHERE started_at::DATE > ?::DATE - ? AND flow <> 'maintain' GROUP BY day ORDER BY day
"""
Night = tuple[date, int, int, int]  # day, documents loaded, documents rejected, runs that failed


def nights(con: duckdb.DuckDBPyConnection, today: date, loaded: int = 0, rejected: int = 0) -> list[Night]:
    """The last thirty days up to today, also those without a run; what a run that has not ended yet did is added to today."""
    found = {
        d: (int(new), int(bad), int(failed)) for d, new, bad, failed in con.execute(_NIGHTS, [today, DAYS]).fetchall()
    }
    so_far = found.get(today, (0, 0, 0))
    found[today] = (so_far[0] + loaded, so_far[1] + rejected, so_far[2])
    days = [today - timedelta(days=n) for n in range(DAYS - 1, -1, -1)]
    return [(d, *found.get(d, (0, 0, 0))) for d in days]


def markdown(rows: list[Night]) -> str:
    """The picture, with its figures in words for those who do not see it."""
    picture = base64.b64encode(svg(rows).encode()).decode()
    loaded, rejected, failed = sum(r[1] for r in rows), sum(r[2] for r in rows), sum(r[3] for r in rows)
    busy = sum(1 for r in rows if any(r[1:]))
    words = f"{loaded:,} documents loaded, {rejected:,} rejected, {failed} runs failed, on {busy} of {len(rows)} days"
    return f"## The last {len(rows)} nights\n\n{words}.\n\n![{words}](data:image/svg+xml;base64,{picture})\n"


def svg(rows: list[Night]) -> str:
    """Bars of documents loaded with rejects on top, a mark below a day on which a run failed."""
    most = max(1, *(r[1] + r[2] for r in rows))
    step = (_WIDTH - _LEFT - 8) / len(rows)
    scale = (_BASE - 34) / most
    parts = [_text(_LEFT, 16, "documents a night", "start"), _legend(), *_grid(most, scale)]
    for n, (day, loaded, rejected, failed) in enumerate(rows):
        x = _LEFT + n * step
        parts.append(_bar(x, step, _BASE - loaded * scale, loaded * scale, _LOADED, f"{day}: {loaded} loaded"))
        top = _BASE - (loaded + rejected) * scale
        parts.append(_bar(x, step, top, rejected * scale, _REJECTED, f"{day}: {rejected} rejected"))
        if failed:
            parts.append(f'<circle cx="{x + step / 2:.1f}" cy="{_BASE + 7}" r="3.5" fill="{_FAILED}"/>')
        if n % 5 == (len(rows) - 1) % 5:
            parts.append(_text(x + step / 2, _BASE + 26, f"{day:%d %b}", "middle"))
    body = "".join(parts)
    box = f'width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box} font-family="sans-serif" font-size="11">{body}</svg>'


def _bar(x: float, step: float, y: float, height: float, colour: str, title: str) -> str:
    if height <= 0:
        return ""
    place = f'x="{x + 1:.1f}" y="{y:.1f}" width="{step - 2:.1f}" height="{height:.1f}"'
    return f'<rect {place} fill="{colour}"><title>{title}</title></rect>'


def _grid(most: int, scale: float) -> list[str]:
    lines = []
    for value in sorted({0, most // 2, most}):
        y = _BASE - value * scale
        lines.append(
            f'<line x1="{_LEFT}" x2="{_WIDTH - 8}" y1="{y:.1f}" y2="{y:.1f}" stroke="{_INK}" stroke-opacity=".35"/>'
        )
        lines.append(_text(_LEFT - 6, y + 4, f"{value:,}", "end"))
    return lines


def _legend() -> str:
    entries = ((_LOADED, "loaded"), (_REJECTED, "rejected"), (_FAILED, "a run failed"))
    return "".join(
        f'<rect x="{_WIDTH - 250 + n * 75}" y="8" width="9" height="9" fill="{colour}"/>'
        + _text(_WIDTH - 237 + n * 75, 16, name, "start")
        for n, (colour, name) in enumerate(entries)
    )


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{_INK}">{words}</text>'
