-- One row a source: when it was last read well, its newest document, its documents of the last seven days against the usual week, and failures in a row.
WITH days AS (
  SELECT source_id, published_at::DATE AS day, count(*) AS n FROM lake.main.documents GROUP BY ALL
), weeks AS (
  SELECT source_id, max(day) AS newest, sum(n) AS documents, sum(n) FILTER (day > current_date - 7) AS last_week,
    sum(n) / greatest(1, date_diff('day', min(day), max(day)) + 1) * 7.0 AS usual_week
  FROM days GROUP BY source_id
)
SELECT s.source_id, s.kind, s.outlet, s.last_success_at, s.last_attempt_at, s.failures, w.newest AS newest_document, coalesce(w.documents, 0) AS documents,
  coalesce(w.last_week, 0) AS documents_last_week, round(coalesce(w.usual_week, 0), 1) AS documents_usual_week
FROM lake.main.sources s LEFT JOIN weeks w USING (source_id)
