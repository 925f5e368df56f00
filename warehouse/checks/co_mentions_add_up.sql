-- error: The pairs of a month are those of its sentences: as many as the entities of each sentence make.
WITH sizes AS (
  SELECT coalesce(date_trunc('month', d.published_at)::DATE, '0001-01-01') AS month, count(DISTINCT m.entity_id) AS n
  FROM mentions m JOIN documents d USING (document_id) GROUP BY month, m.document_id, m.sentence_no
), wanted AS (SELECT month, sum(n * (n - 1) // 2) AS pairs FROM sizes GROUP BY month HAVING pairs > 0),
kept AS (SELECT month, sum(sentences) AS pairs FROM co_mentions GROUP BY month)
SELECT month, w.pairs AS wanted, k.pairs AS kept
FROM wanted w FULL JOIN kept k USING (month) WHERE w.pairs IS DISTINCT FROM k.pairs
