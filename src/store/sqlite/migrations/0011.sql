-- The lines of a source in which signatures are only listed, compressed: most rows of a log are of that kind, and their lines
-- were half of the database. The text of such a row says which line is its own.
CREATE TABLE source_lines (
    source INTEGER PRIMARY KEY REFERENCES sources (id) ON DELETE CASCADE,
    lines  BLOB    NOT NULL
) STRICT;
