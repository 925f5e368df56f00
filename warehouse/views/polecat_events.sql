-- POLECAT's event table: its 40 columns in order. One row an event with a PLOVER type, whatever its status says in Event Mode; text columns hold English
-- names where known, lists are joined by semicolons. COW codes are not coded and empty.
SELECT e.event_id AS "Event ID", e.event_date AS "Event Date", e.plover_type AS "Event Type", e.plover_mode AS "Event Mode", p.score AS "Intensity",
  p.quad_class AS "Quad Code", array_to_string(e.plover_contexts, ';') AS "Contexts",
  coalesce(s.name_en, s.name_ar) AS "Actor Name", e.source_country AS "Actor Country", NULL::VARCHAR AS "Actor COW", e.source_sector AS "Primary Actor Sector",
  e.source_sector AS "Actor Sectors", NULL::VARCHAR AS "Actor Title", e.source_text AS "Actor Name Raw", s.wikidata_id AS "Wikipedia Actor ID",
  coalesce(t.name_en, t.name_ar) AS "Recipient Name", e.target_country AS "Recipient Country", NULL::VARCHAR AS "Recipient COW",
  e.target_sector AS "Primary Recipient Sector", e.target_sector AS "Recipient Sectors", NULL::VARCHAR AS "Recipient Title", e.target_text AS "Recipient Name Raw",
  t.wikidata_id AS "Wikipedia Recipient ID", coalesce(l.name_en, l.name_ar) AS "Placename",
  CASE WHEN l.kind = 'GPE' AND NOT regexp_full_match(l.entity_id, 'geo:[A-Z]{3}') THEN coalesce(l.name_en, l.name_ar) END AS "City", NULL::VARCHAR AS "District",
  NULL::VARCHAR AS "Province", l.country AS "Country", l.latitude AS "Latitude", l.longitude AS "Longitude", l.geonames_id AS "GeoNames ID",
  l.name_ar AS "Raw Placename", l.kind AS "Feature Type", coalesce(d.outlet, d.source_id) AS "Source", d.published_at::DATE AS "Publication Date",
  n.people AS "Story People", n.organizations AS "Story Organizations", n.locations AS "Story Locations", d.language AS "Language", r.pipeline_version AS "Version"
FROM lake.main.events e JOIN lake.main.documents d ON d.document_id = e.best_document_id
LEFT JOIN lake.main.entities s ON s.entity_id = e.source_entity_id LEFT JOIN lake.main.entities t ON t.entity_id = e.target_entity_id
LEFT JOIN lake.main.entities l ON l.entity_id = e.location_entity_id LEFT JOIN lake.main.document_names n ON n.document_id = e.best_document_id
LEFT JOIN lake.ref.plover_types p ON p.type = e.plover_type LEFT JOIN lake.main.runs r ON r.run_id = e.run_id
WHERE e.plover_type IS NOT NULL AND e.status IN ('occurred', 'planned')
