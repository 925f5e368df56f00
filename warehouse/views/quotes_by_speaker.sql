-- One row a quote with its speaker and words, as they stand in the document.
SELECT q.quote_id, q.speaker_entity_id, coalesce(n.name_en, n.name_ar, q.speaker_text) AS speaker, n.name_ar AS speaker_ar, n.country, n.sector, q.verb,
  q.is_direct, q.text AS words, q.document_id, d.outlet, d.published_at
FROM lake.main.quotes q JOIN lake.main.documents d USING (document_id) LEFT JOIN lake.main.entities n ON n.entity_id = q.speaker_entity_id
