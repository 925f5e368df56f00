-- warning: An event's source and target are not the same entity.
SELECT event_mention_id, document_id, source_entity_id FROM event_mentions WHERE source_entity_id = target_entity_id
