//! The error-code catalog: look up a number or a symbol, explain it, find its equivalents.
//!
//! About 31,900 names in 36 families. The Windows codes stand in one generated file, the others in small tables kept
//! by hand (`tables/`, each with source and date), of which the build makes one more; both are read in place.
//! `docs/catalog.md` says how they are kept. This module does no I/O and needs no work at
//! start-up. It leaves finding codes in text to [`crate::signature`].
//!
//! ```
//! use casebook::catalog;
//! let readings = catalog::by_number(0x8007_0005);
//! assert_eq!(readings[0].symbol, "E_ACCESSDENIED");
//! let same = catalog::equivalents(&"hresult:0x80070005".parse().unwrap());
//! assert_eq!(same[0].to_string(), "win32:5");
//! ```

mod arguments;
mod decode;
mod derive;
mod entry;
mod equivalence;
mod event;
mod explain;
mod families;
mod family;
#[cfg(test)]
mod files;
mod guess;
mod hints;
mod login;
mod meaning;
mod message;
mod network_library;
mod notation;
mod product;
mod program;
mod program_error;
mod query;
mod rank;
mod reading;
mod setup;
mod success;
mod table;

pub use arguments::explain_all;
pub use decode::{Parts, Severity, decode, decode_hresult, decode_ntstatus};
pub use derive::Sentence;
pub use entry::{Entry, signature_kind, value_of};
pub use equivalence::{
    equivalents, http_in_hresult, is_message_of_exit, is_msi_exit, kerberos_in_library, ntstatus_in_hresult,
    win32_in_hresult, win32_of_ntstatus,
};
pub use explain::{Explanation, Guess, explain};
pub use family::Family;
pub use guess::distance;
pub use meaning::{Meaning, is_common, meaning};
pub use message::{find_messages, message_signature};
pub use notation::{smtp_number, sqlstate_number};
pub use query::joined_halves;
pub use reading::{Equivalent, Reading, describe, label};
pub use success::is_success;

use crate::signature::{Signature, SignatureKind};
use table::{HAND, WINDOWS};

/// Every reading of a number, over all families; the one that support means most often comes first.
///
/// Only what stands in the tables: `0x80070426` has no row of its own, [`explain`] derives it.
pub fn by_number(number: u32) -> Vec<Entry> {
    let mut found: Vec<Entry> = table::by_number(number).collect();
    rank::sort(&mut found);
    found
}

/// The rows of one family with that number.
pub fn by_family(family: Family, number: u32) -> Vec<Entry> {
    let mut found = by_number(number);
    found.retain(|entry| entry.family == family);
    found
}

/// Whether a family has a row with that number. For callers that ask often: nothing is allocated.
pub fn is_in_family(family: Family, number: u32) -> bool {
    families::of(number).holds(family)
}

/// Whether any family has that number.
pub fn has_number(number: u32) -> bool {
    table::by_number(number).next().is_some()
}

/// The names of one family.
pub fn symbols(family: Family) -> impl Iterator<Item = &'static str> {
    table::rows().filter(move |entry| entry.family == family).map(|entry| entry.symbol)
}

/// Every row with exactly that name; case does not matter. Several, when families share a name.
pub fn by_symbol(symbol: &str) -> Vec<Entry> {
    let mut found: Vec<Entry> = table::by_symbol(symbol).collect();
    rank::sort(&mut found);
    found
}

/// Rows whose name contains a text, case ignored; whole words of the name first, then the shorter
/// name. At most `limit` rows; none for a text of less than two characters.
pub fn search_symbol(part: &str, limit: usize) -> Vec<Entry> {
    let part = part.trim();
    if part.len() < 2 {
        return Vec::new();
    }
    let is_end = |byte: Option<&u8>| byte.is_none_or(|byte| matches!(byte, b'_' | b' ' | b'-'));
    let mut found: Vec<(bool, Entry)> = [WINDOWS, HAND]
        .iter()
        .flat_map(|table| table.containing(part))
        .map(|(entry, span)| {
            let bytes = entry.symbol.as_bytes();
            let before = is_end(span.start.checked_sub(1).and_then(|place| bytes.get(place)));
            (!(before && is_end(bytes.get(span.end))), entry)
        })
        .collect();
    found.sort_by_key(|(inside, entry)| (*inside, rank::of(entry), entry.symbol.len(), entry.symbol));
    found.dedup_by_key(|(_, entry)| (entry.number, entry.symbol));
    found.into_iter().map(|(_, entry)| entry).take(limit).collect()
}

/// The rows that a signature stands for: `hresult:0x80070005` gives E_ACCESSDENIED. Empty when the
/// value is not in the catalog or its kind has no family.
pub fn entries_of(signature: &Signature) -> Vec<Entry> {
    if signature.kind == SignatureKind::Msi
        && let Some(exit) = signature.value.parse().ok().filter(|&exit| is_msi_exit(exit))
    {
        return by_family(Family::Win32, exit);
    }
    if let Some(family) = Family::of_kind(signature.kind).filter(|family| family.is_named()) {
        let mut found = by_symbol(&signature.value);
        found.retain(|entry| entry.family == family);
        return found;
    }
    // An upgrade's result is known by its first part, with or without the phase behind it.
    if signature.kind == SignatureKind::Setup {
        let result = signature.value.split('-').next().unwrap_or_default();
        return notation::parse_number(Family::Hresult.name(), result)
            .map_or_else(Vec::new, |result| by_family(Family::Hresult, result));
    }
    let Some(number) = number_of(signature) else { return Vec::new() };
    let mut found = by_number(number);
    found.retain(|entry| entry::signature_kind(entry.family, number) == Some(signature.kind));
    found
}

/// The number in a signature's value, as the catalog holds it; `None` for kinds that hold a name.
pub fn number_of(signature: &Signature) -> Option<u32> {
    let family = Family::of_kind(signature.kind).filter(|family| !family.is_named())?;
    notation::parse_number(family.name(), &signature.value)
}

#[cfg(test)]
mod tests;
