-- error: A quote lies inside its document's text.
SELECT q.quote_id, q.document_id, q.char_start, q.char_end
FROM quotes q JOIN documents d USING (document_id) WHERE q.char_start < 0 OR q.char_end > length(d.text) OR q.char_start >= q.char_end
