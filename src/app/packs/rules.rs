//! The rules of a set, read and held against their examples before anybody uses them.

use super::{
    super::{layers::RuleSort, tags::failed_example},
    PacksError,
};
use crate::{
    case::fields::FieldRules,
    rule_file::RuleProblem,
    signature::{extract::Extractor, rules::RuleSet},
    tag::TagRules,
    text::terms::Terms,
};

/// Reads the rules among the files of a set as an installation would, upon the built-in ones, and tries their examples.
///
/// # Errors
/// When something is wrong with one of them: what is wrong, and where.
pub(super) fn check(files: &[(String, Vec<u8>)]) -> Result<(), PacksError> {
    let mut problems = Vec::new();
    let mut signatures = RuleSet::builtin();
    for (path, text) in texts(files, RuleSort::Signatures, &mut problems) {
        // Examples are tried as they are added.
        problems.extend(signatures.add(path, text));
    }
    let mut tags = TagRules::default();
    let (name, text) = TagRules::builtin_file();
    tags.add(name, text);
    let own: Vec<(&str, &str)> = texts(files, RuleSort::Tags, &mut problems);
    for (path, text) in &own {
        problems.extend(tags.add(path, text));
    }
    if !own.is_empty() {
        let (extractor, fields) = (Extractor::with_rules(signatures), FieldRules::builtin());
        for rule in tags.rules().iter().filter(|rule| own.iter().any(|(path, _)| *path == rule.file())) {
            let failed = |example| failed_example(rule, example, &extractor, Terms::builtin(), &fields);
            problems.extend(rule.examples().iter().filter_map(failed));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(PacksError::Rules(problems)) }
}

/// The rule files of a sort that an installation reads: those that lie in its folder itself.
fn texts<'a>(
    files: &'a [(String, Vec<u8>)],
    sort: RuleSort,
    problems: &mut Vec<RuleProblem>,
) -> Vec<(&'a str, &'a str)> {
    let mut texts = Vec::new();
    for (path, bytes) in files {
        let name = path.strip_prefix(sort.folder()).and_then(|rest| rest.strip_prefix('/'));
        if !name
            .is_some_and(|name| !name.contains('/') && !name.starts_with('.') && name.to_lowercase().ends_with(".toml"))
        {
            continue;
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => texts.push((path.as_str(), text)),
            Err(error) => problems.push(RuleProblem::not_text(path, &bytes[..error.valid_up_to()])),
        }
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_file(path: &str, text: &[u8], expected: Option<&str>) {
        let checked = check(&[(path.to_string(), text.to_vec())]).map_err(|error| error.to_string());
        match expected {
            None => assert_eq!(checked, Ok(())),
            Some(words) => assert!(checked.as_ref().is_err_and(|error| error.contains(words)), "{checked:?}"),
        }
    }

    const SIGNATURE: &str = "[[rule]]\nid = \"own\"\nkind = \"app\"\nregex = 'OWN-\\d+'\nmatches = [{ text = \"OWN-1\", value = \"own/OWN-1\" }]\nrejects = [\"OWN\"]\n";

    #[test]
    fn bad_rules_are_told_with_file_and_line() {
        check_file("rules/own.toml", SIGNATURE.as_bytes(), None);
        check_file(
            "rules/own.toml",
            SIGNATURE.replace("\"OWN\"]", "\"OWN-7\"]").as_bytes(),
            Some("`rules/own.toml` line "),
        );
        check_file("rules/own.toml", b"[[rule]]\nid = \"bad\"\n", Some("`rules/own.toml` line 1: rule `bad`"));
        check_file("rules/own.toml", b"# one\n\xff\n", Some("line 2: is no UTF-8 text"));
        check_file("tags/own.toml", b"[[rule]]\nid = \"bad\"\n", Some("`tags/own.toml` line 1"));
        // Nobody reads what lies deeper.
        check_file("rules/old/own.toml", b"[[rule]]\nid = \"bad\"\n", None);
    }
}
