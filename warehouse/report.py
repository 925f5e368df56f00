"""What `marsad report` shows: the queries behind the page, over a period of event days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb

from warehouse.checking import ERROR, run_checks

Row = dict[str, Any]
_DAY = "coalesce(event_date, first_reported_at::DATE)"
_IN_PERIOD = f"{_DAY} BETWEEN $since AND $until"


@dataclass(frozen=True)
class Report:
    """Rows for each part of the page; every row is a dict by column name."""

    since: date
    until: date
    unit: str  # day, week, month or year: the width of a column in time
    totals: Row
    timeline: list[Row]  # start, quad_class, events
    places: list[Row]  # name_en, name_ar, latitude, longitude, events, conflict
    dyads: list[Row]  # source, target, events, mean_goldstein
    countries: list[Row]  # iso3, name_en, name_ar, events: the sides of the matrix
    actors: list[Row]
    protests: list[Row]
    fatalities: list[Row]
    last_day: date | None
    latest: list[Row] = field(default_factory=list)  # the events first told on the last day, with sentence and trigger
    coverage: list[Row] = field(default_factory=list)
    rejects: list[Row] = field(default_factory=list)
    checks: list[Row] = field(default_factory=list)


def gather(con: duckdb.DuckDBPyConnection, since: date | None = None, until: date | None = None) -> Report:
    """Read everything the page shows.

    Args:
        con: a connection to the lake with its views.
        since: first day of events; the first day of publication when left out.
        until: last day, inclusive; the last day of publication when left out.
    """
    since, until = _period(con, since, until)
    ask = _Asker(con, {"since": since, "until": until})
    last_day = ask.one(f"SELECT max(first_reported_at::DATE) AS day FROM events WHERE {_IN_PERIOD}")["day"]
    unit = _unit(since, until)
    countries = ask.all(_COUNTRIES)
    return Report(
        since,
        until,
        unit,
        totals=ask.one(_TOTALS),
        timeline=ask.all(_TIMELINE.format(unit=unit)),
        places=ask.all(_PLACES),
        dyads=ask.all(_DYADS, countries=[c["iso3"] for c in countries]),
        countries=countries,
        actors=ask.all(_ACTORS),
        protests=ask.all(_PROTESTS),
        fatalities=ask.all(_FATALITIES),
        last_day=last_day,
        latest=ask.all(_LATEST, last_day=last_day) if last_day else [],
        coverage=ask.all(_COVERAGE),
        rejects=ask.all(_REJECTS),
        checks=_checks(con),
    )


class _Asker:
    """Runs queries with the period as parameters and gives rows as dicts."""

    def __init__(self, con: duckdb.DuckDBPyConnection, period: Row) -> None:
        self.con, self.period = con, period

    def all(self, sql: str, **more: Any) -> list[Row]:
        given = {k: v for k, v in {**self.period, **more}.items() if f"${k}" in sql}
        cursor = self.con.execute(sql, given)
        return _dicts([d[0] for d in cursor.description or []], cursor.fetchall())

    def one(self, sql: str) -> Row:
        return self.all(sql)[0]


def _dicts(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[Row]:
    return [dict(zip(names, row, strict=True)) for row in rows]


def _period(con: duckdb.DuckDBPyConnection, since: date | None, until: date | None) -> tuple[date, date]:
    first, last = con.execute(
        "SELECT coalesce(min(published_at)::DATE, current_date), coalesce(max(published_at)::DATE, current_date) FROM documents"
    ).fetchall()[0]
    return since or min(first, until or last), until or max(last, since or first)


def _unit(since: date, until: date) -> str:
    """The widest unit that still gives a line its shape: some 10 to 130 columns."""
    days = (until - since).days + 1
    return "day" if days <= 62 else "week" if days <= 62 * 7 else "month" if days <= 10 * 366 else "year"


def _checks(con: duckdb.DuckDBPyConnection) -> list[Row]:
    return [
        {
            "name": r.check.name,
            "meaning": r.check.meaning,
            "failures": r.failures,
            "is_error": r.check.severity == ERROR,
        }
        for r in run_checks(con, sample=0)
    ]


_TOTALS = f"""
SELECT (SELECT count(*) FROM documents WHERE published_at::DATE BETWEEN $since AND $until) AS documents,
  (SELECT count(DISTINCT source_id) FROM documents WHERE published_at::DATE BETWEEN $since AND $until) AS sources,
  count(*) FILTER (status = 'occurred') AS occurred, count(*) FILTER (status = 'planned') AS planned,
  count(*) FILTER (status = 'negated') AS negated, count(*) FILTER (status = 'possible') AS possible,
  coalesce(sum(mention_count), 0) AS tellings, count(*) FILTER (plover_type = 'PROTEST' AND status = 'occurred') AS protests,
  coalesce(sum(killed) FILTER (status = 'occurred'), 0) AS killed
FROM events WHERE {_IN_PERIOD}"""

_TIMELINE = f"""
SELECT date_trunc('{{unit}}', {_DAY})::DATE AS start, quad_class, count(*) AS events
FROM events WHERE status = 'occurred' AND {_IN_PERIOD} GROUP BY ALL ORDER BY ALL"""

_PLACES = f"""
SELECT any_value(place_name) AS name_en, any_value(place_name_ar) AS name_ar, latitude, longitude, count(*) AS events,
  count(*) FILTER (quad_class >= 3) AS conflict
FROM mart.events_enriched WHERE status = 'occurred' AND latitude IS NOT NULL AND {_IN_PERIOD}
GROUP BY latitude, longitude ORDER BY events DESC, latitude, longitude LIMIT 400"""

_COUNTRIES = f"""
WITH sides AS (
  SELECT unnest([source_country, target_country]) AS iso3 FROM events
  WHERE status = 'occurred' AND source_country <> target_country AND {_IN_PERIOD}
)
SELECT iso3, coalesce(any_value(c.name_en), iso3) AS name_en, any_value(c.name_ar) AS name_ar, count(*) AS events
FROM sides LEFT JOIN lake.ref.countries c USING (iso3) GROUP BY iso3 ORDER BY events DESC, iso3 LIMIT 10"""

_DYADS = f"""
SELECT source_country AS source, target_country AS target, count(*) AS events, avg(goldstein) AS mean_goldstein
FROM events WHERE status = 'occurred' AND source_country <> target_country AND {_IN_PERIOD}
  AND source_country IN (SELECT unnest($countries::VARCHAR[])) AND target_country IN (SELECT unnest($countries::VARCHAR[]))
GROUP BY ALL ORDER BY ALL"""

_ACTORS = f"""
WITH parts AS (
  SELECT DISTINCT unnest([source_entity_id, target_entity_id]) AS entity_id, event_id, quad_class FROM events
  WHERE status = 'occurred' AND {_IN_PERIOD}
)
SELECT entity_id, any_value(n.name_en) AS name_en, any_value(n.name_ar) AS name_ar, any_value(n.country) AS country, any_value(n.sector) AS sector,
  count(*) AS events, count(*) FILTER (quad_class <= 2) AS cooperation, count(*) FILTER (quad_class >= 3) AS conflict
FROM parts JOIN entities n USING (entity_id) GROUP BY entity_id ORDER BY events DESC, entity_id LIMIT 15"""

_PROTESTS = f"""
SELECT event_date, status, form, country, coalesce(place_name, country) AS place, place_name_ar, source_name, source_name_ar, target_name, target_name_ar,
  document_count, event_id
FROM mart.protests WHERE {_IN_PERIOD} ORDER BY event_date DESC NULLS LAST, document_count DESC, event_id LIMIT 15"""

_FATALITIES = """
SELECT event_id, any_value(event_date) AS event_date, any_value(plover_type) AS plover_type, any_value(coalesce(place_name, place_country)) AS place,
  any_value(target_name) AS target_name, min(killed) AS killed_least, max(killed) AS killed_most, min(wounded) AS wounded_least, max(wounded) AS wounded_most,
  string_agg(DISTINCT who_says_so, ', ' ORDER BY who_says_so) AS who, min(event_mention_id) AS event_mention_id
FROM mart.fatalities WHERE coalesce(event_date, published_at::DATE) BETWEEN $since AND $until
GROUP BY event_id ORDER BY coalesce(killed_most, 0) DESC, coalesce(wounded_most, 0) DESC, event_id LIMIT 15"""

_LATEST = f"""
WITH best AS (SELECT event_id, arg_max(m, (m.confidence, m.event_mention_id)) AS m FROM event_mentions m GROUP BY event_id)
SELECT e.event_id, e.event_date, e.date_precision, e.status, e.plover_type, e.plover_mode, e.cameo_code, e.cameo_name, e.quad_class, e.goldstein,
  coalesce(e.source_name, e.source_country_name) AS source_name, coalesce(e.source_name_ar, e.source_country_name_ar) AS source_name_ar,
  coalesce(e.target_name, e.target_country_name) AS target_name, coalesce(e.target_name_ar, e.target_country_name_ar) AS target_name_ar,
  e.place_name, e.document_count, e.confidence, b.m.event_mention_id AS event_mention_id, coalesce(d.outlet, d.source_id) AS outlet, d.url,
  d.text[s.char_start + 1 : b.m.trigger_start] AS before, d.text[b.m.trigger_start + 1 : b.m.trigger_end] AS trigger,
  d.text[b.m.trigger_end + 1 : s.char_end] AS after
FROM mart.events_enriched e JOIN best b USING (event_id) JOIN documents d ON d.document_id = b.m.document_id
JOIN sentences s ON s.document_id = b.m.document_id AND s.sentence_no = b.m.sentence_no
WHERE e.first_reported_at::DATE = $last_day AND {_IN_PERIOD}
ORDER BY e.document_count DESC, e.confidence DESC, e.event_id LIMIT 40"""

_COVERAGE = """
SELECT outlet, sum(documents) AS documents, sum(duplicates) AS duplicates, sum(words) AS words, sum(event_mentions) AS event_mentions,
  min(day) AS first_day, max(day) AS last_day
FROM mart.coverage WHERE day BETWEEN $since AND $until GROUP BY outlet ORDER BY documents DESC, outlet LIMIT 25"""

_REJECTS = """
SELECT stage, error, count(*) AS items, any_value(advice) AS advice FROM rejects
GROUP BY stage, error ORDER BY items DESC, stage, error LIMIT 15"""
