//! Cases: found by name, listed by filter, changed by version.

use rusqlite::{
    Connection, OptionalExtension, Row, TransactionBehavior, params, params_from_iter,
    types::{ToSql, Value},
};

use super::{add::event, keywords, place::alias};
use crate::store::{
    CaseChange, CaseFilter, CaseId, CaseRecord, CaseStatus, CaseTag, Cursor, Decision, EventKind, Page, Sort, Update,
};

type Result<T> = rusqlite::Result<T>;

/// The columns that [`read_case`] reads.
const COLUMNS: &str = "c.id, c.name, c.version, c.subject, c.severity, c.customer, c.product, c.closed, c.article, \
                       c.resolution, c.opened, c.latest, c.messages";

/// The row of a case by its name, a name that it once had, or a number of it.
pub(super) fn row_of(connection: &Connection, case: &CaseId) -> Result<Option<i64>> {
    let upper = case.0.to_uppercase();
    connection
        .prepare_cached(
            "SELECT id FROM cases WHERE name = ?1
             UNION ALL SELECT case_id FROM case_keys WHERE key = ?2
             UNION ALL SELECT case_id FROM case_keys WHERE key = ?3",
        )?
        .query_row(params![case.0, alias(&case.0), format!("n:{upper}")], |row| row.get(0))
        .optional()
}

pub(super) fn of_key(connection: &Connection, key: &str) -> Result<Option<CaseId>> {
    let name: Option<String> = connection
        .prepare_cached("SELECT c.name FROM case_keys k JOIN cases c ON c.id = k.case_id WHERE k.key = ?1")?
        .query_row([key], |row| row.get(0))
        .optional()?;
    Ok(name.map(CaseId))
}

pub(super) fn find(connection: &Connection, case: &CaseId) -> Result<Option<CaseRecord>> {
    let Some(row) = row_of(connection, case)? else { return Ok(None) };
    let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM cases c WHERE c.id = ?1"))?;
    let found = statement.query_row([row], read_case).optional()?;
    found.map(|(row, case)| complete(connection, row, case)).transpose()
}

fn read_case(row: &Row<'_>) -> Result<(i64, CaseRecord)> {
    let closed: Option<i64> = row.get(7)?;
    let case = CaseRecord {
        id: CaseId(row.get(1)?),
        version: unsigned(row.get(2)?),
        subject: row.get(3)?,
        numbers: Vec::new(),
        severity: row.get(4)?,
        customer: row.get(5)?,
        sender: String::new(),
        product: row.get(6)?,
        status: if closed.is_some() { CaseStatus::Closed } else { CaseStatus::Open },
        closed,
        article: row.get(8)?,
        resolution: row.get(9)?,
        opened: row.get(10)?,
        latest: row.get(11)?,
        messages: unsigned(row.get(12)?),
        verdict: None,
        tags: Vec::new(),
    };
    Ok((row.get(0)?, case))
}

/// SQLite has no unsigned numbers; ours are counts.
pub(super) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// The address of who opened a case, in SQL: of the earliest message that has one; an undated one only where no other is.
fn sender_of(case: &str) -> String {
    let first = |dated: &str| {
        format!(
            "(SELECT address FROM messages WHERE case_id = {case} AND date IS {dated} AND address <> '' ORDER BY date LIMIT 1)"
        )
    };
    format!("coalesce({}, {})", first("NOT NULL"), first("NULL"))
}

/// Adds what stands in other tables.
fn complete(connection: &Connection, row: i64, mut case: CaseRecord) -> Result<CaseRecord> {
    let mut numbers = connection.prepare_cached(
        "SELECT substr(key, 3) FROM case_keys WHERE case_id = ?1 AND key >= 'n:' AND key < 'n;' ORDER BY key",
    )?;
    case.numbers = numbers.query_map([row], |row| row.get(0))?.collect::<Result<_>>()?;
    let mut tags =
        connection.prepare_cached("SELECT tag, rule, why FROM tags WHERE case_id = ?1 AND removed = 0 ORDER BY tag")?;
    let tag = |row: &Row<'_>| Ok(CaseTag { tag: row.get(0)?, rule: row.get(1)?, why: row.get(2)? });
    case.tags = tags.query_map([row], tag)?.collect::<Result<_>>()?;
    let mut verdict = connection.prepare_cached("SELECT verdict FROM findings WHERE case_id = ?1")?;
    case.verdict = verdict.query_row([row], |row| row.get(0)).optional()?;
    let mut sender = connection.prepare_cached(&format!("SELECT {}", sender_of("?1")))?;
    case.sender = sender.query_row([row], |row| row.get::<_, Option<String>>(0))?.unwrap_or_default();
    Ok(case)
}

/// That a text is one that was asked for, which may have `*` and `?` in it; with the value. Without them it is looked up as it is, by
/// the collation of its column and by the index.
fn fits(column: &str, wanted: &str) -> (String, Vec<Value>) {
    if !wanted.contains(['*', '?']) {
        return (format!("{column} = ?"), vec![Value::from(wanted.to_string())]);
    }
    let mut pattern = String::with_capacity(wanted.len() + 2);
    for c in wanted.chars() {
        match c {
            '*' => pattern.push('%'),
            '?' => pattern.push('_'),
            '%' | '_' | '\\' => pattern.extend(['\\', c]),
            other => pattern.push(other),
        }
    }
    (format!("{column} LIKE ? ESCAPE '\\'"), vec![Value::from(pattern)])
}

/// A condition in SQL with its values.
#[derive(Default)]
struct Conditions {
    sql: Vec<String>,
    values: Vec<Value>,
}

impl Conditions {
    fn push(&mut self, sql: impl Into<String>, values: impl IntoIterator<Item = Value>) {
        self.sql.push(sql.into());
        self.values.extend(values);
    }

    /// All of them as one.
    fn all(&self) -> String {
        if self.sql.is_empty() { "1".into() } else { self.sql.join(" AND ") }
    }

    fn of(filter: &CaseFilter) -> Self {
        let mut all = Conditions::default();
        if !filter.signatures.is_empty() {
            let one = "(kind = ? AND value = ?)";
            let any = vec![one; filter.signatures.len()].join(" OR ");
            let standing = if filter.failing { " AND standing < 10" } else { "" };
            all.push(
                format!(
                    "c.id IN (SELECT case_id FROM case_signatures WHERE signature IN (SELECT id FROM signatures WHERE {any}){standing})"
                ),
                filter
                    .signatures
                    .iter()
                    .flat_map(|one| [Value::from(one.kind.name().to_string()), Value::from(one.value.clone())]),
            );
        }
        match filter.status {
            Some(CaseStatus::Open) => all.push("c.closed IS NULL", []),
            Some(CaseStatus::Closed) => all.push("c.closed IS NOT NULL", []),
            None => {}
        }
        if let Some(customer) = &filter.customer {
            let (named, mut values) = fits("c.customer", customer);
            match &filter.domain {
                Some(domain) => {
                    let sender = sender_of("c.id");
                    let (of_domain, value) =
                        fits(&format!("lower(substr({sender}, instr({sender}, '@') + 1))"), domain);
                    values.extend(value);
                    let mut by_domain = format!("coalesce(trim(c.customer), '') = '' AND {of_domain}");
                    for own in &filter.own {
                        let own = own.trim().trim_start_matches('@').to_lowercase();
                        by_domain.push_str(&format!(
                            " AND '.' || lower(substr({sender}, instr({sender}, '@') + 1)) NOT LIKE '%.' || ?"
                        ));
                        values.push(Value::from(own));
                    }
                    all.push(format!("({named} OR {by_domain})"), values);
                }
                None => all.push(named, values),
            }
        }
        let texts = [
            ("c.product", "", "", &filter.product),
            ("c.severity", "", "", &filter.severity),
            ("c.article", "", "", &filter.article),
            ("article", "c.id IN (SELECT case_id FROM matches WHERE silenced IS NULL AND ", ")", &filter.matched),
            ("verdict", "c.id IN (SELECT case_id FROM findings WHERE ", ")", &filter.verdict),
            ("tag", "c.id IN (SELECT case_id FROM tags WHERE removed = 0 AND ", ")", &filter.tag),
        ];
        for (column, before, behind, value) in texts {
            if let Some(value) = value {
                let (sql, values) = fits(column, value);
                all.push(format!("{before}{sql}{behind}"), values);
            }
        }
        for (sql, at) in [("c.opened >= ?", filter.since), ("c.opened < ?", filter.until)] {
            if let Some(at) = at {
                all.push(sql, [Value::from(at)]);
            }
        }
        all
    }
}

/// The rows of the cases that a filter lets through.
pub(super) fn numbers(connection: &Connection, filter: &CaseFilter) -> Result<Vec<u64>> {
    let conditions = Conditions::of(filter);
    let mut statement = connection.prepare_cached(&format!("SELECT c.id FROM cases c WHERE {}", conditions.all()))?;
    let values = params_from_iter(conditions.values.iter().map(|value| value as &dyn ToSql));
    statement.query_map(values, |row| row.get(0).map(unsigned))?.collect()
}

pub(super) fn list(
    connection: &Connection,
    filter: &CaseFilter,
    sort: Sort,
    after: Option<&Cursor>,
    limit: usize,
) -> Result<Page<CaseRecord>> {
    let mut conditions = Conditions::of(filter);
    // By id alone: all are equal but for their name.
    let (column, order) = match sort {
        Sort::Latest => ("c.latest", "c.latest DESC, c.name"),
        Sort::Opened => ("c.opened", "c.opened DESC, c.name"),
        Sort::Id => ("0", "c.name"),
    };
    if let Some((at, name)) = after.and_then(|cursor| cursor.0.split_once('\u{1f}')) {
        let at = at.parse::<i64>().unwrap_or(0);
        conditions.push(
            format!("({column} < ? OR {column} = ? AND c.name > ?)"),
            [Value::from(at), Value::from(at), Value::from(name.to_string())],
        );
    }
    let filter = conditions.all();
    let sql = format!(
        "SELECT {COLUMNS}, {column} FROM cases c WHERE {filter} ORDER BY {order} LIMIT {}",
        limit.saturating_add(1)
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut found: Vec<(i64, CaseRecord, i64)> = statement
        .query_map(params_from_iter(conditions.values.iter().map(|value| value as &dyn ToSql)), |row| {
            let (id, case) = read_case(row)?;
            Ok((id, case, row.get(13)?))
        })?
        .collect::<Result<_>>()?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|(_, case, at)| Cursor(format!("{at}\u{1f}{}", case.id)));
    let items = found.into_iter().map(|(row, case, _)| complete(connection, row, case)).collect::<Result<_>>()?;
    Ok(Page { items, next })
}

pub(super) fn update(
    connection: &mut Connection,
    case: &CaseId,
    expected: u64,
    changes: &[CaseChange],
) -> Result<Update> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let Some(row) = row_of(&transaction, case)? else { return Ok(Update::Missing) };
    let version: i64 = transaction.query_row("SELECT version FROM cases WHERE id = ?1", [row], |row| row.get(0))?;
    if unsigned(version) != expected {
        return Ok(Update::Conflict(unsigned(version)));
    }
    for change in changes {
        apply(&transaction, row, change)?;
    }
    if changes.iter().any(|change| matches!(change, CaseChange::Tag(_) | CaseChange::Untag { .. })) {
        keywords::changed(&transaction, row)?;
    }
    transaction.execute("UPDATE cases SET version = version + 1 WHERE id = ?1", [row])?;
    transaction.commit()?;
    Ok(Update::Done(expected + 1))
}

pub(super) fn apply(connection: &Connection, row: i64, change: &CaseChange) -> Result<()> {
    match change {
        CaseChange::Close { article, resolution, at } => {
            let was_closed: bool =
                connection.query_row("SELECT closed IS NOT NULL FROM cases WHERE id = ?1", [row], |row| row.get(0))?;
            connection.execute(
                "UPDATE cases SET closed = coalesce(closed, ?2), article = ?3, resolution = ?4 WHERE id = ?1",
                params![row, at, article, resolution],
            )?;
            let note = article.as_ref().or(resolution.as_ref()).map_or("", String::as_str);
            let kind = if was_closed { EventKind::Corrected } else { EventKind::Closed };
            event(connection, row, *at, kind, note)
        }
        CaseChange::Reopen { why, at } => {
            connection.execute("UPDATE cases SET closed = NULL WHERE id = ?1", [row])?;
            event(connection, row, *at, EventKind::Reopened, why)
        }
        CaseChange::Tag(tag) => {
            // By hand: takes the place of whatever stands there. By rule: only of what a rule gave.
            let sql = "INSERT INTO tags (case_id, tag, rule, why, removed) VALUES (?1, ?2, ?3, ?4, 0)
                       ON CONFLICT DO UPDATE SET rule = excluded.rule, why = excluded.why, removed = 0
                       WHERE excluded.rule IS NULL OR (tags.rule IS NOT NULL AND tags.removed = 0)";
            connection.prepare_cached(sql)?.execute(params![row, tag.tag, tag.rule, tag.why])?;
            Ok(())
        }
        CaseChange::Untag { tag, by_hand: true } => {
            let sql = "INSERT INTO tags (case_id, tag, rule, why, removed) VALUES (?1, ?2, NULL, '', 1)
                       ON CONFLICT DO UPDATE SET rule = NULL, why = '', removed = 1";
            connection.prepare_cached(sql)?.execute(params![row, tag])?;
            Ok(())
        }
        CaseChange::Untag { tag, by_hand: false } => {
            let sql = "DELETE FROM tags WHERE case_id = ?1 AND tag = ?2 AND rule IS NOT NULL AND removed = 0";
            connection.prepare_cached(sql)?.execute(params![row, tag])?;
            Ok(())
        }
        CaseChange::Decide { article, decision, reason, at } => {
            connection.execute(
                "INSERT OR REPLACE INTO decisions (case_id, article, accepted, reason, at) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![row, article, *decision == Decision::Accepted, reason, at],
            )?;
            let kind = match decision {
                Decision::Accepted => EventKind::Accepted,
                Decision::Rejected => EventKind::Rejected,
            };
            let note = if reason.is_empty() { article.clone() } else { format!("{article}: {reason}") };
            event(connection, row, *at, kind, &note)
        }
    }
}
