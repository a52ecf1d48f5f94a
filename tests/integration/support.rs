//! What the tests share: triage of a path, the program, tables of labels.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use casebook::{
    app::{
        App,
        triage::{Input, TriageReport},
    },
    config,
};

/// A path from the root of the package.
pub fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The services with the built-in articles, whatever the environment says.
pub fn app() -> App {
    let builtin = config::Setting { value: vec![config::BUILTIN.to_string()], origin: config::Origin::Default };
    let none = config::Setting { value: None, origin: config::Origin::Default };
    let limit = config::Setting { value: 5, origin: config::Origin::Default };
    let rules = config::Setting { value: Vec::new(), origin: config::Origin::Default };
    App::open(config::Settings {
        kb: builtin,
        fields: none.clone(),
        terms: none.clone(),
        weights: none.clone(),
        benign: none.clone(),
        tags: rules.clone(),
        own_domains: config::Setting { value: Vec::new(), origin: config::Origin::Default },
        vendor_domains: config::Setting { value: Vec::new(), origin: config::Origin::Default },
        webhook: config::Setting { value: None, origin: config::Origin::Default },
        copy_to: none.clone(),
        notmuch: config::Setting { value: false, origin: config::Origin::Default },
        known_from: config::Setting {
            value: casebook::article::ArticleStatus::NotValidated,
            origin: config::Origin::Default,
        },
        internal: config::Setting { value: Vec::new(), origin: config::Origin::Default },
        imap: config::Setting { value: config::Imap::default(), origin: config::Origin::Default },
        rules,
        cache: none.clone(),
        data: none,
        limit,
    })
    .unwrap()
}

/// Triage of paths as one case.
#[track_caller]
pub fn triage(app: &App, paths: &[PathBuf]) -> TriageReport {
    let inputs: Vec<Input> = paths.iter().cloned().map(Input::Path).collect();
    app.triage(&inputs, 5, &|_| ()).unwrap_or_else(|error| panic!("{paths:?}: {error}"))
}

/// The program, with an empty configuration folder and no color.
pub fn program() -> assert_cmd::Command {
    let mut command = assert_cmd::Command::cargo_bin("casebook").unwrap();
    for name in [
        "CASEBOOK_KB",
        "CASEBOOK_FIELDS",
        "CASEBOOK_TERMS",
        "CASEBOOK_BENIGN",
        "CASEBOOK_WEIGHTS",
        "CASEBOOK_RULES",
        "CASEBOOK_TAGS",
        "CASEBOOK_CONFIG",
        "CASEBOOK_DATA",
        "CASEBOOK_LIMIT",
        "CASEBOOK_CACHE",
        "CASEBOOK_IMAP_PASSWORD",
        "COLUMNS",
    ] {
        command.env_remove(name);
    }
    // What is derived from articles is made once for all tests, beside what they build.
    command.env("CASEBOOK_CACHE", Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"));
    command.env("XDG_CONFIG_HOME", root("tests/data/no-such-folder")).env("NO_COLOR", "1");
    command
}

/// Standard output of the program as JSON.
#[track_caller]
pub fn json(data: &Path, arguments: &[&str]) -> serde_json::Value {
    let output = program().arg("--data").arg(data).args(arguments).args(["--format", "json"]).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{arguments:?}: {error}; {errors}"))
}

/// Rows of a table of labels by column name. Lines beginning with `#` are comments.
pub fn rows(path: &str) -> Vec<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(root(path)).unwrap();
    let mut lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    let head: Vec<&str> = lines.next().unwrap().split('\t').collect();
    let rows: Vec<_> = lines
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            assert_eq!(cells.len(), head.len(), "cells of: {line}");
            head.iter().zip(cells).map(|(name, cell)| (name.to_string(), cell.trim().to_string())).collect()
        })
        .collect();
    assert!(!rows.is_empty(), "{path} has no rows");
    rows
}

/// Whether the report has a signature, compared without case.
pub fn has(report: &TriageReport, signature: &str) -> bool {
    report.signatures.iter().any(|found| format!("{}:{}", found.kind, found.value).eq_ignore_ascii_case(signature))
}

/// A case written into a file of many.
pub struct SmallCase {
    /// What its head says, cell by cell; its name first.
    pub cells: Vec<String>,
    /// Its parts by name.
    pub parts: Vec<(String, String)>,
}

impl SmallCase {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.cells[0]
    }

    /// Triage of its parts, with what every mail has.
    pub fn triage(&self, app: &App) -> TriageReport {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in &self.parts {
            let head =
                "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nDate: Mon, 2 Jun 2025 09:00:00 +0000\n";
            let text = if name.ends_with(".eml") { format!("{head}{text}") } else { text.clone() };
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        triage(app, &[folder.path().to_path_buf()])
    }
}

/// The cases of a file: `=== cell | cell` begins one, `--- name` a part of it. Lines beginning with `# ` are comments.
pub fn small_cases(path: &str) -> Vec<SmallCase> {
    let mut cases: Vec<SmallCase> = Vec::new();
    for line in std::fs::read_to_string(root(path)).unwrap().lines().filter(|line| !line.starts_with('#')) {
        if let Some(head) = line.strip_prefix("=== ") {
            let cells = head.split('|').map(|cell| cell.trim().to_string()).collect();
            cases.push(SmallCase { cells, parts: Vec::new() });
        } else if let Some(part) = line.strip_prefix("--- ") {
            cases.last_mut().unwrap().parts.push((part.to_string(), String::new()));
        } else if let Some((_, part)) = cases.last_mut().and_then(|case| case.parts.last_mut()) {
            part.push_str(line);
            part.push('\n');
        }
    }
    cases
}
