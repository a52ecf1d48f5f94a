//! The store held against itself: bytes against hashes, what is derived against what it is derived from.

use rusqlite::{Connection, ErrorCode, params};

use super::{
    add::hash,
    cases::unsigned,
    lines,
    place::recount,
    read::{unpack, unpack_any},
    sent,
};
use crate::store::health::{Fault, FaultKind};

type Result<T> = rusqlite::Result<T>;

/// Examples that a fault names.
const EXAMPLES: usize = 5;

/// A check that SQL can make: rows that should not be there, each with a name for people.
struct Rule {
    kind: FaultKind,
    find: &'static str,
    /// Takes them away; `None`: nothing can.
    mend: Option<&'static str>,
}

/// What the messages of each case say of its row, in SQL; `add::join` keeps it message by message.
macro_rules! case_rows {
    () => {
        concat!(
            "SELECT case_id, count(*) AS messages, coalesce(min(sent), min(taken)) AS opened,
                    coalesce(max(sent), min(taken)) AS latest
             FROM (SELECT case_id, taken, ",
            sent!(),
            " AS sent FROM messages) GROUP BY case_id",
        )
    };
}

/// In this order each leaves nothing for those before it.
const RULES: &[Rule] = &[
    Rule {
        kind: FaultKind::EmptyCase,
        find: "SELECT name FROM cases c WHERE NOT EXISTS (SELECT 1 FROM messages WHERE case_id = c.id)",
        mend: None,
    },
    Rule {
        kind: FaultKind::UnusedBytes,
        find: "SELECT hex(hash) FROM blobs b WHERE NOT EXISTS (SELECT 1 FROM messages WHERE blob = b.id)",
        mend: Some("DELETE FROM blobs WHERE NOT EXISTS (SELECT 1 FROM messages WHERE blob = blobs.id)"),
    },
    Rule {
        kind: FaultKind::UnusedSource,
        find: "SELECT hex(hash) FROM sources s WHERE NOT EXISTS (SELECT 1 FROM message_sources WHERE source = s.id)",
        mend: Some("DELETE FROM sources WHERE NOT EXISTS (SELECT 1 FROM message_sources WHERE source = sources.id)"),
    },
    Rule {
        kind: FaultKind::CaseRow,
        find: concat!(
            "SELECT c.name FROM cases c JOIN (",
            case_rows!(),
            ") m ON m.case_id = c.id WHERE (c.messages, c.opened, c.latest) IS NOT (m.messages, m.opened, m.latest)",
        ),
        mend: Some(concat!(
            "UPDATE cases SET messages = m.messages, opened = m.opened, latest = m.latest, version = version + 1 FROM (",
            case_rows!(),
            ") AS m WHERE m.case_id = cases.id
               AND (cases.messages, cases.opened, cases.latest) IS NOT (m.messages, m.opened, m.latest)",
        )),
    },
];

/// The cases whose derived rows are not what their messages say.
const WRONG_SOURCES: &str = "
    SELECT DISTINCT case_id FROM (
        SELECT * FROM (SELECT case_id, source FROM case_sources
                       EXCEPT SELECT m.case_id, s.source FROM messages m JOIN message_sources s ON s.message = m.id)
        UNION ALL
        SELECT * FROM (SELECT m.case_id AS case_id, s.source FROM messages m JOIN message_sources s ON s.message = m.id
                       EXCEPT SELECT case_id, source FROM case_sources)
    )";
const WRONG_SIGNATURES: &str = "
    WITH derived AS (
        SELECT c.case_id AS case_id, f.signature, min(f.standing), sum(f.count)
        FROM case_sources c JOIN source_signatures f ON f.source = c.source GROUP BY c.case_id, f.signature
    )
    SELECT DISTINCT case_id FROM (
        SELECT * FROM (SELECT case_id, signature, standing, count FROM case_signatures EXCEPT SELECT * FROM derived)
        UNION ALL
        SELECT * FROM (SELECT * FROM derived EXCEPT SELECT case_id, signature, standing, count FROM case_signatures)
    )";

/// Checks everything; with `mend` takes away what can be. `progress` is told how many messages' bytes were read.
pub(in crate::store) fn check(
    connection: &mut Connection,
    mend: bool,
    progress: &mut dyn FnMut(u64),
) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    let said = texts(connection, "PRAGMA integrity_check(100)").or_else(|error| match error.sqlite_error_code() {
        // Some damage ends the check itself.
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Ok(vec![error.to_string()]),
        _ => Err(error),
    })?;
    let torn: Vec<String> = said.into_iter().filter(|line| line != "ok").collect();
    push(&mut faults, FaultKind::File, torn, false);
    if !faults.is_empty() {
        // Of a torn file nothing more can be said for certain.
        return Ok(faults);
    }
    let dangling = texts(connection, "SELECT \"table\" || ' ' || coalesce(rowid, '?') FROM pragma_foreign_key_check")?;
    push(&mut faults, FaultKind::Reference, dangling, false);
    push(&mut faults, FaultKind::Bytes, damaged(connection, progress)?, false);
    push(&mut faults, FaultKind::Lines, lines::lost(connection)?, false);
    let transaction = connection.transaction()?;
    for rule in RULES {
        let found = texts(&transaction, rule.find)?;
        let mended = match rule.mend {
            Some(sql) if mend && !found.is_empty() => {
                transaction.execute(sql, [])?;
                true
            }
            _ => false,
        };
        push(&mut faults, rule.kind, found, mended);
    }
    let mut wrong = Vec::new();
    for (kind, sql) in [(FaultKind::CaseSources, WRONG_SOURCES), (FaultKind::CaseSignatures, WRONG_SIGNATURES)] {
        let cases: Vec<i64> = transaction.prepare(sql)?.query_map([], |row| row.get(0))?.collect::<Result<_>>()?;
        wrong.push((kind, cases));
    }
    for (kind, cases) in wrong {
        if mend {
            cases.iter().try_for_each(|case| recount(&transaction, *case))?;
        }
        let names = cases.iter().map(|case| {
            let name = transaction.query_row("SELECT name FROM cases WHERE id = ?1", [case], |row| row.get(0));
            name.unwrap_or_else(|_| format!("case {case}"))
        });
        push(&mut faults, kind, names.collect(), mend);
    }
    transaction.commit()?;
    Ok(faults)
}

fn texts(connection: &Connection, sql: &str) -> Result<Vec<String>> {
    connection.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
}

fn push(faults: &mut Vec<Fault>, kind: FaultKind, mut found: Vec<String>, mended: bool) {
    if !found.is_empty() {
        let count = found.len() as u64;
        found.truncate(EXAMPLES);
        faults.push(Fault { kind, count, examples: found, mended });
    }
}

/// Hashes of stored bytes that are not what they were.
fn damaged(connection: &Connection, progress: &mut dyn FnMut(u64)) -> Result<Vec<String>> {
    let mut damaged = Vec::new();
    let mut statement = connection.prepare("SELECT hash, data, raw_len FROM blobs")?;
    let mut rows = statement.query([])?;
    let mut read = 0;
    while let Some(row) = rows.next()? {
        let id = hash(row.get_ref(0)?.as_blob().unwrap_or_default());
        let data = row.get_ref(1)?.as_blob().unwrap_or_default();
        if unpack(id, data, unsigned(row.get(2)?)).is_err() {
            damaged.push(id.to_string());
        }
        read += 1;
        progress(read);
    }
    let mut statement = connection.prepare("SELECT hash, data FROM quarantine")?;
    let mut rows = statement.query(params![])?;
    while let Some(row) = rows.next()? {
        let id = hash(row.get_ref(0)?.as_blob().unwrap_or_default());
        if unpack_any(id, row.get_ref(1)?.as_blob().unwrap_or_default()).is_err() {
            damaged.push(id.to_string());
        }
    }
    Ok(damaged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        signature::Standing,
        store::{
            CaseStore,
            conformance::{loose, message, source},
            sqlite::{Access, SqliteStore},
        },
    };

    /// A store with two cases, made faulty by SQL.
    #[track_caller]
    fn check_after(sql: &str, expected: &[(FaultKind, u64)], mendable: bool) {
        let folder = tempfile::tempdir().unwrap();
        let mut store = SqliteStore::open(folder.path(), Access::Write).unwrap().unwrap();
        let (mut first, second) = (message(1), message(2));
        let names: Vec<String> = (0..20).map(|number| format!("file:a{number}.dll")).collect();
        let listed = names.iter().map(|name| (name.as_str(), Standing::Listed, 1));
        first.sources =
            vec![source("a.log", &[("win32:5", Standing::Failing, 2)].into_iter().chain(listed).collect::<Vec<_>>())];
        store.add(&[first, second]).unwrap();
        assert_eq!(check(&mut store.connection, false, &mut |_| ()).unwrap(), []);
        store.connection.execute_batch(&format!("PRAGMA foreign_keys = off; {sql}; PRAGMA foreign_keys = on")).unwrap();
        let found =
            |faults: &[Fault]| -> Vec<(FaultKind, u64)> { faults.iter().map(|one| (one.kind, one.count)).collect() };
        assert_eq!(found(&check(&mut store.connection, false, &mut |_| ()).unwrap()), expected, "{sql}");
        let mended = check(&mut store.connection, true, &mut |_| ()).unwrap();
        assert_eq!(found(&mended), expected, "{sql}");
        let left = check(&mut store.connection, false, &mut |_| ()).unwrap();
        assert_eq!(left.is_empty(), mendable, "{sql}: {left:?}");
    }

    #[test]
    fn what_is_derived_is_mended() {
        check_after("UPDATE cases SET messages = 9 WHERE id = 1", &[(FaultKind::CaseRow, 1)], true);
        check_after("UPDATE case_signatures SET count = 7", &[(FaultKind::CaseSignatures, 1)], true);
        check_after("DELETE FROM case_signatures", &[(FaultKind::CaseSignatures, 1)], true);
        check_after("DELETE FROM case_sources", &[(FaultKind::CaseSources, 1), (FaultKind::CaseSignatures, 1)], true);
        // A copy that only its hash tells from the other.
        check_after(
            "INSERT INTO blobs (hash, raw_len, data) SELECT CAST(substr(hash, 1, 31) || x'00' AS BLOB), raw_len, data FROM blobs LIMIT 1",
            &[(FaultKind::Bytes, 1), (FaultKind::UnusedBytes, 1)],
            true,
        );
    }

    #[test]
    fn loose_logs_and_undated_mails_are_dated_as_they_were_taken_in() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = SqliteStore::open(folder.path(), Access::Write).unwrap().unwrap();
        let (dated, mut undated) = (message(1), message(2));
        undated.date = None;
        let logs = [loose(3, &[dated.id]), loose(4, &[undated.id]), loose(5, &[])];
        store.add(&[dated, undated]).unwrap();
        store.add(&logs).unwrap();
        assert_eq!(check(&mut store.connection, true, &mut |_| ()).unwrap(), []);
    }

    #[test]
    fn what_is_lost_is_told() {
        check_after("UPDATE blobs SET data = x'00' WHERE id = 1", &[(FaultKind::Bytes, 1)], false);
        for sql in [
            "UPDATE source_lines SET lines = x'00'",
            "DELETE FROM source_lines",
            "UPDATE source_signatures SET text = char(1) || '99' WHERE text >= char(1) AND text < char(2)",
        ] {
            check_after(sql, &[(FaultKind::Lines, 1)], false);
        }
        check_after(
            "DELETE FROM messages WHERE id = 2; DELETE FROM blobs WHERE id = 2",
            &[(FaultKind::EmptyCase, 1)],
            false,
        );
        check_after("DELETE FROM blobs WHERE id = 2", &[(FaultKind::Reference, 1)], false);
    }
}
