SELECT e.event_date AS date, coalesce(e.plover_type, 'statement') AS type, e.cameo_code AS cameo, e.status,
       coalesce(s.name_en, s.name_ar, m.source_text) AS source, coalesce(t.name_en, t.name_ar, m.target_text) AS target,
       coalesce(l.name_en, l.name_ar) AS place, m.trigger_text AS trigger, m.event_mention_id[1:8] AS id
FROM event_mentions m JOIN events e USING (event_id)
LEFT JOIN entities s ON s.entity_id = m.source_entity_id
LEFT JOIN entities t ON t.entity_id = m.target_entity_id
LEFT JOIN entities l ON l.entity_id = m.location_entity_id
QUALIFY row_number() OVER (PARTITION BY e.event_id ORDER BY m.confidence DESC, m.event_mention_id) = 1
ORDER BY e.event_date, m.document_id, m.trigger_start
