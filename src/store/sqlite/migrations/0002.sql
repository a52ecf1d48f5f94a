-- What an index beside the store needs to follow it: which store it is, and what changed in which order.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
-- A restored store is another store: an index of the old one would not fit.
INSERT INTO meta (key, value) VALUES ('store', lower(hex(randomblob(16))));

-- One row for each time that a message came, went to another case, or was erased. AUTOINCREMENT: no number is given twice.
CREATE TABLE changes (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    message INTEGER NOT NULL
) STRICT;
CREATE TRIGGER message_came AFTER INSERT ON messages
    BEGIN INSERT INTO changes (message) VALUES (new.id); END;
CREATE TRIGGER message_moved AFTER UPDATE OF case_id ON messages WHEN new.case_id <> old.case_id
    BEGIN INSERT INTO changes (message) VALUES (new.id); END;
CREATE TRIGGER message_went AFTER DELETE ON messages
    BEGIN INSERT INTO changes (message) VALUES (old.id); END;
