-- error: An event mention's trigger is the text at its offsets, inside its sentence.
SELECT m.event_mention_id, m.document_id, m.trigger_text, d.text[m.trigger_start + 1 : m.trigger_end] AS found
FROM event_mentions m JOIN documents d USING (document_id) LEFT JOIN sentences s USING (document_id, sentence_no)
WHERE d.text[m.trigger_start + 1 : m.trigger_end] <> m.trigger_text OR s.char_start IS NULL
   OR m.trigger_start < s.char_start OR m.trigger_end > s.char_end
