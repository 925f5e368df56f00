-- error: A sentence lies inside its document's text, and sentences do not overlap.
SELECT s.document_id, s.sentence_no, s.char_start, s.char_end
FROM (SELECT *, lead(char_start) OVER (PARTITION BY document_id ORDER BY sentence_no) AS next_start FROM sentences) s
JOIN documents d USING (document_id)
WHERE s.char_start < 0 OR s.char_end > length(d.text) OR s.char_start >= s.char_end OR s.next_start < s.char_end
