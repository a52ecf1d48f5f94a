//! Code between fences: which of its lines are a script or a command, and which are what it printed.

use super::{
    Line, Mark,
    script::{Sort, sort},
};
use crate::{logs::Level, signature::standing::line_fails};

/// Languages that are named behind an opening fence and run nothing line by line at a prompt: a block is a program or what one
/// printed.
const PROGRAMS: &[&str] = &[
    "c",
    "cpp",
    "cs",
    "csharp",
    "go",
    "java",
    "javascript",
    "js",
    "perl",
    "php",
    "py",
    "python",
    "reg",
    "ruby",
    "rust",
    "sql",
    "ts",
    "typescript",
];

/// Marks scripts and commands; which lines are fenced. An open fence is none.
pub(super) fn mark(lines: &[Line<'_>], marks: &mut [Option<Mark>]) -> Vec<bool> {
    let mut fenced = vec![false; lines.len()];
    let mut open = None;
    for (at, line) in lines.iter().enumerate() {
        if !line.text.trim_start().starts_with("```") {
            continue;
        }
        match open.take() {
            Some(begin) => {
                fenced[begin..=at].fill(true);
                let language = lines[begin].text.trim_start().trim_start_matches('`').trim();
                block(&language.to_lowercase(), &lines[begin + 1..at], &mut marks[begin + 1..at]);
            }
            None => open = Some(at),
        }
    }
    fenced
}

fn block(language: &str, lines: &[Line<'_>], marks: &mut [Option<Mark>]) {
    let sorts: Vec<Sort> = lines.iter().map(|line| sort(line.text)).collect();
    let count = |wanted: Sort| sorts.iter().filter(|sort| **sort == wanted).count();
    if PROGRAMS.contains(&language) {
        if !lines.iter().any(|line| is_printed(line.text)) {
            marks.fill(Some(Mark::Script));
        }
        return;
    }
    // With prompts it is a session: what is not typed is printed. Without, most lines of a script are known for code, and the
    // rest is its text, unless it says that something failed. Commands alone are a procedure.
    let (code, commands, other) = (count(Sort::Code), count(Sort::Command), count(Sort::Other));
    let script = count(Sort::Prompt) == 0 && (code > 0 && code + commands > other || commands > 1 && code + other == 0);
    let mut before = false;
    for ((line, sort), mark) in lines.iter().zip(&sorts).zip(marks) {
        let command = match sort {
            Sort::Prompt | Sort::Command | Sort::Code => true,
            Sort::Filling => script || before,
            Sort::Other => script && !line_fails(line.text, Level::Unknown),
            Sort::Blank => false,
        };
        before = command || *sort == Sort::Blank && before;
        if command {
            let alone = !script && matches!(sort, Sort::Prompt | Sort::Command);
            *mark = Some(if alone { Mark::Command } else { Mark::Script });
        }
    }
}

/// Whether a line is what a program prints when it fails: a stack, or an exception with its message.
fn is_printed(line: &str) -> bool {
    let line = line.trim_start();
    let exception = |ending: &str| {
        line.split_once(ending).is_some_and(|(before, after)| {
            after.starts_with(':')
                && before.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'$' | b' '))
        })
    };
    ["at ", "Traceback ", "Caused by", "Exception ", "panic:", "ERROR", "error:", "ORA-", "File \""]
        .iter()
        .any(|start| line.starts_with(start))
        || exception("Exception")
        || exception("Error")
}
