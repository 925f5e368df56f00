-- One row a week (from Monday) and pair of countries, in either direction: sums of Goldstein values of cooperation and of conflict, and the share
-- of material acts.
SELECT date_trunc('week', event_date)::DATE AS week, least(source_country, target_country) AS country_a,
  greatest(source_country, target_country) AS country_b, count(*) AS events,
  coalesce(sum(goldstein) FILTER (goldstein > 0), 0) AS cooperation, coalesce(sum(goldstein) FILTER (goldstein < 0), 0) AS conflict,
  sum(goldstein) AS net, avg(CASE WHEN quad_class IN (2, 4) THEN 1.0 ELSE 0.0 END) AS material_share
FROM lake.main.events
WHERE status = 'occurred' AND date_precision = 'day' AND source_country <> target_country
GROUP BY week, country_a, country_b
