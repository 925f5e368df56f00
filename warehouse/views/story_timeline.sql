-- One row a story (documents that print one text count as one story) and event told in it, in order of the event's day.
SELECT d.story_id, any_value(s.title) AS story_title, min(s.published_at) AS story_published_at, e.event_id, any_value(e.event_date) AS event_date,
  any_value(e.plover_type) AS plover_type, any_value(e.status) AS status, any_value(e.source_name) AS source_name, any_value(e.target_name) AS target_name,
  any_value(e.place_name) AS place_name, count(DISTINCT d.document_id) AS documents, min(m.sentence_no) AS first_sentence
FROM lake.main.event_mentions m JOIN lake.main.documents d USING (document_id) JOIN lake.mart.events_enriched e USING (event_id)
LEFT JOIN lake.main.documents s ON s.document_id = d.story_id
GROUP BY d.story_id, e.event_id
