-- One row a pair of entities named in one sentence: in how many sentences and documents. Places count as entities too; a pair stands once,
-- the lower id first. Counted from table co_mentions, which has the same by month of publication.
WITH pairs AS (
  SELECT entity_a, entity_b, sum(sentences)::BIGINT AS sentences, sum(documents)::BIGINT AS documents
  FROM lake.main.co_mentions GROUP BY entity_a, entity_b
)
SELECT p.entity_a, coalesce(x.name_en, x.name_ar) AS name_a, x.kind AS kind_a, p.entity_b, coalesce(y.name_en, y.name_ar) AS name_b, y.kind AS kind_b,
  p.sentences, p.documents
FROM pairs p JOIN lake.main.entities x ON x.entity_id = p.entity_a JOIN lake.main.entities y ON y.entity_id = p.entity_b
