-- GDELT 2.0's mentions table: its 16 columns in order. One row a telling of an event in gdelt_events. MentionDocTone is not coded and empty; offsets count
-- characters of the Arabic text.
WITH event AS (
  SELECT event_id, event_number AS number, make_timestamp(epoch_us(first_reported_at)) AS stamp,
    year(stamp) * 10000000000 + month(stamp) * 100000000 + day(stamp) * 1000000
    + hour(stamp) * 10000 + minute(stamp) * 100 + second(stamp) AS moment
  FROM lake.main.events WHERE status = 'occurred'
), document AS (
  SELECT document_id, make_timestamp(epoch_us(published_at)) AS stamp,
    year(stamp) * 10000000000 + month(stamp) * 100000000 + day(stamp) * 1000000
    + hour(stamp) * 10000 + minute(stamp) * 100 + second(stamp) AS moment,
    CASE WHEN url IS NOT NULL THEN 1 ELSE 2 END AS kind, coalesce(outlet, source_id) AS outlet, coalesce(url, locator) AS place, char_count
  FROM lake.main.documents
)
SELECT e.number AS GLOBALEVENTID, e.moment AS EventTimeDate, d.moment AS MentionTimeDate, d.kind AS MentionType, d.outlet AS MentionSourceName,
  d.place AS MentionIdentifier, greatest(m.sentence_no, 1) AS SentenceID, coalesce(m.source_start, -1) AS Actor1CharOffset,
  coalesce(m.target_start, -1) AS Actor2CharOffset, m.trigger_start AS ActionCharOffset, 1 AS InRawText,
  round(m.confidence * 100)::INTEGER AS Confidence, d.char_count AS MentionDocLen, NULL::DOUBLE AS MentionDocTone,
  'srclc:ara;eng:Marsad' AS MentionDocTranslationInfo, NULL::VARCHAR AS Extras
FROM lake.main.event_mentions m JOIN document d USING (document_id) JOIN event e USING (event_id)
WHERE m.status = 'occurred'
