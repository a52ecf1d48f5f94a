//! Elements whose content is no markup.

/// Elements whose content is no text.
pub(crate) const SKIPPED: [&str; 7] = ["script", "style", "title", "template", "noframes", "xml", "svg"];

/// Where the last closing tag of each element of [`SKIPPED`] begins; zero where there is none. Without an end the content of one
/// would be the whole rest.
pub(crate) fn last_ends(html: &str) -> [usize; SKIPPED.len()] {
    let mut ends = [0; SKIPPED.len()];
    let bytes = html.as_bytes();
    for at in memchr::memmem::find_iter(bytes, b"</") {
        let rest = &bytes[at + 2..];
        let length = rest.iter().take(10).position(|byte| !byte.is_ascii_alphabetic());
        let Some(name) = length.and_then(|length| rest.get(..length)) else { continue };
        if let Some(which) = SKIPPED.iter().position(|skipped| name.eq_ignore_ascii_case(skipped.as_bytes())) {
            ends[which] = at;
        }
    }
    ends
}
