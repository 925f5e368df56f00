-- One row a meeting, visit, call or negotiation, past or planned, with both parties and the place.
SELECT event_id, event_date, date_precision, status, plover_mode AS form, cameo_code, cameo_name, source_entity_id, source_name, source_name_ar,
  source_country, target_entity_id, target_name, target_name_ar, target_country, place_name, place_name_ar, place_country, mention_count, document_count
FROM lake.mart.events_enriched WHERE plover_type = 'CONSULT' AND status IN ('occurred', 'planned')
