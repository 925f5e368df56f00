"""The starter notebook of `marsad notebook`: connects, asks, plots."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Cell = dict[str, Any]

_INTRO = """# A first look at the warehouse

Every cell runs as it is. Tables: `documents`, `sentences`, `mentions`, `entities`, `event_mentions`, `events`, `quotes`; views for analysts in schema
`mart`, code lists in schema `ref`. `docs/cookbook.md` has 25 questions with their SQL, `docs/codebook.md` explains the codes.
Plots need matplotlib (`%pip install matplotlib`); data frames need pandas (`con.sql("…").df()`)."""

_CONNECT = """from pathlib import Path
from warehouse.lake import Location, connect

con = connect(Location(Path({home!r})), read_only=True)  # snapshot="12" reads it as it was
con.sql("SELECT count(*) AS documents, min(published_at)::DATE AS first, max(published_at)::DATE AS last FROM documents").show()"""

_EVENTS = """con.sql('''
    SELECT event_date, plover_type, status, source_name, target_name, place_name, goldstein, document_count
    FROM mart.events_enriched WHERE plover_type IS NOT NULL ORDER BY event_date DESC LIMIT 10
''').show(max_width=160)"""

_SENTENCES = """# The sentence an event was coded from; `marsad explain` with the id tells why.
con.sql('''
    SELECT m.event_mention_id[1:12] AS id, m.plover_type, m.trigger_text, d.text[s.char_start + 1 : s.char_end] AS sentence
    FROM event_mentions m JOIN documents d USING (document_id) JOIN sentences s USING (document_id, sentence_no)
    WHERE m.status = 'occurred' ORDER BY m.confidence DESC LIMIT 5
''').show(max_width=200)"""

_QUERY = """weeks = con.sql('''
    SELECT date_trunc('week', event_date)::DATE AS week,
      count(*) FILTER (quad_class <= 2) AS cooperation, count(*) FILTER (quad_class >= 3) AS conflict
    FROM events WHERE status = 'occurred' AND date_precision = 'day' GROUP BY week ORDER BY week
''').fetchall()
weeks[-5:]"""

_PLOT = """import matplotlib.pyplot as plt

fig, ax = plt.subplots(figsize=(10, 3))
days = [w[0] for w in weeks]
ax.bar(days, [w[1] for w in weeks], width=6, label="cooperation")
ax.bar(days, [-w[2] for w in weeks], width=6, label="conflict")
ax.axhline(0, color="black", linewidth=0.5)
ax.set_ylabel("events a week")
ax.legend()
plt.show()"""

_DYAD = """# Who acts on whom, and how: the mean Goldstein value runs from -10 (conflict) to 10 (cooperation).
con.sql('''
    SELECT source_country, target_country, sum(events) AS events, round(sum(mean_goldstein * events) / sum(events), 1) AS goldstein
    FROM mart.dyads_daily WHERE source_country <> target_country GROUP BY ALL ORDER BY events DESC LIMIT 10
''').show()"""


def notebook(home: Path) -> str:
    """A Jupyter notebook (nbformat 4.5) as JSON text."""
    cells = [_markdown(_INTRO)] + [
        _code(source) for source in (_CONNECT.format(home=str(home)), _EVENTS, _SENTENCES, _DYAD, _QUERY, _PLOT)
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    made = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def _markdown(text: str) -> Cell:
    return {"cell_type": "markdown", "metadata": {}, "source": text.splitlines(keepends=True)}


def _code(text: str) -> Cell:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": text.splitlines(keepends=True),
    }
