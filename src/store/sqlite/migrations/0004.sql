-- How far the folders of mail accounts were taken in.
CREATE TABLE mailboxes (
    -- user@host
    account      TEXT    NOT NULL,
    -- Name of the folder, as the server writes it.
    folder       TEXT    NOT NULL,
    -- While this stays the same, a number stands for the same message (RFC 9051 section 2.3.1.1).
    uid_validity INTEGER NOT NULL,
    -- Every message up to this number was taken in.
    uid          INTEGER NOT NULL,
    PRIMARY KEY (account, folder)
) STRICT, WITHOUT ROWID;
