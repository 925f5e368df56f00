-- One row a source and day of publication: documents, duplicates, mentions and event mentions.
WITH mentions AS (SELECT document_id, count(*) AS n FROM lake.main.mentions GROUP BY document_id),
told AS (SELECT document_id, count(*) AS n FROM lake.main.event_mentions GROUP BY document_id)
SELECT d.source_id, coalesce(d.outlet, d.source_id) AS outlet, d.published_at::DATE AS day, count(*) AS documents,
  count(d.duplicate_of) AS duplicates, sum(d.word_count) AS words, coalesce(sum(m.n), 0) AS mentions, coalesce(sum(t.n), 0) AS event_mentions
FROM lake.main.documents d LEFT JOIN mentions m USING (document_id) LEFT JOIN told t USING (document_id)
GROUP BY d.source_id, coalesce(d.outlet, d.source_id), d.published_at::DATE
