-- GDELT 2.0's event table: its 61 columns in order, its code sets (CAMEO countries and roles, FIPS geography, quad class by root). One row an event that
-- occurred; what is planned, possible or denied is no event in GDELT's sense and is left out. AvgTone, ethnic and religious codes are not coded and empty.
WITH role AS (
  SELECT * FROM (VALUES ('GOV', 'GOV'), ('MIL', 'MIL'), ('LEG', 'LEG'), ('JUD', 'JUD'), ('COP', 'COP'), ('REB', 'REB'), ('OPP', 'OPP'), ('PTY', 'PTY'),
    ('BUS', 'BUS'), ('MED', 'MED'), ('CVL', 'CVL'), ('NGO', 'NGO'), ('IGO', 'IGO'), ('REL', 'REL'), ('SPY', 'SPY'), ('EDU', 'EDU'), ('HLH', 'HLH')) t(sector, role)
), iso AS (
  SELECT iso3, any_value(cameo) AS cameo FROM lake.ref.cameo_countries WHERE iso3 IS NOT NULL AND note IS NULL GROUP BY iso3 HAVING count(*) = 1
), party AS (
  SELECT e.event_id, 1 AS side, coalesce(i.cameo, e.source_country) AS cameo_country, e.source_sector AS sector, r.role,
    coalesce(n.name_en, n.name_ar) AS name, n.actor_code AS entity_code, c.name_en AS country_name
  FROM lake.main.events e LEFT JOIN lake.main.entities n ON n.entity_id = e.source_entity_id LEFT JOIN iso i ON i.iso3 = e.source_country
  LEFT JOIN role r ON r.sector = e.source_sector LEFT JOIN lake.ref.countries c ON c.iso3 = e.source_country
  UNION ALL
  SELECT e.event_id, 2, coalesce(i.cameo, e.target_country), e.target_sector, r.role, coalesce(n.name_en, n.name_ar), n.actor_code, c.name_en
  FROM lake.main.events e LEFT JOIN lake.main.entities n ON n.entity_id = e.target_entity_id LEFT JOIN iso i ON i.iso3 = e.target_country
  LEFT JOIN role r ON r.sector = e.target_sector LEFT JOIN lake.ref.countries c ON c.iso3 = e.target_country
), fips AS (
  SELECT iso3, min(fips) AS fips FROM lake.ref.fips WHERE iso3 IS NOT NULL GROUP BY iso3
), place AS (
  SELECT n.entity_id, CASE WHEN n.entity_id SIMILAR TO 'geo:[A-Z]{3}' THEN 1 WHEN n.kind = 'GPE' THEN 4 ELSE 5 END AS geo_type,
    coalesce(n.name_en, n.name_ar) || coalesce(', ' || nullif(c.name_en, n.name_en), '') AS full_name, f.fips, n.latitude, n.longitude,
    coalesce(n.geonames_id, n.entity_id) AS feature
  FROM lake.main.entities n LEFT JOIN fips f ON f.iso3 = n.country LEFT JOIN lake.ref.countries c ON c.iso3 = n.country
  WHERE n.kind IN ('GPE', 'LOCATION', 'FACILITY')
), first_told AS (
  SELECT m.event_id, arg_min(coalesce(d.url, d.locator), (d.published_at, d.document_id)) AS url, min(m.sentence_no) AS first_sentence
  FROM lake.main.event_mentions m JOIN lake.main.documents d USING (document_id) GROUP BY m.event_id
)
SELECT (md5_number_lower(e.event_id) >> 1)::BIGINT AS GLOBALEVENTID,
  strftime(coalesce(e.event_date, e.first_reported_at::DATE), '%Y%m%d')::INTEGER AS SQLDATE,
  strftime(coalesce(e.event_date, e.first_reported_at::DATE), '%Y%m')::INTEGER AS MonthYear, year(coalesce(e.event_date, e.first_reported_at::DATE))::INTEGER AS Year,
  round(year(coalesce(e.event_date, e.first_reported_at::DATE)) + ((month(coalesce(e.event_date, e.first_reported_at::DATE)) - 1) * 30
    + day(coalesce(e.event_date, e.first_reported_at::DATE))) / 365.0, 4) AS FractionDate,
  coalesce(nullif(concat(s.cameo_country, s.role), ''), s.entity_code) AS Actor1Code, upper(coalesce(s.name, s.country_name)) AS Actor1Name,
  s.cameo_country AS Actor1CountryCode, CASE WHEN s.sector IN ('IGO', 'NGO', 'REB') AND s.cameo_country IS NULL THEN s.entity_code END AS Actor1KnownGroupCode,
  NULL::VARCHAR AS Actor1EthnicCode, NULL::VARCHAR AS Actor1Religion1Code, NULL::VARCHAR AS Actor1Religion2Code, s.role AS Actor1Type1Code, NULL::VARCHAR AS Actor1Type2Code,
  NULL::VARCHAR AS Actor1Type3Code,
  coalesce(nullif(concat(t.cameo_country, t.role), ''), t.entity_code) AS Actor2Code, upper(coalesce(t.name, t.country_name)) AS Actor2Name,
  t.cameo_country AS Actor2CountryCode, CASE WHEN t.sector IN ('IGO', 'NGO', 'REB') AND t.cameo_country IS NULL THEN t.entity_code END AS Actor2KnownGroupCode,
  NULL::VARCHAR AS Actor2EthnicCode, NULL::VARCHAR AS Actor2Religion1Code, NULL::VARCHAR AS Actor2Religion2Code, t.role AS Actor2Type1Code, NULL::VARCHAR AS Actor2Type2Code,
  NULL::VARCHAR AS Actor2Type3Code,
  (f.first_sentence <= 1)::INTEGER AS IsRootEvent, e.cameo_code AS EventCode, e.cameo_code[1:3] AS EventBaseCode, e.cameo_root AS EventRootCode,
  e.quad_class AS QuadClass, e.goldstein AS GoldsteinScale, e.mention_count AS NumMentions, e.source_count AS NumSources, e.document_count AS NumArticles,
  NULL::DOUBLE AS AvgTone,
  sg.geo_type AS Actor1Geo_Type, sg.full_name AS Actor1Geo_FullName, sg.fips AS Actor1Geo_CountryCode, sg.fips AS Actor1Geo_ADM1Code,
  NULL::VARCHAR AS Actor1Geo_ADM2Code, sg.latitude AS Actor1Geo_Lat, sg.longitude AS Actor1Geo_Long, sg.feature AS Actor1Geo_FeatureID,
  tg.geo_type AS Actor2Geo_Type, tg.full_name AS Actor2Geo_FullName, tg.fips AS Actor2Geo_CountryCode, tg.fips AS Actor2Geo_ADM1Code,
  NULL::VARCHAR AS Actor2Geo_ADM2Code, tg.latitude AS Actor2Geo_Lat, tg.longitude AS Actor2Geo_Long, tg.feature AS Actor2Geo_FeatureID,
  l.geo_type AS ActionGeo_Type, l.full_name AS ActionGeo_FullName, l.fips AS ActionGeo_CountryCode, l.fips AS ActionGeo_ADM1Code,
  NULL::VARCHAR AS ActionGeo_ADM2Code, l.latitude AS ActionGeo_Lat, l.longitude AS ActionGeo_Long, l.feature AS ActionGeo_FeatureID,
  strftime(e.first_reported_at, '%Y%m%d%H%M%S')::BIGINT AS DATEADDED, f.url AS SOURCEURL
FROM lake.main.events e JOIN party s ON s.event_id = e.event_id AND s.side = 1 JOIN party t ON t.event_id = e.event_id AND t.side = 2
JOIN first_told f ON f.event_id = e.event_id
LEFT JOIN place sg ON sg.entity_id = e.source_entity_id LEFT JOIN place tg ON tg.entity_id = e.target_entity_id LEFT JOIN place l ON l.entity_id = e.location_entity_id
WHERE e.status = 'occurred'
