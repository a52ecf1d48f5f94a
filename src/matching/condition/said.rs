//! The words of a case that meet those of an article: another language's, or another form.

use std::cell::LazyCell;

use crate::text::{analyze, fold_text, terms::Terms};

/// For each of an article's words the one of the passage that meets it, as it stands there; the article's own where it does, or
/// where none is found.
pub(super) fn words(wanted: &[String], passage: &str, terms: &Terms) -> Vec<String> {
    let folded = fold_text(passage);
    // Most words stand there as they are: the passage is analyzed for the others alone.
    let analyzed = LazyCell::new(|| {
        let tokens = analyze(passage);
        let concepts = terms.find_concepts(&tokens);
        (tokens, concepts)
    });
    let said = |word: &String| {
        if folded.contains(&fold_text(word)) {
            return word.clone();
        }
        let (tokens, concepts) = &*analyzed;
        let own = analyze(word);
        let meant = terms.find_concepts(&own);
        // The concept that is all of the word: of `system reserved partition` not the partition alone.
        let whole = meant.iter().max_by_key(|found| found.length);
        let same = whole.and_then(|whole| concepts.iter().find(|found| found.concept == whole.concept));
        let whole_token = own.iter().find(|one| one.span.len() == word.trim().len());
        let alike = || tokens.iter().find(|token| whole_token.is_some_and(|one| one.text == token.text));
        let span = same.map(|found| found.span.clone()).or_else(|| alike().map(|token| token.span.clone()));
        span.map_or_else(|| word.clone(), |span| passage[span].to_string())
    };
    wanted.iter().map(said).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(wanted: &[&str], passage: &str, expected: &[&str]) {
        let wanted: Vec<String> = wanted.iter().map(ToString::to_string).collect();
        assert_eq!(words(&wanted, passage, Terms::builtin()), expected, "{wanted:?} in {passage}");
    }

    #[test]
    fn words_stand_as_the_case_writes_them() {
        check(&["windows update"], "Windows 更新报 0x80070070", &["Windows 更新"]);
        check(&["disk", "full"], "the disk is full", &["disk", "full"]);
        check(&["rollback"], "安装后回滚", &["回滚"]);
        check(&["fails"], "It failed again", &["failed"]);
        check(&["nothing such"], "something else", &["nothing such"]);
    }
}
