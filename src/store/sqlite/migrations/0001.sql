-- Messages, the cases that they belong to, and what was found in them. Times are seconds since 1970, UTC.

CREATE TABLE cases (
    id         INTEGER PRIMARY KEY,
    -- Its name for people, compared without case.
    name       TEXT    NOT NULL UNIQUE COLLATE NOCASE,
    version    INTEGER NOT NULL DEFAULT 1,
    subject    TEXT    NOT NULL DEFAULT '',
    severity   TEXT,
    customer   TEXT    COLLATE NOCASE,
    product    TEXT    COLLATE NOCASE,
    closed     INTEGER,
    article    TEXT,
    resolution TEXT,
    -- Of messages without a date: when they were taken in.
    opened     INTEGER NOT NULL,
    latest     INTEGER NOT NULL,
    messages   INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX cases_latest ON cases (latest DESC, name);
CREATE INDEX cases_opened ON cases (opened DESC, name);

-- What leads a message to its case: see store::thread.
CREATE TABLE case_keys (
    key     TEXT    PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX case_keys_case ON case_keys (case_id);

-- Raw bytes by their hash, compressed; apart from the messages, so that lists do not page through them.
CREATE TABLE blobs (
    id      INTEGER PRIMARY KEY,
    hash    BLOB    NOT NULL UNIQUE,
    raw_len INTEGER NOT NULL,
    data    BLOB    NOT NULL
) STRICT;

CREATE TABLE messages (
    id         INTEGER PRIMARY KEY,
    hash       BLOB    NOT NULL UNIQUE,
    message_id TEXT,
    content    BLOB    NOT NULL,
    case_id    INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    date       INTEGER,
    taken      INTEGER NOT NULL,
    sender     TEXT    NOT NULL,
    address    TEXT    NOT NULL,
    subject    TEXT    NOT NULL,
    automatic  INTEGER NOT NULL,
    parser     INTEGER NOT NULL,
    blob       INTEGER NOT NULL REFERENCES blobs (id),
    -- Place of the message in its blob, from 0: a thread export holds several.
    piece      INTEGER NOT NULL
) STRICT;
CREATE INDEX messages_blob ON messages (blob);
CREATE INDEX messages_case ON messages (case_id, date);
CREATE INDEX messages_message_id ON messages (message_id) WHERE message_id IS NOT NULL;

-- A body or an attachment by the hash of its bytes: one that is sent again is the same source.
CREATE TABLE sources (
    id    INTEGER PRIMARY KEY,
    hash  BLOB    NOT NULL UNIQUE,
    bytes INTEGER NOT NULL
) STRICT;
CREATE TABLE message_sources (
    message INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    source  INTEGER NOT NULL REFERENCES sources (id),
    part    TEXT    NOT NULL,
    PRIMARY KEY (message, source, part)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_sources_source ON message_sources (source);

-- Derived, kept with every message: which sources a case has counted.
CREATE TABLE case_sources (
    case_id INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    source  INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
    PRIMARY KEY (case_id, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_sources_source ON case_sources (source);

CREATE TABLE signatures (
    id    INTEGER PRIMARY KEY,
    kind  TEXT NOT NULL,
    value TEXT NOT NULL COLLATE NOCASE,
    UNIQUE (kind, value)
) STRICT;
-- Each of its signatures stands in case_signatures too, which guards it: a second guard here would want a second index.
CREATE TABLE source_signatures (
    source    INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
    signature INTEGER NOT NULL,
    standing  INTEGER NOT NULL,
    count     INTEGER NOT NULL,
    line      INTEGER NOT NULL,
    text      TEXT    NOT NULL,
    PRIMARY KEY (source, signature)
) STRICT, WITHOUT ROWID;

-- Derived, kept with every message: what stands in a case, each source counted once.
CREATE TABLE case_signatures (
    case_id   INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    signature INTEGER NOT NULL REFERENCES signatures (id),
    standing  INTEGER NOT NULL,
    count     INTEGER NOT NULL,
    PRIMARY KEY (case_id, signature)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_signatures_signature ON case_signatures (signature, standing, case_id);

CREATE TABLE tags (
    case_id INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    tag     TEXT    NOT NULL,
    -- NULL: set by hand.
    rule    TEXT,
    why     TEXT    NOT NULL,
    -- A person took it away: no rule gives it again.
    removed INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (case_id, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX tags_tag ON tags (tag, case_id) WHERE removed = 0;

CREATE TABLE events (
    id      INTEGER PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    at      INTEGER NOT NULL,
    kind    TEXT    NOT NULL,
    note    TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX events_case ON events (case_id, at);

CREATE TABLE decisions (
    case_id  INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    article  TEXT    NOT NULL,
    accepted INTEGER NOT NULL,
    reason   TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (case_id, article)
) STRICT, WITHOUT ROWID;

CREATE TABLE quarantine (
    hash   BLOB    PRIMARY KEY,
    data   BLOB    NOT NULL,
    part   TEXT    NOT NULL,
    error  TEXT    NOT NULL,
    parser TEXT    NOT NULL,
    at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
