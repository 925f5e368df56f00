-- One row a story (documents that print one text count as one story) and event told in it, in order of the event's day.
WITH told AS ( -- by document first: most stories are one document, and counting distinct ones takes half as long again
  SELECT d.story_id, m.event_id, count(*) AS documents, min(m.first_sentence) AS first_sentence
  FROM (SELECT document_id, event_id, min(sentence_no) AS first_sentence FROM lake.main.event_mentions GROUP BY ALL) m
  JOIN lake.main.documents d USING (document_id) GROUP BY d.story_id, m.event_id
)
SELECT o.story_id, s.title AS story_title, s.published_at AS story_published_at, o.event_id, e.event_date, e.plover_type, e.status,
  coalesce(x.name_en, x.name_ar) AS source_name, coalesce(y.name_en, y.name_ar) AS target_name, coalesce(l.name_en, l.name_ar) AS place_name, o.documents,
  o.first_sentence
FROM told o JOIN lake.main.events e USING (event_id) LEFT JOIN lake.main.documents s ON s.document_id = o.story_id
LEFT JOIN lake.main.entities x ON x.entity_id = e.source_entity_id LEFT JOIN lake.main.entities y ON y.entity_id = e.target_entity_id
LEFT JOIN lake.main.entities l ON l.entity_id = e.location_entity_id
