//! Findings, tags, noise and news in SQLite.

use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};

use super::{
    SqliteStore,
    cases::{apply, row_of, unsigned},
    fault, keywords,
};
use crate::{
    signature::Signature,
    store::{
        CaseDecision, CaseId, StoreError, Update,
        work::{CaseWork, Findings, News, Noise, Settlement, StoredMatch, TagRow, Told, WorkFilter},
    },
};

type Result<T> = rusqlite::Result<T>;

/// The condition of a filter over `cases c`, with its value.
fn condition(filter: &WorkFilter) -> (&'static str, Option<&str>) {
    match filter {
        WorkFilter::Waiting => ("c.id IN (SELECT case_id FROM pending)", None),
        WorkFilter::Behind(knowledge) => (
            "(c.id IN (SELECT case_id FROM pending)
              OR NOT EXISTS (SELECT 1 FROM findings f WHERE f.case_id = c.id AND f.knowledge = ?1))",
            Some(knowledge),
        ),
        WorkFilter::All => ("1", None),
    }
}

fn work(connection: &Connection, filter: &WorkFilter, after: Option<&CaseId>, limit: usize) -> Result<Vec<CaseId>> {
    // By row, not by name: cases that come in meanwhile stand at the end.
    let from = match after {
        Some(case) => row_of(connection, case)?.unwrap_or(0),
        None => 0,
    };
    let (condition, value) = condition(filter);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let sql = format!("SELECT name FROM cases c WHERE {condition} AND c.id > {from} ORDER BY c.id LIMIT {limit}");
    let mut statement = connection.prepare_cached(&sql)?;
    let read = |row: &Row<'_>| Ok(CaseId(row.get(0)?));
    match value {
        Some(value) => statement.query_map([value], read)?.collect(),
        None => statement.query_map([], read)?.collect(),
    }
}

fn count(connection: &Connection, filter: &WorkFilter) -> Result<u64> {
    let (condition, value) = condition(filter);
    let mut statement = connection.prepare_cached(&format!("SELECT count(*) FROM cases c WHERE {condition}"))?;
    let read = |row: &Row<'_>| Ok(unsigned(row.get(0)?));
    match value {
        Some(value) => statement.query_row([value], read),
        None => statement.query_row([], read),
    }
}

/// Whether every message of the case `c` is old mail.
const ALL_OLD: &str = "NOT EXISTS (SELECT 1 FROM messages m WHERE m.case_id = c.id AND m.quiet = 0)";

fn is_quiet(connection: &Connection, case: i64) -> Result<bool> {
    let sql = format!(
        "SELECT coalesce((SELECT quiet FROM pending WHERE case_id = c.id), {ALL_OLD}) FROM cases c WHERE c.id = ?1"
    );
    Ok(connection.prepare_cached(&sql)?.query_row([case], |row| row.get(0)).optional()?.unwrap_or(false))
}

fn findings(connection: &Connection, case: &CaseId) -> Result<Option<Findings>> {
    let Some(row) = row_of(connection, case)? else { return Ok(None) };
    let found = connection
        .prepare_cached(
            "SELECT knowledge, verdict, language, primary_kind, primary_value, requests, solved FROM findings WHERE case_id = ?1",
        )?
        .query_row([row], |row| {
            let (knowledge, verdict, language) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let (kind, value): (Option<String>, Option<String>) = (row.get(3)?, row.get(4)?);
            let primary = kind.zip(value).and_then(|(kind, value)| Some(Signature::new(kind.parse().ok()?, value)));
            let requests: Option<String> = row.get(5)?;
            let requests = requests.and_then(|requests| serde_json::from_str(&requests).ok()).unwrap_or_default();
            let solved: Option<String> = row.get(6)?;
            let solved: Vec<String> =
                solved.and_then(|solved| serde_json::from_str(&solved).ok()).unwrap_or_default();
            let solved = solved.iter().filter_map(|one| one.parse().ok()).collect();
            Ok(Findings { knowledge, verdict, language, primary, matches: Vec::new(), requests, solved })
        })
        .optional()?;
    let Some(mut found) = found else { return Ok(None) };
    let mut statement = connection.prepare_cached(
        "SELECT article, title, verdict, confidence, score, evidence, against, silenced, outcome, fault FROM matches
         WHERE case_id = ?1 ORDER BY place",
    )?;
    let read = |row: &Row<'_>| {
        let (evidence, against, outcome): (String, String, Option<String>) = (row.get(5)?, row.get(6)?, row.get(8)?);
        Ok(StoredMatch {
            article: row.get(0)?,
            title: row.get(1)?,
            verdict: row.get(2)?,
            confidence: row.get(3)?,
            score: row.get(4)?,
            // Derived, and written by ourselves: what cannot be read is made anew by the next matching.
            evidence: serde_json::from_str(&evidence).unwrap_or_default(),
            against: serde_json::from_str(&against).unwrap_or_default(),
            silenced: row.get(7)?,
            outcome: outcome.and_then(|outcome| serde_json::from_str(&outcome).ok()),
            fault: row.get(9)?,
        })
    };
    found.matches = statement.query_map([row], read)?.collect::<Result<_>>()?;
    Ok(Some(found))
}

fn tag_rows(connection: &Connection, case: &CaseId) -> Result<Vec<TagRow>> {
    let Some(row) = row_of(connection, case)? else { return Ok(Vec::new()) };
    let mut statement =
        connection.prepare_cached("SELECT tag, rule, why, removed FROM tags WHERE case_id = ?1 ORDER BY tag")?;
    statement
        .query_map([row], |row| {
            Ok(TagRow { tag: row.get(0)?, rule: row.get(1)?, why: row.get(2)?, removed: row.get(3)? })
        })?
        .collect()
}

fn settle(connection: &mut Connection, items: &[Settlement]) -> Result<Vec<Update>> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = items.iter().map(|item| settle_one(&transaction, item)).collect::<Result<_>>()?;
    transaction.commit()?;
    Ok(done)
}

fn settle_one(connection: &Connection, item: &Settlement) -> Result<Update> {
    let Some(row) = row_of(connection, &item.case)? else { return Ok(Update::Missing) };
    let version: i64 =
        connection.prepare_cached("SELECT version FROM cases WHERE id = ?1")?.query_row([row], |row| row.get(0))?;
    if unsigned(version) != item.expected {
        return Ok(Update::Conflict(unsigned(version)));
    }
    for change in &item.changes {
        apply(connection, row, change)?;
    }
    if !item.changes.is_empty() && !is_quiet(connection, row)? {
        keywords::changed(connection, row)?;
    }
    let Findings { knowledge, verdict, language, primary, matches, requests, solved } = &item.findings;
    let solved: Vec<String> = solved.iter().map(ToString::to_string).collect();
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO findings (case_id, knowledge, verdict, language, primary_kind, primary_value,
                                              requests, solved)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            row,
            knowledge,
            verdict,
            language,
            primary.as_ref().map(|one| one.kind.name()),
            primary.as_ref().map(|one| one.value.as_str()),
            serde_json::to_string(requests).unwrap_or_default(),
            serde_json::to_string(&solved).unwrap_or_default(),
        ])?;
    connection.prepare_cached("DELETE FROM matches WHERE case_id = ?1")?.execute([row])?;
    for (place, found) in (0_i64..).zip(matches) {
        connection
            .prepare_cached(
                "INSERT INTO matches (case_id, place, article, title, verdict, confidence, score, evidence, against, silenced,
                                      outcome, fault)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            )?
            .execute(params![
                row,
                place,
                found.article,
                found.title,
                found.verdict,
                found.confidence,
                found.score,
                found.evidence.to_string(),
                serde_json::to_string(&found.against).unwrap_or_default(),
                found.silenced,
                found.outcome.as_ref().and_then(|outcome| serde_json::to_string(outcome).ok()),
                found.fault,
            ])?;
    }
    connection.prepare_cached("DELETE FROM pending WHERE case_id = ?1")?.execute([row])?;
    if let Some(news) = &item.news {
        connection
            .prepare_cached("INSERT INTO outbox (case_id, body, at, due) VALUES (?1, ?2, ?3, ?3)")?
            .execute(params![row, news, item.at])?;
    }
    if item.changes.is_empty() {
        return Ok(Update::Done(item.expected));
    }
    connection.prepare_cached("UPDATE cases SET version = version + 1 WHERE id = ?1")?.execute([row])?;
    Ok(Update::Done(item.expected + 1))
}

fn rename(connection: &mut Connection, old: &str, new: &str) -> Result<u64> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute(
        "UPDATE cases SET version = version + 1 WHERE id IN (SELECT case_id FROM tags WHERE tag = ?1)",
        [old],
    )?;
    // What a person did (rule IS NULL) takes the place of what a rule gave; of two things that people did, the new
    // name's stands.
    transaction.execute(
        "INSERT INTO tags (case_id, tag, rule, why, removed)
         SELECT case_id, ?2, rule, why, removed FROM tags WHERE tag = ?1
         ON CONFLICT DO UPDATE SET rule = excluded.rule, why = excluded.why, removed = excluded.removed
         WHERE excluded.rule IS NULL AND tags.rule IS NOT NULL",
        [old, new],
    )?;
    keywords::tag_changed(&transaction, old)?;
    let gone = transaction.execute("DELETE FROM tags WHERE tag = ?1", [old])?;
    transaction.commit()?;
    Ok(gone as u64)
}

fn touch(connection: &Connection, signatures: &[Signature], article: Option<&str>) -> Result<()> {
    let wait =
        format!("INSERT OR IGNORE INTO pending (case_id, quiet) SELECT c.id, {ALL_OLD} FROM cases c WHERE c.id IN");
    let mut by_signature = connection.prepare_cached(&format!(
        "{wait} (SELECT f.case_id FROM signatures s JOIN case_signatures f ON f.signature = s.id
                 WHERE s.kind = ?1 AND s.value = ?2)"
    ))?;
    for one in signatures {
        by_signature.execute([one.kind.name(), one.value.as_str()])?;
    }
    if let Some(article) = article {
        connection.execute(&format!("{wait} (SELECT case_id FROM matches WHERE article = ?1)"), [article])?;
    }
    Ok(())
}

const NOISE: &str = "SELECT id, what, customer, reason, added, until FROM noise";

fn read_noise(row: &Row<'_>) -> Result<Noise> {
    Ok(Noise {
        id: row.get(0)?,
        what: row.get(1)?,
        customer: row.get(2)?,
        reason: row.get(3)?,
        added: row.get(4)?,
        until: row.get(5)?,
    })
}

fn ended(connection: &Connection, now: i64) -> Result<Vec<Noise>> {
    let mut statement = connection.prepare_cached(&format!("{NOISE} WHERE until <= ?1 AND ended = 0"))?;
    statement.query_map([now], read_noise)?.collect()
}

fn due(connection: &Connection, now: i64, limit: usize) -> Result<Vec<News>> {
    let mut statement = connection
        .prepare_cached("SELECT id, body, at, attempts, due, error FROM outbox WHERE due <= ?1 ORDER BY id LIMIT ?2")?;
    statement
        .query_map(params![now, i64::try_from(limit).unwrap_or(i64::MAX)], |row| {
            Ok(News {
                id: row.get(0)?,
                body: row.get(1)?,
                at: row.get(2)?,
                attempts: row.get(3)?,
                due: row.get(4)?,
                error: row.get(5)?,
            })
        })?
        .collect()
}

impl CaseWork for SqliteStore {
    fn work(
        &self,
        filter: &WorkFilter,
        after: Option<&CaseId>,
        limit: usize,
    ) -> std::result::Result<Vec<CaseId>, StoreError> {
        work(&self.connection, filter, after, limit).map_err(|error| self.fault(error))
    }

    fn work_count(&self, filter: &WorkFilter) -> std::result::Result<u64, StoreError> {
        count(&self.connection, filter).map_err(|error| self.fault(error))
    }

    fn is_quiet(&self, case: &CaseId) -> std::result::Result<bool, StoreError> {
        let quiet =
            row_of(&self.connection, case).and_then(|row| row.map_or(Ok(false), |row| is_quiet(&self.connection, row)));
        quiet.map_err(|error| self.fault(error))
    }

    fn keyword_work(
        &self,
        account: &str,
        folder: &str,
        limit: usize,
    ) -> std::result::Result<Vec<(u64, CaseId)>, StoreError> {
        keywords::work(&self.connection, account, folder, limit).map_err(|error| self.fault(error))
    }

    fn keywords_given(&mut self, account: &str, folder: &str, change: u64) -> std::result::Result<(), StoreError> {
        keywords::given(&self.connection, account, folder, change).map_err(|error| self.fault(error))
    }

    fn findings(&self, case: &CaseId) -> std::result::Result<Option<Findings>, StoreError> {
        findings(&self.connection, case).map_err(|error| self.fault(error))
    }

    fn tag_rows(&self, case: &CaseId) -> std::result::Result<Vec<TagRow>, StoreError> {
        tag_rows(&self.connection, case).map_err(|error| self.fault(error))
    }

    fn tag_counts(&self) -> std::result::Result<Vec<(String, u64)>, StoreError> {
        let read = || -> Result<Vec<(String, u64)>> {
            self.connection
                .prepare_cached("SELECT tag, count(*) FROM tags WHERE removed = 0 GROUP BY tag ORDER BY tag")?
                .query_map([], |row| Ok((row.get(0)?, unsigned(row.get(1)?))))?
                .collect()
        };
        read().map_err(|error| self.fault(error))
    }

    fn settle(&mut self, items: &[Settlement]) -> std::result::Result<Vec<Update>, StoreError> {
        settle(&mut self.connection, items).map_err(|error| fault(&self.path, error))
    }

    fn rename_tag(&mut self, old: &str, new: &str) -> std::result::Result<u64, StoreError> {
        rename(&mut self.connection, old, new).map_err(|error| fault(&self.path, error))
    }

    fn touch(&mut self, signatures: &[Signature], article: Option<&str>) -> std::result::Result<(), StoreError> {
        touch(&self.connection, signatures, article).map_err(|error| fault(&self.path, error))
    }

    fn all_decisions(&self) -> std::result::Result<Vec<(CaseId, CaseDecision)>, StoreError> {
        super::read::all_decisions(&self.connection).map_err(|error| self.fault(error))
    }

    fn noise(&self) -> std::result::Result<Vec<Noise>, StoreError> {
        let read = || -> Result<Vec<Noise>> {
            self.connection.prepare_cached(&format!("{NOISE} ORDER BY id"))?.query_map([], read_noise)?.collect()
        };
        read().map_err(|error| self.fault(error))
    }

    fn add_noise(&mut self, noise: &Noise) -> std::result::Result<i64, StoreError> {
        let Noise { what, customer, reason, added, until, .. } = noise;
        self.connection
            .execute(
                "INSERT INTO noise (what, customer, reason, added, until) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![what, customer, reason, added, until],
            )
            .map_err(|error| self.fault(error))?;
        Ok(self.connection.last_insert_rowid())
    }

    fn remove_noise(&mut self, id: i64) -> std::result::Result<bool, StoreError> {
        let removed = self.connection.execute("DELETE FROM noise WHERE id = ?1", [id]);
        removed.map(|rows| rows > 0).map_err(|error| self.fault(error))
    }

    fn ended_noise(&self, now: i64) -> std::result::Result<Vec<Noise>, StoreError> {
        ended(&self.connection, now).map_err(|error| self.fault(error))
    }

    fn note_ended(&mut self, now: i64) -> std::result::Result<(), StoreError> {
        let noted = self.connection.execute("UPDATE noise SET ended = 1 WHERE until <= ?1", [now]);
        noted.map(|_| ()).map_err(|error| self.fault(error))
    }

    fn due_news(&self, now: i64, limit: usize) -> std::result::Result<Vec<News>, StoreError> {
        due(&self.connection, now, limit).map_err(|error| self.fault(error))
    }

    fn news_count(&self) -> std::result::Result<u64, StoreError> {
        let count = self.connection.query_row("SELECT count(*) FROM outbox", [], |row| Ok(unsigned(row.get(0)?)));
        count.map_err(|error| self.fault(error))
    }

    fn told(&mut self, id: i64, outcome: &Told) -> std::result::Result<(), StoreError> {
        let done = match outcome {
            Told::Done => self.connection.execute("DELETE FROM outbox WHERE id = ?1", [id]),
            Told::Failed { due, error } => self.connection.execute(
                "UPDATE outbox SET attempts = attempts + 1, due = ?2, error = ?3 WHERE id = ?1",
                params![id, due, error],
            ),
        };
        done.map(|_| ()).map_err(|error| self.fault(error))
    }
}
