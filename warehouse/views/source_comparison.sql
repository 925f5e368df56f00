-- One row an event told by two outlets or more, and outlet: how it tells it (status, Goldstein value, numbers of dead, first day it told it).
WITH told AS (
  SELECT m.event_id, coalesce(d.outlet, d.source_id) AS outlet, count(*) AS tellings, min(d.published_at) AS first_told_at, avg(m.goldstein) AS mean_goldstein,
    max(m.killed) AS killed, max(m.wounded) AS wounded, count(*) FILTER (m.attributed_to_entity_id IS NOT NULL) AS attributed
  FROM lake.main.event_mentions m JOIN lake.main.documents d USING (document_id) GROUP BY m.event_id, coalesce(d.outlet, d.source_id)
)
SELECT t.event_id, e.event_date, e.plover_type, e.source_name, e.target_name, t.outlet, t.tellings, t.first_told_at,
  t.first_told_at - min(t.first_told_at) OVER (PARTITION BY t.event_id) AS delay, t.mean_goldstein, t.killed, t.wounded, t.attributed
FROM told t JOIN lake.mart.events_enriched e USING (event_id) WHERE e.source_count > 1
