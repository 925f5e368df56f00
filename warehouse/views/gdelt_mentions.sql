-- GDELT 2.0's mentions table: its 16 columns in order. One row a telling of an event in gdelt_events. MentionDocTone is not coded and empty; offsets count
-- characters of the Arabic text.
SELECT (md5_number_lower(m.event_id) >> 1)::BIGINT AS GLOBALEVENTID, strftime(e.first_reported_at, '%Y%m%d%H%M%S')::BIGINT AS EventTimeDate,
  strftime(d.published_at, '%Y%m%d%H%M%S')::BIGINT AS MentionTimeDate, CASE WHEN d.url IS NOT NULL THEN 1 ELSE 2 END AS MentionType,
  coalesce(d.outlet, d.source_id) AS MentionSourceName, coalesce(d.url, d.locator) AS MentionIdentifier, greatest(m.sentence_no, 1) AS SentenceID,
  CASE WHEN m.source_text IS NULL THEN -1 ELSE instr(d.text, m.source_text) - 1 END AS Actor1CharOffset,
  CASE WHEN m.target_text IS NULL THEN -1 ELSE instr(d.text, m.target_text) - 1 END AS Actor2CharOffset,
  m.trigger_start AS ActionCharOffset, 1 AS InRawText, round(m.confidence * 100)::INTEGER AS Confidence, length(d.text)::INTEGER AS MentionDocLen,
  NULL::DOUBLE AS MentionDocTone, 'srclc:ara;eng:Marsad' AS MentionDocTranslationInfo, NULL::VARCHAR AS Extras
FROM lake.main.event_mentions m JOIN lake.main.documents d USING (document_id) JOIN lake.main.events e USING (event_id)
WHERE e.status = 'occurred'
