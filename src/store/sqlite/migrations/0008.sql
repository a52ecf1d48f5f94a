-- Which of the case's faults a match explains, from 1; NULL: matched before that was told.
ALTER TABLE matches ADD COLUMN fault INTEGER;
