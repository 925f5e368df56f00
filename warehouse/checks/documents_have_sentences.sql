-- error: Every document has at least one sentence.
SELECT document_id, locator FROM documents WHERE document_id NOT IN (SELECT document_id FROM sentences)
