//! The tables kept by hand: readable TSV files, one per family, read at the first look-up.
//!
//! Each file names its source and date in its head. A line that does not parse is left out; a test
//! asserts that there is none.

use std::sync::LazyLock;

use super::{Entry, Family, entry};

/// The files, and the family whose numbers they hold.
const FILES: &[(Family, &str)] = &[
    (Family::Hresult, include_str!("tables/cbs.tsv")),
    (Family::Hresult, include_str!("tables/clr.tsv")),
    (Family::Hresult, include_str!("tables/upgrade.tsv")),
    (Family::Hresult, include_str!("tables/delivery.tsv")),
    (Family::Hresult, include_str!("tables/sccm.tsv")),
    (Family::Hresult, include_str!("tables/hresult.tsv")),
    (Family::Hresult, include_str!("tables/defender.tsv")),
    (Family::Hresult, include_str!("tables/mail_client.tsv")),
    (Family::Ntstatus, include_str!("tables/exception.tsv")),
    (Family::Ntstatus, include_str!("tables/ntstatus.tsv")),
    (Family::Win32, include_str!("tables/win32.tsv")),
    (Family::Msi, include_str!("tables/msi.tsv")),
    (Family::Tls, include_str!("tables/tls.tsv")),
    (Family::Signal, include_str!("tables/signal.tsv")),
    (Family::Sqlstate, include_str!("tables/sqlstate.tsv")),
    (Family::Bugcheck, include_str!("tables/bugcheck.tsv")),
    (Family::Kerberos, include_str!("tables/kerberos.tsv")),
    (Family::Errno, include_str!("tables/errno.tsv")),
    (Family::Http, include_str!("tables/http.tsv")),
    (Family::Smtp, include_str!("tables/smtp.tsv")),
    (Family::Mysql, include_str!("tables/mysql.tsv")),
    (Family::Mssql, include_str!("tables/mssql.tsv")),
    (Family::Ora, include_str!("tables/ora.tsv")),
    (Family::Db2, include_str!("tables/db2.tsv")),
    (Family::Mongodb, include_str!("tables/mongodb.tsv")),
    (Family::Rpc, include_str!("tables/rpc.tsv")),
    (Family::Dns, include_str!("tables/dns.tsv")),
    (Family::Curl, include_str!("tables/curl.tsv")),
    (Family::Exit, include_str!("tables/exit.tsv")),
];

/// All rows by number. About 9,000: read in half a millisecond, so nothing is prepared for it.
static BY_NUMBER: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let mut rows: Vec<Entry> =
        FILES.iter().flat_map(|&(family, text)| lines(text).filter_map(move |line| parse(family, line))).collect();
    // Stable: where a number has two names, the file's order decides.
    rows.sort_by_key(|entry| entry.number);
    rows
});

/// All rows by upper-case name: made only where a name is asked for.
static BY_SYMBOL: LazyLock<Vec<(String, Entry)>> = LazyLock::new(|| {
    let mut rows: Vec<(String, Entry)> =
        BY_NUMBER.iter().map(|entry| (entry.symbol.to_ascii_uppercase(), *entry)).collect();
    rows.sort_unstable();
    rows
});

/// Every row with that number.
pub fn by_number(number: u32) -> impl Iterator<Item = Entry> {
    let first = BY_NUMBER.partition_point(|entry| entry.number < number);
    BY_NUMBER.iter().copied().skip(first).take_while(move |entry| entry.number == number)
}

/// Every row with that name, whatever its case.
pub fn by_symbol(symbol: &str) -> impl Iterator<Item = Entry> {
    let symbol = symbol.to_ascii_uppercase();
    let first = BY_SYMBOL.partition_point(|(found, _)| *found < symbol);
    BY_SYMBOL.iter().skip(first).take_while(move |(found, _)| *found == symbol).map(|&(_, entry)| entry)
}

/// Every row, by number.
pub fn rows() -> impl Iterator<Item = Entry> {
    BY_NUMBER.iter().copied()
}

/// The lines of a table that hold data: neither empty nor a comment.
pub fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// A number as the tables write it for a family: decimal, `0x` and hexadecimal, or packed.
pub fn parse_number(family: Family, text: &str) -> Option<u32> {
    match family {
        Family::Smtp => entry::smtp_number(text),
        Family::Sqlstate => entry::sqlstate_number(text),
        Family::Jet | Family::Mssql => text.parse::<i32>().ok().map(i32::cast_unsigned),
        Family::Ora => text.strip_prefix("ORA-").unwrap_or(text).parse().ok(),
        Family::Db2 => text.strip_prefix("SQL").unwrap_or(text).trim_end_matches(['N', 'W', 'C']).parse().ok(),
        // A directory's own `data` code may follow: `49/52e`.
        Family::Ldap => text.split('/').next()?.parse().ok(),
        _ => match text.strip_prefix("0x") {
            Some(digits) => u32::from_str_radix(digits, 16).ok(),
            None => text.parse().ok(),
        },
    }
}

fn parse(family: Family, line: &'static str) -> Option<Entry> {
    let (number, symbol) = line.split_once('\t')?;
    Some(Entry { family, number: parse_number(family, number)?, symbol })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read() {
        for &(family, text) in FILES {
            assert!(text.starts_with("# "), "{family:?} names its source");
            assert!(lines(text).count() > 3, "{family:?}");
            for line in lines(text) {
                let entry = parse(family, line).unwrap_or_else(|| panic!("{family:?}: `{line}`"));
                assert_eq!(entry.symbol, entry.symbol.trim(), "{line}");
                assert!(!entry.symbol.is_empty() && !entry.symbol.contains('\t'), "{line}");
            }
        }
    }

    #[test]
    fn every_row_is_found_by_number_and_by_name() {
        for entry in rows() {
            assert!(by_number(entry.number).any(|found| found == entry), "{entry:?}");
            assert!(by_symbol(&entry.symbol.to_lowercase()).any(|found| found == entry), "{entry:?}");
        }
    }

    #[test]
    fn no_row_stands_twice() {
        for entry in rows() {
            assert_eq!(by_number(entry.number).filter(|found| *found == entry).count(), 1, "{entry:?}");
            let generated = crate::catalog::table::by_number(entry.number).any(|found| found == entry);
            assert!(!generated, "{entry:?} is in the generated table");
        }
    }
}
