//! One query answered: every reading of a code, in order, with all that the catalog knows of it.

use serde::Serialize;

use super::{
    Entry, Family, by_family, by_number, by_symbol, derive,
    derive::Sentence,
    entries_of, guess, is_common, login,
    message::{find_messages_once, message_signature},
    query::{self, Form, Query, Term},
    reading::{Reading, reading},
    search_symbol, value_of,
};

/// Readings given at most: a small number has one in nearly every family.
const MOST_READINGS: usize = 40;
/// Beginnings that a family gives its names and that people leave out: ACCESS_DENIED, PREAUTH_FAILED.
const PREFIXES: &[&str] = &[
    "ERROR_",
    "STATUS_",
    "E_",
    "CBS_E_",
    "PSFX_E_",
    "WU_E_",
    "KDC_ERR_",
    "KRB_AP_ERR_",
    "CM_PROB_",
    "SPAPI_E_",
    "WBEM_E_",
    "CERT_E_",
    "CRYPT_E_",
    "SEC_E_",
    "RPC_S_",
    "BG_E_",
    "VSS_E_",
    "SCHED_E_",
    "SL_E_",
    "ER_",
    "LDAP_",
    "CURLE_",
    "NERR_",
];
/// Names given at most for a part of a name.
const MOST_FOUND: usize = 20;

/// What is known of a query. Nothing known is an ordinary answer: `readings` is empty then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The query as typed.
    pub query: String,
    /// Every reading, the likeliest first.
    pub readings: Vec<Reading>,
    /// What the query is if it is no error code, and what else there is to say.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Sentence>,
    /// Existing codes near it, when it was not found: guesses, not readings; the likeliest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub did_you_mean: Vec<Guess>,
}

/// A code that may have been meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Guess {
    /// The code that exists.
    #[serde(flatten)]
    pub entry: Entry,
    /// Always true: whoever reads one of these alone is to know what it is.
    pub guess: bool,
}

impl Explanation {
    /// Whether a code of the catalog was found.
    pub fn is_found(&self) -> bool {
        self.readings.iter().any(|reading| reading.symbol.is_some())
    }
}

/// Explains a code, name or message as a person typed it. Never fails.
///
/// Understood are hexadecimal with and without `0x`, signed and unsigned decimal, sign-extended
/// numbers, names and parts of names, `HRESULT_FROM_WIN32(5)`, `0xC1900101-0x20017`, mail and SQL
/// states, system messages in words, and words around the code that say which family is meant.
pub fn explain(query: &str) -> Explanation {
    let mut parsed = query::parse(query);
    let login = login::reason(&parsed.text);
    if login.is_some() {
        // State and severity are no codes of their own.
        parsed.terms.retain(|term| matches!(term, Term::Number { text, .. } if text == login::MESSAGE));
        parsed.hints.push(Family::Mssql);
    }
    let mut answer = Answer { hints: parsed.hints.clone(), readings: Vec::new(), notes: Vec::new() };
    for term in &parsed.terms {
        answer.term(term, query::tokens(&parsed.text).len() == 1);
    }
    // A message is several words or Chinese; a lone token need not wait for the phrases to be read.
    if parsed.text.contains(' ') || !parsed.text.is_ascii() {
        answer.messages(&parsed.text);
    }
    if answer.readings.is_empty() && answer.notes.is_empty() {
        answer.part_of_name(&parsed);
    }
    answer.order();
    answer.notes.extend(login);
    let known = answer.readings.iter().any(|reading| reading.symbol.is_some()) || !answer.notes.is_empty();
    let found = if known { Vec::new() } else { guesses(&parsed) };
    let did_you_mean = found.into_iter().map(|entry| Guess { entry, guess: true }).collect();
    Explanation { query: query.to_string(), readings: answer.readings, notes: answer.notes, did_you_mean }
}

struct Answer {
    hints: Vec<Family>,
    readings: Vec<Reading>,
    notes: Vec<Sentence>,
}

impl Answer {
    fn term(&mut self, term: &Term, alone: bool) {
        match term {
            Term::Number { text, values, mended } => {
                for &(number, form) in values {
                    self.number(number, form, values.len() > 1);
                }
                if let Some(mended) = mended.as_ref().filter(|_| !self.readings.is_empty()) {
                    self.notes.push(Sentence::new(
                        format!("`{text}` was read as `{mended}`, the number that such a slip leaves"),
                        format!("“{text}”按笔误处理，读作“{mended}”"),
                    ));
                }
                // `08006` is a number first, and five characters of an SQLSTATE as well.
                if let Some(state) =
                    super::sqlstate_number(text).filter(|&state| !by_family(Family::Sqlstate, state).is_empty())
                {
                    self.exact(Family::Sqlstate, state, None);
                }
            }
            Term::Word(word) => self.word(word, alone),
            Term::SetupPair(result, phase) => self.setup_pair(*result, *phase),
            Term::FromWin32(argument) => self.wrapped_win32(argument),
            Term::FromNt(argument) => {
                if let Some(status) = argument_value(argument, Family::Ntstatus) {
                    let number = status | super::equivalence::NT_BIT;
                    self.number(number, Form::Hex, false);
                }
            }
            Term::Exact(family, number) => {
                if *family != Family::Ora || !by_family(Family::Ora, *number).is_empty() {
                    self.exact(*family, *number, None);
                } else {
                    let value = value_of(Family::Ora, *number);
                    self.notes.push(Sentence::new(
                        format!("{value} is an Oracle Database message number that the catalog does not have"),
                        format!("{value} 是 Oracle 数据库消息编号，本目录没有收录"),
                    ));
                }
            }
            Term::HttpSub(status, sub) => {
                let why = Sentence::new(
                    format!("HTTP status {status} with IIS sub-status {sub}"),
                    format!("HTTP 状态码 {status}，IIS 子状态码 {sub}"),
                );
                self.exact(Family::Http, *status, Some(why));
            }
            Term::Update(number) => self.notes.push(Sentence::new(
                format!("{number} is the number of a Microsoft update or article, not an error code"),
                format!("{number} 是微软更新（知识库）编号，不是错误代码"),
            )),
            Term::Vulnerability(number) => self.notes.push(Sentence::new(
                format!("{number} is the number of a vulnerability, not an error code"),
                format!("{number} 是漏洞编号，不是错误代码"),
            )),
        }
    }

    /// Every reading of a number: the tables, what it carries, and its fields if it looks like a code.
    fn number(&mut self, number: u32, form: Form, ambiguous: bool) {
        let mut families: Vec<Family> = Vec::new();
        for entry in by_number(number) {
            if !families.contains(&entry.family) {
                families.push(entry.family);
            }
        }
        // Stop codes are always written in hexadecimal. Beyond that, the reading that support meets
        // comes first: 404 is an HTTP status before it is a system error that nobody has seen.
        let is_stop = |family: &Family| *family == Family::Bugcheck;
        let stop_first = form == Form::Hex && number > 9
            || form == Form::BareHex && (!ambiguous || self.hints.contains(&Family::Bugcheck));
        families.sort_by_key(|family| (!is_common(*family, number), !(stop_first && is_stop(family))));
        match form {
            // Digits that read as decimal too: in hexadecimal only the families that are written so.
            Form::BareHex if ambiguous => families.retain(|family| {
                matches!(family, Family::Bugcheck | Family::Ntstatus | Family::Hresult | Family::Kerberos)
                    && (number > 0xFFFF || self.hints.contains(family) || is_stop(family))
            }),
            _ => {}
        }
        let derived = derive::derive(number);
        let hidden = form == Form::BareHex && ambiguous;
        if number >= 0x8000_0000 && !families.iter().any(|family| is_wide(*family)) && !hidden {
            let looks_like_errno = form == Form::Negative && families.is_empty() && number > 0xFFFF_0000;
            if !looks_like_errno && !families.contains(&Family::Win32) && !families.contains(&Family::Jet) {
                families.insert(0, wide_family(number));
            }
        }
        for family in families {
            self.exact(family, number, None);
        }
        for carried in derived {
            if !hidden {
                self.exact(carried.family, carried.number, Some(carried.why));
            }
        }
    }

    fn word(&mut self, word: &str, alone: bool) {
        for entry in by_symbol(word) {
            // `file not found` is not HTTP's 302 Found: a label that is an ordinary word counts alone.
            if !alone && entry.family.has_labels() && !self.hints.contains(&entry.family) {
                continue;
            }
            self.exact(entry.family, entry.number, None);
            for carried in derive::derive(entry.number) {
                // A small number carries something only as an exit status, which a name is not.
                if entry.number >= 0x8000_0000 {
                    self.exact(carried.family, carried.number, Some(carried.why));
                }
            }
        }
        // ACCESS_DENIED without the beginning that its family gives it.
        if word.contains('_') {
            for prefix in PREFIXES {
                for entry in by_symbol(&format!("{prefix}{word}")) {
                    self.exact(entry.family, entry.number, None);
                }
            }
        }
    }

    fn wrapped_win32(&mut self, argument: &str) {
        let Some(error) = argument_value(argument, Family::Win32) else { return };
        // The macro leaves 0 and what is an HRESULT already as it is.
        let number = if error == 0 || error >= 0x8000_0000 { error } else { 0x8007_0000 | error & 0xFFFF };
        self.number(number, Form::Hex, false);
        if by_family(Family::Hresult, number).is_empty() && number != error {
            self.exact(Family::Hresult, number, None);
        }
    }

    fn setup_pair(&mut self, result: u32, phase: u32) {
        let why = Sentence::new(
            format!("first part of 0x{result:08X}-0x{phase:X}: the result of the upgrade"),
            format!("0x{result:08X}-0x{phase:X} 的第一部分：升级结果代码"),
        );
        self.number(result, Form::Hex, false);
        if let Some(reading) =
            self.readings.iter_mut().find(|reading| reading.value == value_of(Family::Hresult, result))
        {
            reading.derivation.get_or_insert(why);
        }
        if let Some(sentence) = super::setup::phase(phase) {
            self.exact(Family::Setup, phase, Some(sentence));
        }
    }

    fn messages(&mut self, text: &str) {
        let whole = message_signature(text).map(|signature| (text.to_string(), signature));
        let inside = find_messages_once(text)
            .into_iter()
            .map(|(span, signature)| (text.get(span).unwrap_or_default().to_string(), signature));
        for (phrase, signature) in whole.into_iter().chain(inside) {
            let why = Sentence::new(
                format!("\"{phrase}\" is the system message of {signature}"),
                format!("“{phrase}”是 {signature} 对应的系统消息"),
            );
            for entry in entries_of(&signature) {
                self.exact(entry.family, entry.number, Some(why.clone()));
            }
        }
    }

    /// Nothing was a code: the name written with spaces, else names that contain the words.
    fn part_of_name(&mut self, query: &Query) {
        let whole = query::tokens(&query.text).join("_");
        for entry in by_symbol(&whole) {
            self.exact(entry.family, entry.number, None);
        }
        if !self.readings.is_empty() {
            return;
        }
        self.spaced_names(&query::tokens(&query.text));
        if !self.readings.is_empty() {
            return;
        }
        let words: Vec<&str> = query
            .terms
            .iter()
            .filter_map(|term| match term {
                Term::Word(word) => Some(word.as_str()),
                _ => None,
            })
            .collect();
        let joined = words.join("_");
        // People write a name with and without underscores: E_ACCESS_DENIED, ACCESSDENIED. The whole
        // name counts before any that merely holds it.
        let squeezed = if words.len() == 1 { by_squeezed_name(&joined) } else { Vec::new() };
        let (same, mut longer): (Vec<Entry>, Vec<Entry>) =
            squeezed.into_iter().partition(|entry| squeeze(entry.symbol) == squeeze(&joined));
        for entry in same {
            self.exact(entry.family, entry.number, None);
        }
        let mut found = search_symbol(&whole, MOST_FOUND);
        if found.is_empty() && joined != whole {
            found = search_symbol(&joined, MOST_FOUND);
        }
        if found.is_empty() {
            found.append(&mut longer);
        }
        for entry in found {
            let why = Sentence::new(format!("the name contains `{joined}`"), format!("名称中包含“{joined}”"));
            self.exact(entry.family, entry.number, Some(why));
        }
    }

    /// Names written with spaces among other words: `blue screen IRQL NOT LESS OR EQUAL in nvlddmkm`.
    fn spaced_names(&mut self, tokens: &[&str]) {
        /// Words of the longest name that anybody writes so.
        const LONGEST: usize = 10;
        let tokens = tokens.get(..tokens.len().min(2 * LONGEST)).unwrap_or_default();
        let mut start = 0;
        while start < tokens.len() {
            let found = (2..=LONGEST.min(tokens.len() - start)).rev().find_map(|length| {
                let entries = by_symbol(&tokens.get(start..start + length)?.join("_"));
                (!entries.is_empty()).then_some((length, entries))
            });
            let (length, entries) = found.unwrap_or((1, Vec::new()));
            for entry in entries {
                self.exact(entry.family, entry.number, None);
            }
            start += length;
        }
    }

    /// Adds a reading, unless it is there.
    fn exact(&mut self, family: Family, number: u32, derivation: Option<Sentence>) {
        let value = value_of(family, number);
        let known = self.readings.iter().any(|reading| reading.family == family && reading.value == value);
        if !known && self.readings.len() < MOST_READINGS {
            self.readings.push(reading(family, number, derivation));
        }
    }

    /// Readings in a family that the words around the code name come first.
    fn order(&mut self) {
        // Numbers that are no code, such as the parameters of a stop, say nothing beside one that is.
        if self.readings.iter().any(|reading| reading.symbol.is_some()) {
            self.readings.retain(|reading| reading.symbol.is_some() || reading.derivation.is_some());
        }
        let hints = std::mem::take(&mut self.hints);
        if hints.is_empty() {
            return;
        }
        let place = |reading: &Reading| {
            let named = hints.iter().position(|hint| reading.family == *hint);
            // The exit codes of Windows Installer are system errors, those of Unix tell the signal.
            let exit = hints.contains(&Family::Msi) && reading.family == Family::Win32
                || hints.contains(&Family::Exit) && reading.family == Family::Signal && reading.derivation.is_some();
            named.unwrap_or(if exit { hints.len() } else { hints.len() + 1 })
        };
        // `550 5.7.1`: of two mail states the enhanced one says more.
        self.readings.sort_by_key(|reading| (place(reading), !reading.value.contains('.')));
    }
}

/// The argument of HRESULT_FROM_WIN32 and the like: a number or a name of the family.
fn argument_value(argument: &str, family: Family) -> Option<u32> {
    if let Some(Term::Number { values, .. }) = query::number(argument, &[]) {
        return values.first().map(|(number, _)| *number);
    }
    by_symbol(argument).into_iter().find(|entry| entry.family == family).map(|entry| entry.number)
}

fn squeeze(text: &str) -> String {
    text.replace(['_', ' ', '-'], "").to_ascii_uppercase()
}

/// Names that end with a text when underscores are left out.
fn by_squeezed_name(text: &str) -> Vec<Entry> {
    let wanted = squeeze(text);
    if wanted.len() < 6 {
        return Vec::new();
    }
    let ends = |name: &str| {
        let mut letters = name.bytes().rev().filter(|byte| !matches!(byte, b'_' | b' ' | b'-'));
        wanted.bytes().rev().all(|byte| letters.next().is_some_and(|letter| letter.eq_ignore_ascii_case(&byte)))
    };
    let mut found: Vec<Entry> = super::table::rows().filter(|entry| ends(entry.symbol)).collect();
    super::rank::sort(&mut found);
    found.truncate(MOST_FOUND);
    found
}

fn guesses(query: &Query) -> Vec<Entry> {
    let mut found: Vec<Entry> = Vec::new();
    // A mistyped code stands alone or nearly so; in a long text every word has a neighbor.
    for term in query.terms.iter().take(4) {
        let (numbers, names) = match term {
            Term::Number { text, .. } => (guess::numbers_near(text), Vec::new()),
            Term::Word(word) => (guess::numbers_near(word), guess::symbols_near(word)),
            _ => (Vec::new(), Vec::new()),
        };
        found.extend(numbers.into_iter().filter_map(|number| by_number(number).into_iter().next()));
        found.extend(names);
    }
    found.truncate(MOST_FOUND);
    found
}

fn is_wide(family: Family) -> bool {
    matches!(family, Family::Hresult | Family::Ntstatus | Family::Pdh | Family::Bugcheck)
}

/// What an unknown 32-bit code looks like: NTSTATUS errors begin with C, the rest are HRESULTs.
fn wide_family(number: u32) -> Family {
    match number >> 28 {
        0xC => Family::Ntstatus,
        _ => Family::Hresult,
    }
}

#[cfg(test)]
mod tests;
