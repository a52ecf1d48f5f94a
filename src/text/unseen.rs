//! Characters that nobody sees: in a name, or a line that is printed, they make it read as another.
//!
//! Control characters are told by [`char::is_control`]; here are those of format. Source: Unicode Standard 16, section 23.

/// Whether a character takes no room and shows nothing. It can be left out.
pub fn has_no_width(c: char) -> bool {
    matches!(c, '\u{180E}' | '\u{200B}'..='\u{200D}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' | '\u{E0000}'..='\u{E007F}')
}

/// Whether a character ends a line, turns the direction of what follows, or marks it.
pub fn turns(c: char) -> bool {
    matches!(
        c,
        '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{206F}' | '\u{FFF9}'..='\u{FFFB}'
    )
}

/// Whether a character has no place in what is shown: a control character, or one of these.
pub fn is_unseen(c: char) -> bool {
    c.is_control() || turns(c) || has_no_width(c)
}
