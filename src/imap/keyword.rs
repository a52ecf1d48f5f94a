//! Tags of cases as keywords of an IMAP server.
//!
//! A keyword is an atom (RFC 9051 section 9, `flag-keyword`). A tag becomes [`PREFIX`] and the tag in modified UTF-7, in which
//! what an atom cannot hold is encoded like letters that are not ASCII: `product/windows-7` is
//! `$casebook_product/windows-7`, `客户/示例` is `$casebook_&W6JiNw-/&eTpPiw-`.

use super::name;

/// How keywords of casebook begin: by this they are known, and no others are touched.
pub const PREFIX: &str = "$casebook_";

/// Bytes of a keyword at most: Dovecot refuses longer ones.
const LONGEST: usize = 50;

/// Digits of the hash that stands for the end of a tag that is too long.
const DIGITS: usize = 8;

/// The keyword of a tag.
pub fn of_tag(tag: &str) -> String {
    // RFC 9051, atom-specials: ( ) { space, controls, % * " \ ]. Old servers want no [ either.
    let plain =
        |c: char| c.is_ascii_graphic() && !matches!(c, '(' | ')' | '{' | '}' | '%' | '*' | '"' | '\\' | '[' | ']');
    let mut keyword = format!("{PREFIX}{}", name::encode_but(tag, plain));
    if keyword.len() > LONGEST {
        let hash = blake3::hash(tag.as_bytes()).to_hex();
        keyword.truncate(LONGEST - DIGITS - 1);
        keyword.push('~');
        keyword.push_str(&hash[..DIGITS]);
    }
    keyword
}

/// Whether a flag is a keyword of casebook's.
pub fn is_ours(flag: &str) -> bool {
    flag.get(..PREFIX.len()).is_some_and(|start| start.eq_ignore_ascii_case(PREFIX))
}

/// What is to be given and taken of the flags that a message has. Servers compare keywords without case.
pub fn changes(flags: &[String], wanted: &[String]) -> (Vec<String>, Vec<String>) {
    let missing = |keyword: &&String| !flags.iter().any(|flag| flag.eq_ignore_ascii_case(keyword));
    let stale = |flag: &&String| is_ours(flag) && !wanted.iter().any(|keyword| keyword.eq_ignore_ascii_case(flag));
    (wanted.iter().filter(missing).cloned().collect(), flags.iter().filter(stale).cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tags_in_both_languages() {
        assert_eq!(of_tag("product/windows-7"), "$casebook_product/windows-7");
        assert_eq!(of_tag("客户/示例"), "$casebook_&W6JiNw-/&eTpPiw-");
        assert_eq!(of_tag("a/b c"), "$casebook_a/b&ACA-c");
        let long = |end: &str| of_tag(&format!("component/a-very-long-name-of-a-component-that-{end}"));
        assert_eq!(long("x").len(), LONGEST);
        assert_ne!(long("x"), long("y"));
    }

    #[test]
    fn only_our_own_are_taken_away() {
        let list = |all: &[&str]| all.iter().map(ToString::to_string).collect::<Vec<_>>();
        let flags = list(&["\\Seen", "$Junk", "$casebook_a/b", "$CASEBOOK_a/c", "work"]);
        let wanted = list(&["$casebook_A/B", "$casebook_d/e"]);
        assert_eq!(changes(&flags, &wanted), (list(&["$casebook_d/e"]), list(&["$CASEBOOK_a/c"])));
    }

    proptest! {
        #[test]
        fn every_tag_is_an_atom(tag in "\\PC{1,60}") {
            let keyword = of_tag(&tag);
            prop_assert!(is_ours(&keyword) && keyword.len() <= LONGEST);
            prop_assert!(keyword.bytes().all(|byte| byte.is_ascii_graphic() && !b"(){%*\"\\]".contains(&byte)), "{}", keyword);
        }
    }
}
