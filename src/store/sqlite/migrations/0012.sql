-- The signatures of a case that its customer says are solved, as JSON; NULL where it was not asked for yet.
ALTER TABLE findings ADD COLUMN solved TEXT;
