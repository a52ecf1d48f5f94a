//! The examples of the README are what the program prints.
//!
//! A `console` block holds a command line behind `$ `, perhaps `? STATUS`, and the output; `...` stands for any
//! number of lines. (trycmd would do this but turns every backslash into a slash, and registry keys are full of them.)

use crate::support::{program, root};

struct Example {
    arguments: Vec<String>,
    status: i32,
    output: Vec<String>,
}

fn examples(text: &str) -> Vec<Example> {
    let mut examples = Vec::new();
    let mut lines = text.lines();
    while lines.by_ref().any(|line| line == "```console") {
        let mut block = lines.by_ref().take_while(|line| *line != "```").peekable();
        let command = block.next().and_then(|line| line.strip_prefix("$ casebook ")).expect("a command comes first");
        let status = block.next_if(|line| line.starts_with("? ")).map_or(0, |line| line[2..].parse().unwrap());
        let arguments = command.split(' ').map(str::to_string).collect();
        examples.push(Example { arguments, status, output: block.map(str::to_string).collect() });
    }
    examples
}

/// Whether the lines are those expected, where `...` stands for any number.
fn fits(expected: &[String], lines: &[&str]) -> bool {
    match expected.split_first() {
        None => lines.is_empty(),
        Some((first, rest)) if first == "..." => (0..=lines.len()).any(|skipped| fits(rest, &lines[skipped..])),
        Some((first, rest)) => lines.split_first().is_some_and(|(line, more)| line == first && fits(rest, more)),
    }
}

#[test]
fn readme_shows_real_output() {
    let examples = examples(&std::fs::read_to_string(root("README.md")).unwrap());
    assert!(examples.len() >= 4, "only {} examples", examples.len());
    for example in examples {
        let output = program().current_dir(root(".")).args(&example.arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(example.status), "{:?}", example.arguments);
        let text = String::from_utf8(output.stdout).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert!(fits(&example.output, &lines), "{:?} prints\n{text}", example.arguments);
    }
}
