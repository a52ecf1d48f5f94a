-- Old mail tells nobody: that is kept with each message, so that what others take in meanwhile is told all the same.
DROP TRIGGER pending_new;
DROP TRIGGER pending_messages;
DROP TABLE quiet;
ALTER TABLE messages ADD COLUMN quiet INTEGER NOT NULL DEFAULT 0;
ALTER TABLE quarantine ADD COLUMN history INTEGER NOT NULL DEFAULT 0;
CREATE TRIGGER pending_message AFTER INSERT ON messages BEGIN
    INSERT INTO pending (case_id, quiet) VALUES (new.case_id, new.quiet)
    ON CONFLICT DO UPDATE SET quiet = min(quiet, excluded.quiet);
END;

-- Folders of mail accounts whose messages carry the tags of their cases as keywords.
CREATE TABLE keyword_folders (
    -- user@host
    account TEXT    NOT NULL,
    -- Name of the folder, as the server writes it.
    folder  TEXT    NOT NULL,
    -- Its messages have the keywords of every change up to this one.
    change  INTEGER NOT NULL,
    PRIMARY KEY (account, folder)
) STRICT, WITHOUT ROWID;
-- Cases whose tags or messages changed while there are such folders, each by its last change. AUTOINCREMENT: no number is given
-- twice.
CREATE TABLE keyword_changes (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id INTEGER NOT NULL UNIQUE REFERENCES cases (id) ON DELETE CASCADE
) STRICT;
