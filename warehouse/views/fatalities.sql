-- One row a telling that gives a number of killed or wounded: the numbers as told, the event, and who says so (the speaker the
-- clause is attributed to, else the outlet).
SELECT m.event_mention_id, m.event_id, m.document_id, m.event_date, m.plover_type, m.killed, m.wounded,
  coalesce(a.name_en, a.name_ar, d.outlet, d.source_id) AS who_says_so, m.attributed_to_entity_id,
  coalesce(t.name_en, t.name_ar, m.target_text) AS target_name, m.target_country, coalesce(l.name_en, l.name_ar) AS place_name, l.country AS place_country,
  m.trigger_text, d.published_at
FROM lake.main.event_mentions m JOIN lake.main.documents d USING (document_id)
LEFT JOIN lake.main.entities a ON a.entity_id = m.attributed_to_entity_id
LEFT JOIN lake.main.entities t ON t.entity_id = m.target_entity_id
LEFT JOIN lake.main.entities l ON l.entity_id = m.location_entity_id
WHERE (m.killed IS NOT NULL OR m.wounded IS NOT NULL) AND m.status = 'occurred'
