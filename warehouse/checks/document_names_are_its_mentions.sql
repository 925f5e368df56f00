-- error: A document's lists hold as many names as its mentions.
WITH wanted AS (
  SELECT m.document_id, count(DISTINCT (n.kind = 'PERSON', n.kind = 'ORGANIZATION', coalesce(n.name_en, n.name_ar))) AS names
  FROM mentions m JOIN entities n USING (entity_id) GROUP BY m.document_id
), kept AS (
  SELECT document_id, len(string_split(concat_ws(';', people, organizations, locations), ';')) AS names FROM document_names
)
SELECT document_id, w.names AS wanted, k.names AS kept
FROM wanted w FULL JOIN kept k USING (document_id) WHERE w.names IS DISTINCT FROM k.names
