-- error: A mention's text is the text at its offsets, inside its sentence.
SELECT m.mention_id, m.document_id, m.text, d.text[m.char_start + 1 : m.char_end] AS found
FROM mentions m JOIN documents d USING (document_id) LEFT JOIN sentences s USING (document_id, sentence_no)
WHERE d.text[m.char_start + 1 : m.char_end] <> m.text OR s.char_start IS NULL OR m.char_start < s.char_start OR m.char_end > s.char_end
