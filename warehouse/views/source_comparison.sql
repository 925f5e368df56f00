-- One row an event told by two outlets or more, and outlet: how it tells it (status, Goldstein value, numbers of dead, first day it told it).
WITH shared AS (
  SELECT event_id, event_date, plover_type, source_entity_id, target_entity_id FROM lake.main.events WHERE source_count > 1
), told AS (
  SELECT m.event_id, coalesce(d.outlet, d.source_id) AS outlet, count(*) AS tellings, min(d.published_at) AS first_told_at, avg(m.goldstein) AS mean_goldstein,
    max(m.killed) AS killed, max(m.wounded) AS wounded, count(*) FILTER (m.attributed_to_entity_id IS NOT NULL) AS attributed
  FROM lake.main.event_mentions m JOIN shared USING (event_id) JOIN lake.main.documents d USING (document_id)
  GROUP BY m.event_id, coalesce(d.outlet, d.source_id)
)
SELECT t.event_id, e.event_date, e.plover_type, coalesce(x.name_en, x.name_ar) AS source_name, coalesce(y.name_en, y.name_ar) AS target_name, t.outlet, t.tellings,
  t.first_told_at, t.first_told_at - min(t.first_told_at) OVER (PARTITION BY t.event_id) AS delay, t.mean_goldstein, t.killed, t.wounded, t.attributed
FROM told t JOIN shared e USING (event_id) LEFT JOIN lake.main.entities x ON x.entity_id = e.source_entity_id
LEFT JOIN lake.main.entities y ON y.entity_id = e.target_entity_id
