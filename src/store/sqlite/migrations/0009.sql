-- When a signature came into a case: which sources have failing ones, and when the messages that brought them were taken in.

-- Some in a hundred of all.
CREATE INDEX source_signatures_failing ON source_signatures (source, signature) WHERE standing < 10;

-- As before, with when each was taken in.
DROP INDEX messages_case;
CREATE INDEX messages_case ON messages (case_id, date, parser, address, taken);
