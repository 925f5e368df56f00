-- One row an event with every code spelled out: names, countries and places in Arabic and English, code names, and how many
-- documents and outlets tell it.
SELECT e.event_id, e.event_date, e.date_precision, e.status,
  e.plover_type, e.plover_mode, e.cameo_code, c.name AS cameo_name, e.cameo_root, e.quad_class,
  CASE e.quad_class WHEN 1 THEN 'verbal cooperation' WHEN 2 THEN 'material cooperation' WHEN 3 THEN 'verbal conflict' ELSE 'material conflict' END AS quad_name,
  e.goldstein,
  e.source_entity_id, coalesce(s.name_en, s.name_ar) AS source_name, s.name_ar AS source_name_ar, e.source_country, sc.name_en AS source_country_name,
  sc.name_ar AS source_country_name_ar, e.source_sector,
  e.target_entity_id, coalesce(t.name_en, t.name_ar) AS target_name, t.name_ar AS target_name_ar, e.target_country, tc.name_en AS target_country_name,
  tc.name_ar AS target_country_name_ar, e.target_sector,
  e.location_entity_id, coalesce(l.name_en, l.name_ar) AS place_name, l.name_ar AS place_name_ar, l.country AS place_country, l.latitude, l.longitude,
  e.first_reported_at, e.mention_count, e.document_count, e.source_count, e.killed, e.wounded, e.confidence, e.run_id
FROM lake.main.events e
LEFT JOIN lake.ref.cameo_codes c ON c.code = e.cameo_code
LEFT JOIN lake.main.entities s ON s.entity_id = e.source_entity_id
LEFT JOIN lake.main.entities t ON t.entity_id = e.target_entity_id
LEFT JOIN lake.main.entities l ON l.entity_id = e.location_entity_id
LEFT JOIN lake.ref.countries sc ON sc.iso3 = e.source_country
LEFT JOIN lake.ref.countries tc ON tc.iso3 = e.target_country
