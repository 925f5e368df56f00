-- One row a protest that occurred or is called for: where, by whom, against whom, in which form, and how often told.
SELECT event_id, event_date, date_precision, status, plover_mode AS form, cameo_code, cameo_name, source_name, source_name_ar, source_country, target_name,
  target_name_ar, target_country, place_name, place_name_ar, coalesce(place_country, source_country) AS country, latitude, longitude, killed, wounded, mention_count,
  document_count, source_count, first_reported_at
FROM lake.mart.events_enriched WHERE plover_type = 'PROTEST' AND status IN ('occurred', 'planned')
