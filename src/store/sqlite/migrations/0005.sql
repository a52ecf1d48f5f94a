-- What a report over many cases reads: the signature that a case is about, and indexes that answer without the rows.

-- The primary signature of a case; NULL: it has none.
ALTER TABLE findings ADD COLUMN primary_kind TEXT;
ALTER TABLE findings ADD COLUMN primary_value TEXT;
-- Cases matched so far have none stored: they are behind, so that the next `tag apply` finds it.
UPDATE findings SET knowledge = '';

-- The failing signatures, some in a hundred of all.
CREATE INDEX case_signatures_failing ON case_signatures (case_id, signature) WHERE standing < 10;

-- Matches without their evidence, which makes their rows long.
DROP INDEX matches_article;
CREATE INDEX matches_article ON matches (article, case_id, place, verdict, silenced);

-- Who opened a case, by which reader its mails were read, and whether they are dated.
DROP INDEX messages_case;
CREATE INDEX messages_case ON messages (case_id, date, parser, address);
