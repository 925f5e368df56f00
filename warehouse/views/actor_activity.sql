-- One row an entity: the events in which it is source or target, by quad class, with the first and last day.
WITH parts AS (
  SELECT source_entity_id AS entity_id, event_id, event_date, quad_class, goldstein, 'source' AS side FROM lake.main.events
  WHERE source_entity_id IS NOT NULL AND status = 'occurred'
  UNION ALL
  SELECT target_entity_id, event_id, event_date, quad_class, goldstein, 'target' FROM lake.main.events
  WHERE target_entity_id IS NOT NULL AND status = 'occurred'
)
SELECT p.entity_id, any_value(coalesce(n.name_en, n.name_ar)) AS name, any_value(n.name_ar) AS name_ar, any_value(n.kind) AS kind,
  any_value(n.country) AS country, any_value(n.sector) AS sector, count(DISTINCT p.event_id) AS events,
  count(*) FILTER (side = 'source') AS as_source, count(*) FILTER (side = 'target') AS as_target,
  count(*) FILTER (quad_class <= 2) AS cooperation, count(*) FILTER (quad_class >= 3) AS conflict, avg(p.goldstein) AS mean_goldstein,
  min(p.event_date) AS first_day, max(p.event_date) AS last_day
FROM parts p JOIN lake.main.entities n USING (entity_id)
GROUP BY p.entity_id
