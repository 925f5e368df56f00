-- error: Quad class follows the CAMEO root: 01-05 1, 06-09 2, 10-14 3, 15-20 4.
SELECT event_mention_id, cameo_code, quad_class FROM event_mentions
WHERE quad_class <> CASE WHEN cameo_code[1:2] <= '05' THEN 1 WHEN cameo_code[1:2] <= '09' THEN 2 WHEN cameo_code[1:2] <= '14' THEN 3 ELSE 4 END
