-- One row a pair of entities named in one sentence: in how many sentences and documents. Places count as entities too; a pair stands once,
-- the lower id first.
WITH named AS (SELECT DISTINCT document_id, sentence_no, entity_id FROM lake.main.mentions),
pairs AS (
  SELECT a.entity_id AS entity_a, b.entity_id AS entity_b, count(*) AS sentences, count(DISTINCT a.document_id) AS documents
  FROM named a JOIN named b ON a.document_id = b.document_id AND a.sentence_no = b.sentence_no AND a.entity_id < b.entity_id
  GROUP BY a.entity_id, b.entity_id
)
SELECT p.entity_a, coalesce(x.name_en, x.name_ar) AS name_a, x.kind AS kind_a, p.entity_b, coalesce(y.name_en, y.name_ar) AS name_b, y.kind AS kind_b,
  p.sentences, p.documents
FROM pairs p JOIN lake.main.entities x ON x.entity_id = p.entity_a JOIN lake.main.entities y ON y.entity_id = p.entity_b
