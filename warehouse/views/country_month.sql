-- One row a country and month: events in which the country is a party on either side, counted once each, by PLOVER type group.
WITH parts AS (
  SELECT source_country AS country, event_date, quad_class, plover_type, goldstein FROM lake.main.events
  WHERE status = 'occurred' AND source_country IS NOT NULL AND event_date IS NOT NULL
  UNION ALL
  SELECT target_country, event_date, quad_class, plover_type, goldstein FROM lake.main.events
  WHERE status = 'occurred' AND target_country IS NOT NULL AND event_date IS NOT NULL AND target_country IS DISTINCT FROM source_country
)
SELECT country, date_trunc('month', event_date)::DATE AS month, count(*) AS events,
  count(*) FILTER (quad_class = 1) AS verbal_cooperation, count(*) FILTER (quad_class = 2) AS material_cooperation,
  count(*) FILTER (quad_class = 3) AS verbal_conflict, count(*) FILTER (quad_class = 4) AS material_conflict,
  count(*) FILTER (plover_type = 'PROTEST') AS protests, count(*) FILTER (plover_type = 'ASSAULT') AS assaults, avg(goldstein) AS mean_goldstein
FROM parts GROUP BY country, month
