//! Several arguments of a command line: codes of their own, or the words of one phrase that nobody put in quotes.

use super::{
    Explanation, by_symbol, explain,
    hints::is_filler,
    product, program,
    query::{self, Term},
};

/// What an argument is by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// A number, a name, a mistyped code: can be looked up alone.
    Code,
    /// A word that stands around a code, or the hyphen of a pair.
    Context,
    /// Any other word.
    Word,
}

/// Explains what stands on a command line: `VPN error 809` is one phrase, `5 0x7B E_FAIL` are three codes.
///
/// Words around a code make one query with it, and so do words alone where they are found together. An argument that was
/// quoted, which shows by its blank, is a query of its own, and so are all then.
pub fn explain_all(arguments: &[String]) -> Vec<Explanation> {
    let quoted = arguments.iter().any(|argument| argument.contains(char::is_whitespace));
    if arguments.len() > 1 && !quoted {
        let parts: Vec<Part> = arguments.iter().map(|argument| part(argument)).collect();
        let has = |wanted: Part| parts.contains(&wanted);
        if !has(Part::Code) || has(Part::Context) {
            let answer = explain(&arguments.join(" "));
            if has(Part::Code) || answer.is_found() || !answer.notes.is_empty() {
                return vec![answer];
            }
        }
    }
    arguments.iter().map(|argument| explain(argument)).collect()
}

fn part(argument: &str) -> Part {
    let tokens = query::tokens(argument);
    let is_context =
        |token: &&str| is_filler(token) || !program::named(&[*token]).is_empty() || !product::named(token).is_empty();
    if argument.is_ascii() && tokens.iter().all(is_context) {
        return Part::Context;
    }
    let by_form = argument.contains(|c: char| c.is_ascii_digit() || c == '_')
        || argument.trim_matches(|c: char| c.is_ascii_punctuation()).contains(['-', '.']);
    let other = |term: &Term| !matches!(term, Term::Word(_));
    let named = || by_symbol(argument).iter().any(|entry| !entry.is_ordinary_word());
    if by_form || query::parse(argument).terms.iter().any(other) || named() { Part::Code } else { Part::Word }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The queries that the arguments, parted by blanks here, become.
    #[track_caller]
    fn check(line: &str, expected: &[&str]) {
        let arguments: Vec<String> = line.split(' ').map(str::to_string).collect();
        let queries: Vec<String> = explain_all(&arguments).into_iter().map(|one| one.query).collect();
        assert_eq!(queries, expected, "{line}");
    }

    #[test]
    fn words_and_the_code_among_them_are_one_phrase() {
        for line in [
            "VPN error 809",
            "18456 state 38",
            "error 1603",
            "0xC1900101 - 0x20017",
            "Win32 error 5",
            "Event ID 41",
            "systemd 203/EXEC",
            "robocopy 8",
            "Access is denied",
            "file not found",
            "blue screen IRQL NOT LESS OR EQUAL",
            "找不到 文件",
        ] {
            check(line, &[line]);
        }
    }

    #[test]
    fn codes_stay_apart() {
        check("5 0x7B E_FAIL", &["5", "0x7B", "E_FAIL"]);
        check("ECONNREFUSED ETIMEDOUT", &["ECONNREFUSED", "ETIMEDOUT"]);
        check("0x80070005 access", &["0x80070005", "access"]);
        check("0x80070005 no-such-code-at-all", &["0x80070005", "no-such-code-at-all"]);
        check("no-such-code-at-all error 5", &["no-such-code-at-all error 5"]);
        check("qwertyuiop asdfghjkl", &["qwertyuiop", "asdfghjkl"]);
    }

    #[test]
    fn a_quoted_phrase_is_a_query_of_its_own() {
        let arguments = ["Win32 error 5".to_string(), "E_FAIL".to_string(), "error".to_string()];
        let queries: Vec<String> = explain_all(&arguments).into_iter().map(|one| one.query).collect();
        assert_eq!(queries, arguments);
    }

    #[test]
    fn a_phrase_means_what_it_means_in_quotes() {
        for (line, symbol) in [("VPN error 809", "ERROR_VPN_TIMEOUT"), ("Win32 error 5", "ERROR_ACCESS_DENIED")] {
            let arguments: Vec<String> = line.split(' ').map(str::to_string).collect();
            let first = explain_all(&arguments).into_iter().next().and_then(|one| one.readings.into_iter().next());
            assert_eq!(first.and_then(|first| first.symbol), Some(symbol), "{line}");
        }
    }
}
