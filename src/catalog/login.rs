//! The state of a login that SQL Server refused: `18456 state 8`.
//!
//! Message 18456 says only that a login failed; its state says why.

use super::{derive::Sentence, notation};

/// The message that has such states.
pub const MESSAGE: &str = "18456";

/// Words that stand before a state, lower case.
const WORDS: &[&str] = &["state", "状态", "狀態"];

/// The state that a text gives for message 18456, and why the login was refused. `None` for other texts and states.
pub fn reason(text: &str) -> Option<Sentence> {
    let text = text.to_ascii_lowercase();
    let is_part = |c: char| c.is_ascii_digit();
    if !text.split(|c| !is_part(c)).any(|digits| digits == MESSAGE) {
        return None;
    }
    let after = WORDS.iter().find_map(|word| text.split_once(word)).map(|(_, after)| after)?;
    let digits = after.trim_start_matches(|c: char| c.is_whitespace() || ":=#,".contains(c));
    let state = digits.split(|c| !is_part(c)).next().filter(|state| !state.is_empty())?;
    notation::lines(include_str!("tables/mssql_login.tsv")).find_map(|line| {
        let mut fields = line.split('\t');
        let (number, en, zh) = (fields.next()?, fields.next()?, fields.next()?);
        (number == state).then(|| {
            Sentence::new(format!("login refused, state {state}: {en}"), format!("登录被拒绝，状态 {state}：{zh}"))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, part: Option<&str>) {
        let found = reason(text);
        assert_eq!(found.is_some(), part.is_some(), "{text}: {found:?}");
        assert!(found.is_none_or(|found| found.en.contains(part.unwrap_or_default())), "{text}");
    }

    #[test]
    fn the_state_says_why() {
        check("18456 state 8", Some("the password is wrong"));
        check("Error: 18456, Severity: 14, State: 38.", Some("database asked for"));
        check("Msg 18456, Level 14, State 1", Some("error log"));
        check("18456 状态 58", Some("Windows authentication only"));
        check("18456 狀態:5", Some("no such login"));
    }

    #[test]
    fn other_messages_and_states_say_nothing() {
        for text in ["18456", "18456 state", "18456 state 999", "1205 state 8", "184561 state 8", "state 8", ""] {
            check(text, None);
        }
    }

    #[test]
    fn every_row_is_read() {
        let rows: Vec<&str> = notation::lines(include_str!("tables/mssql_login.tsv")).collect();
        assert!(rows.len() > 15);
        for line in rows {
            let fields: Vec<&str> = line.split('\t').collect();
            assert!(fields.len() == 3 && fields[1].is_ascii() && !fields[2].is_ascii(), "{line}");
            check(&format!("18456 state {}", fields[0]), Some(fields[1]));
        }
    }
}
