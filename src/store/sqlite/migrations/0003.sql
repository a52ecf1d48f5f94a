-- What is derived of a case by matching and tagging, what silences it, and what is to be told to others.

-- Cases whose matches and tags are behind what is stored of them. Filled by triggers, so that no writer can forget it.
CREATE TABLE pending (
    case_id INTEGER PRIMARY KEY REFERENCES cases (id) ON DELETE CASCADE,
    -- Only old mail came, taken in by the year: nobody is told of the case.
    quiet   INTEGER NOT NULL DEFAULT 0
) STRICT;
-- A row while old mail is taken in.
CREATE TABLE quiet (
    one INTEGER PRIMARY KEY CHECK (one = 1)
) STRICT;
CREATE TRIGGER pending_new AFTER INSERT ON cases BEGIN
    INSERT INTO pending (case_id, quiet) VALUES (new.id, EXISTS (SELECT 1 FROM quiet))
    ON CONFLICT DO UPDATE SET quiet = min(quiet, excluded.quiet);
END;
CREATE TRIGGER pending_messages AFTER UPDATE OF messages ON cases BEGIN
    INSERT INTO pending (case_id, quiet) VALUES (new.id, EXISTS (SELECT 1 FROM quiet))
    ON CONFLICT DO UPDATE SET quiet = min(quiet, excluded.quiet);
END;
CREATE TRIGGER pending_decision AFTER INSERT ON decisions BEGIN
    INSERT INTO pending (case_id) VALUES (new.case_id) ON CONFLICT DO UPDATE SET quiet = 0;
END;
INSERT INTO pending (case_id, quiet) SELECT id, 1 FROM cases;

-- Derived: what matching said of a case, and by which knowledge.
CREATE TABLE findings (
    case_id   INTEGER PRIMARY KEY REFERENCES cases (id) ON DELETE CASCADE,
    -- Hash over articles, terms, rules and the version of the matching.
    knowledge TEXT NOT NULL,
    verdict   TEXT NOT NULL,
    language  TEXT NOT NULL
) STRICT;
CREATE INDEX findings_knowledge ON findings (knowledge);
CREATE TABLE matches (
    case_id    INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    -- Its rank, from 0.
    place      INTEGER NOT NULL,
    article    TEXT    NOT NULL,
    title      TEXT    NOT NULL,
    verdict    TEXT    NOT NULL,
    confidence REAL    NOT NULL,
    score      REAL    NOT NULL,
    -- JSON lists: the evidence as in a triage, and what speaks against it.
    evidence   TEXT    NOT NULL,
    against    TEXT    NOT NULL,
    -- Why it is silenced; NULL: it is not.
    silenced   TEXT,
    PRIMARY KEY (case_id, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX matches_article ON matches (article, case_id);

-- Signatures and articles that are known to mean nothing.
CREATE TABLE noise (
    id       INTEGER PRIMARY KEY,
    -- `kind:value`, or the id of an article.
    what     TEXT    NOT NULL COLLATE NOCASE,
    -- NULL: for all.
    customer TEXT    COLLATE NOCASE,
    reason   TEXT    NOT NULL,
    added    INTEGER NOT NULL,
    -- NULL: for good.
    until    INTEGER,
    -- Its end has come and its cases were marked.
    ended    INTEGER NOT NULL DEFAULT 0
) STRICT;

-- News that are still to be told. The id is never used again: receivers know by it what they had before.
CREATE TABLE outbox (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id  INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    body     TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    -- Not to be tried before.
    due      INTEGER NOT NULL,
    error    TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX outbox_due ON outbox (due, id);
