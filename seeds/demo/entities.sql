SELECT kind, name_en AS english, name_ar AS arabic, country, sector, count(*) AS mentions, count(DISTINCT document_id) AS documents
FROM mentions JOIN entities USING (entity_id, kind) GROUP BY ALL ORDER BY documents DESC, mentions DESC, english LIMIT 40
