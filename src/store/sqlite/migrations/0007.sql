-- Whether the fix is on the machine of the case, as JSON; NULL where the article says nothing of it.
ALTER TABLE matches ADD COLUMN outcome TEXT;
-- What to ask next, as JSON; NULL where it was not asked for yet.
ALTER TABLE findings ADD COLUMN requests TEXT;
