-- GDELT 2.0's event table: its 61 columns in order, its code sets (CAMEO countries and roles, FIPS geography, quad class by root). One row an event that
-- occurred; what is planned, possible or denied is no event in GDELT's sense and is left out. AvgTone, ethnic and religious codes are not coded and empty.
WITH iso AS NOT MATERIALIZED (
  SELECT iso3, any_value(cameo) AS cameo FROM lake.ref.cameo_countries WHERE iso3 IS NOT NULL AND note IS NULL GROUP BY iso3 HAVING count(*) = 1
), fips AS NOT MATERIALIZED (
  SELECT iso3, min(fips) AS fips FROM lake.ref.fips WHERE iso3 IS NOT NULL GROUP BY iso3
), who AS NOT MATERIALIZED (
  SELECT n.entity_id, upper(coalesce(n.name_en, n.name_ar)) AS name, n.actor_code,
    CASE WHEN n.kind NOT IN ('GPE', 'LOCATION', 'FACILITY') THEN NULL WHEN regexp_full_match(n.entity_id, 'geo:[A-Z]{3}') THEN 1 WHEN n.kind = 'GPE' THEN 4 ELSE 5 END AS geo_type,
    CASE WHEN geo_type IS NOT NULL THEN coalesce(n.name_en, n.name_ar) || coalesce(', ' || nullif(c.name_en, n.name_en), '') END AS full_name,
    CASE WHEN geo_type IS NOT NULL THEN f.fips END AS fips, CASE WHEN geo_type IS NOT NULL THEN n.latitude END AS latitude,
    CASE WHEN geo_type IS NOT NULL THEN n.longitude END AS longitude, CASE WHEN geo_type IS NOT NULL THEN coalesce(n.geonames_id, n.entity_id) END AS feature
  FROM lake.main.entities n LEFT JOIN fips f ON f.iso3 = n.country LEFT JOIN lake.ref.countries c ON c.iso3 = n.country
), country AS NOT MATERIALIZED (
  SELECT c.iso3, coalesce(i.cameo, c.iso3) AS cameo, upper(c.name_en) AS name FROM lake.ref.countries c LEFT JOIN iso i USING (iso3)
), event AS (
  SELECT *, coalesce(event_date, first_reported_at::DATE) AS day, make_timestamp(epoch_us(first_reported_at)) AS added
  FROM lake.main.events WHERE status = 'occurred'
)
SELECT e.event_number AS GLOBALEVENTID,
  (year(e.day) * 10000 + month(e.day) * 100 + day(e.day))::INTEGER AS SQLDATE, (year(e.day) * 100 + month(e.day))::INTEGER AS MonthYear, year(e.day)::INTEGER AS Year,
  round(year(e.day) + ((month(e.day) - 1) * 30 + day(e.day)) / 365.0, 4) AS FractionDate,
  coalesce(nullif(concat(coalesce(sc.cameo, e.source_country), e.source_sector), ''), s.actor_code) AS Actor1Code, coalesce(s.name, sc.name) AS Actor1Name,
  coalesce(sc.cameo, e.source_country) AS Actor1CountryCode, CASE WHEN e.source_sector IN ('IGO', 'NGO', 'REB') AND e.source_country IS NULL THEN s.actor_code END AS Actor1KnownGroupCode,
  NULL::VARCHAR AS Actor1EthnicCode, NULL::VARCHAR AS Actor1Religion1Code, NULL::VARCHAR AS Actor1Religion2Code, e.source_sector AS Actor1Type1Code, NULL::VARCHAR AS Actor1Type2Code,
  NULL::VARCHAR AS Actor1Type3Code,
  coalesce(nullif(concat(coalesce(tc.cameo, e.target_country), e.target_sector), ''), t.actor_code) AS Actor2Code, coalesce(t.name, tc.name) AS Actor2Name,
  coalesce(tc.cameo, e.target_country) AS Actor2CountryCode, CASE WHEN e.target_sector IN ('IGO', 'NGO', 'REB') AND e.target_country IS NULL THEN t.actor_code END AS Actor2KnownGroupCode,
  NULL::VARCHAR AS Actor2EthnicCode, NULL::VARCHAR AS Actor2Religion1Code, NULL::VARCHAR AS Actor2Religion2Code, e.target_sector AS Actor2Type1Code, NULL::VARCHAR AS Actor2Type2Code,
  NULL::VARCHAR AS Actor2Type3Code,
  (e.first_sentence_no <= 1)::INTEGER AS IsRootEvent, e.cameo_code AS EventCode, left(e.cameo_code, 3) AS EventBaseCode, e.cameo_root AS EventRootCode,
  e.quad_class AS QuadClass, e.goldstein AS GoldsteinScale, e.mention_count AS NumMentions, e.source_count AS NumSources, e.document_count AS NumArticles,
  NULL::DOUBLE AS AvgTone,
  s.geo_type AS Actor1Geo_Type, s.full_name AS Actor1Geo_FullName, s.fips AS Actor1Geo_CountryCode, s.fips AS Actor1Geo_ADM1Code,
  NULL::VARCHAR AS Actor1Geo_ADM2Code, s.latitude AS Actor1Geo_Lat, s.longitude AS Actor1Geo_Long, s.feature AS Actor1Geo_FeatureID,
  t.geo_type AS Actor2Geo_Type, t.full_name AS Actor2Geo_FullName, t.fips AS Actor2Geo_CountryCode, t.fips AS Actor2Geo_ADM1Code,
  NULL::VARCHAR AS Actor2Geo_ADM2Code, t.latitude AS Actor2Geo_Lat, t.longitude AS Actor2Geo_Long, t.feature AS Actor2Geo_FeatureID,
  l.geo_type AS ActionGeo_Type, l.full_name AS ActionGeo_FullName, l.fips AS ActionGeo_CountryCode, l.fips AS ActionGeo_ADM1Code,
  NULL::VARCHAR AS ActionGeo_ADM2Code, l.latitude AS ActionGeo_Lat, l.longitude AS ActionGeo_Long, l.feature AS ActionGeo_FeatureID,
  year(e.added) * 10000000000 + month(e.added) * 100000000 + day(e.added) * 1000000
    + hour(e.added) * 10000 + minute(e.added) * 100 + second(e.added) AS DATEADDED,
  coalesce(d.url, d.locator) AS SOURCEURL
FROM event e LEFT JOIN lake.main.documents d ON d.document_id = e.first_document_id
LEFT JOIN who s ON s.entity_id = e.source_entity_id LEFT JOIN who t ON t.entity_id = e.target_entity_id LEFT JOIN who l ON l.entity_id = e.location_entity_id
LEFT JOIN country sc ON sc.iso3 = e.source_country LEFT JOIN country tc ON tc.iso3 = e.target_country
