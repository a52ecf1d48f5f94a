//! Grouping accuracy on Loghub-2k, logs of 16 systems with the template of every line labelled by hand:
//! `CASEBOOK_LOGHUB=DIR cargo bench --bench loghub [SYSTEM]`, with SYSTEM to see the groups that differ.
//!
//! DIR holds what <https://github.com/logpai/loghub> has: `System/System_2k.log` and `_structured.csv`. Whole raw lines go in,
//! header and all, under one setting. GA: share of lines whose group holds exactly the lines of their true group. FGA: F1
//! over groups.

#![allow(clippy::print_stdout, reason = "a report for whoever runs it")]

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs,
    path::Path,
};

use casebook::{
    logs::reader::LogReader,
    template::{Miner, Template},
};

type Groups = BTreeMap<String, BTreeSet<usize>>;

fn main() {
    let Some(folder) = std::env::var_os("CASEBOOK_LOGHUB") else {
        println!("skipped: CASEBOOK_LOGHUB names no folder with Loghub-2k");
        return;
    };
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let mut systems: Vec<_> = fs::read_dir(&folder)
        .expect("the folder is readable")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| Path::new(&folder).join(name).join(format!("{name}_2k.log")).is_file())
        .collect();
    systems.sort();
    assert!(!systems.is_empty(), "no logs in the folder");
    let (mut sum_ga, mut sum_fga) = (0.0, 0.0);
    println!("{:12} {:>6} {:>6} {:>7} {:>5}", "system", "GA", "FGA", "groups", "true");
    for system in &systems {
        let base = Path::new(&folder).join(system).join(format!("{system}_2k.log"));
        let csv = fs::read_to_string(format!("{}_structured.csv", base.display())).expect("labels are there");
        let labels = column(&csv, "EventId");
        let contents = column(&csv, "Content");
        let (truth, found) = (groups(labels.into_iter()), groups(templates(&base).into_iter().map(|t| t.text)));
        let right: Vec<_> = found.values().filter(|group| truth.values().any(|other| other == *group)).collect();
        let ga = right.iter().map(|group| group.len()).sum::<usize>() as f64 / contents.len() as f64;
        let fga = 2.0 * right.len() as f64 / (truth.len() + found.len()) as f64;
        (sum_ga, sum_fga) = (sum_ga + ga, sum_fga + fga);
        println!("{system:12} {ga:6.3} {fga:6.3} {:7} {:5}", found.len(), truth.len());
        if wanted.as_deref() == Some(system) {
            show(&truth, &found, &contents);
        }
    }
    let count = systems.len() as f64;
    println!("mean GA {:.3}, mean FGA {:.3} over {} systems", sum_ga / count, sum_fga / count, systems.len());
}

/// The template of each line.
fn templates(log: &Path) -> Vec<Template> {
    let mut reader = LogReader::new(fs::File::open(log).expect("the log is readable"));
    let mut miner = Miner::default();
    let mut messages = Vec::new();
    while let Some(chunk) = reader.next_chunk().expect("the log is readable") {
        messages.extend(chunk.lines().map(|(number, line)| miner.feed(number, line, chunk.format)));
    }
    let templates = miner.finish();
    messages.into_iter().map(|message| templates.of(message).clone()).collect()
}

fn groups(labels: impl Iterator<Item = String>) -> Groups {
    let mut groups = Groups::new();
    for (line, label) in labels.enumerate() {
        groups.entry(label).or_default().insert(line);
    }
    groups
}

/// True groups that were torn or joined with others, the largest first.
fn show(truth: &Groups, found: &Groups, contents: &[String]) {
    let of_line: HashMap<usize, (&String, usize)> =
        found.iter().flat_map(|(text, lines)| lines.iter().map(move |line| (*line, (text, lines.len())))).collect();
    let mut wrong: Vec<_> = truth.values().filter(|group| !found.values().any(|other| other == *group)).collect();
    wrong.sort_by_key(|group| std::cmp::Reverse(group.len()));
    for group in wrong {
        let first = group.first().expect("a group has lines");
        println!("\n{} lines: {}", group.len(), contents[*first]);
        let mut parts: BTreeMap<&String, (usize, usize)> = BTreeMap::new();
        for line in group {
            let (text, all) = of_line[line];
            parts.entry(text).or_insert((0, all)).0 += 1;
        }
        for (text, (here, all)) in parts.iter().take(8) {
            println!("    {here} of {all}: {text}");
        }
    }
}

/// A column of a CSV text by its name; fields in quotes may hold commas, doubled quotes and line ends.
fn column(csv: &str, name: &str) -> Vec<String> {
    let mut rows: Vec<Vec<String>> = vec![vec![String::new()]];
    let mut quoted = false;
    let mut chars = csv.chars().peekable();
    while let Some(c) = chars.next() {
        let row = rows.last_mut().expect("there is a row");
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                row.last_mut().expect("there is a field").push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(String::new()),
            '\n' if !quoted => rows.push(vec![String::new()]),
            '\r' if !quoted => {}
            _ => row.last_mut().expect("there is a field").push(c),
        }
    }
    let at = rows[0].iter().position(|field| field == name).expect("the column is there");
    rows.into_iter().skip(1).filter(|row| row.len() > at).map(|mut row| row.swap_remove(at)).collect()
}
