//! What goes wrong in the made-up year: the table `troubles.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::signature::Signature;

/// A sort of trouble that customers have.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trouble {
    /// Its name in the table.
    pub id: String,
    /// What a case of it is about; `None`: nothing fails, somebody asks for something.
    #[serde(default, deserialize_with = "signature")]
    pub signature: Option<Signature>,
    /// The product as customers write it.
    pub product: String,
    /// The starter article that explains it; of translations the English one.
    pub article: Option<String>,
    /// The middle of the hours from opening to close.
    pub hours: u32,
    /// The form of its log.
    pub(super) log: LogForm,
    /// What fails in the log.
    pub(super) lines: Vec<String>,
    pub(super) en: Texts,
    pub(super) zh: Texts,
}

/// What is written of a trouble in a language.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Texts {
    pub(super) titles: Vec<String>,
    pub(super) said: Vec<String>,
    pub(super) fix: String,
}

/// The form of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum LogForm {
    /// Nobody sends one.
    None,
    /// `CBS.log` of Windows servicing.
    Cbs,
    /// `dism.log`.
    Dism,
    /// `setupact.log` of Windows Setup.
    Setupact,
    /// `WindowsUpdate.log`.
    Wu,
    /// An event as the event viewer copies it.
    Event,
    /// A Java program by log4j.
    Java,
    /// A .NET program by Serilog.
    Dotnet,
    /// What a Python program wrote on its standard error.
    Python,
    /// An alert log of Oracle.
    Oracle,
    /// An error log of MySQL 8.
    Mysql,
    /// `ERRORLOG` of SQL Server.
    Mssql,
    /// A log of PostgreSQL.
    Postgres,
    /// syslog by RFC 3164.
    Syslog,
    /// An access log by the combined format.
    Access,
    /// What `kubectl describe` prints.
    Kube,
}

#[derive(Deserialize)]
struct Table {
    trouble: Vec<Trouble>,
}

fn signature<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Signature>, D::Error> {
    let text = String::deserialize(from)?;
    text.parse().map(Some).map_err(serde::de::Error::custom)
}

/// All of them, the most common first.
pub fn troubles() -> &'static [Trouble] {
    static ALL: LazyLock<Vec<Trouble>> = LazyLock::new(|| {
        let table: Table = toml::from_str(include_str!("troubles.toml")).expect("the built-in table is tested");
        table.trouble
    });
    &ALL
}

/// The place of a trouble in the table.
pub(super) fn place(id: &str) -> usize {
    troubles().iter().position(|trouble| trouble.id == id).expect("the built-in table is tested to have it")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_table_is_whole() {
        let all = troubles();
        assert!(all.len() >= 50, "{}", all.len());
        let ids: HashSet<&str> = all.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(ids.len(), all.len(), "each name once");
        let with_signature = || all.iter().filter_map(|one| one.signature.as_ref());
        assert_eq!(with_signature().collect::<HashSet<_>>().len(), with_signature().count(), "each signature once");
        for one in all {
            for texts in [&one.en, &one.zh] {
                assert!(texts.titles.len() >= 2 && texts.said.len() >= 2, "{}", one.id);
            }
            assert_eq!(one.log == LogForm::None, one.lines.is_empty(), "{}", one.id);
            assert!(one.hours > 0, "{}", one.id);
        }
    }
}
