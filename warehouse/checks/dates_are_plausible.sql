-- warning: No event that occurred is dated after its report, and no document is published in the future of its retrieval.
SELECT m.event_mention_id, m.document_id, m.event_date, d.published_at FROM event_mentions m JOIN documents d USING (document_id)
WHERE m.status = 'occurred' AND m.event_date > d.published_at::DATE + 1
UNION ALL
SELECT NULL, document_id, NULL, published_at FROM documents WHERE published_at > retrieved_at + INTERVAL 2 DAY
