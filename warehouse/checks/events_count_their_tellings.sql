-- error: An event's counts are those of its tellings.
SELECT e.event_id, e.mention_count, count(m.event_mention_id) AS tellings
FROM events e LEFT JOIN event_mentions m USING (event_id)
GROUP BY e.event_id, e.mention_count, e.document_count
HAVING e.mention_count <> count(m.event_mention_id) OR e.document_count <> count(DISTINCT m.document_id)
