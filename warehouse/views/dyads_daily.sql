-- One row a day, source country and target country: how many events of each quad class occurred between the two, and their mean
-- Goldstein value. Domestic rows (source and target of one country) are kept. Only what occurred counts.
SELECT event_date, source_country, target_country, count(*) AS events,
  count(*) FILTER (quad_class = 1) AS verbal_cooperation, count(*) FILTER (quad_class = 2) AS material_cooperation,
  count(*) FILTER (quad_class = 3) AS verbal_conflict, count(*) FILTER (quad_class = 4) AS material_conflict,
  avg(goldstein) AS mean_goldstein, sum(mention_count) AS mentions
FROM lake.main.events
WHERE status = 'occurred' AND date_precision = 'day' AND source_country IS NOT NULL AND target_country IS NOT NULL
GROUP BY event_date, source_country, target_country
