//! The readings of a query as they are gathered: what each term gives, and their order.

use super::{
    super::{
        Family, by_family, by_number, by_symbol, derive,
        derive::Sentence,
        entries_of,
        hints::SQL,
        is_common, is_msi_exit,
        message::{find_messages_once, message_signature},
        product, program,
        query::{self, Form, Term},
        reading::{Reading, reading},
        setup, sqlstate_number, value_of,
    },
    names::{PREFIXES, WINDOWS_PREFIXES},
};
use crate::catalog::equivalence::NT_BIT;

/// Readings given at most: a small number has one in nearly every family.
pub const MOST_READINGS: usize = 40;

/// What was found so far.
pub struct Answer {
    /// Families that the words around the code name.
    pub hints: Vec<Family>,
    /// Programs of `program.tsv` that the text names.
    pub programs: Vec<&'static str>,
    /// Products that have a list of codes of their own and that the text names.
    pub products: Vec<&'static str>,
    /// In the order found, until [`Answer::order`].
    pub readings: Vec<Reading>,
    /// What else there is to say.
    pub notes: Vec<Sentence>,
}

impl Answer {
    pub fn term(&mut self, term: &Term, alone: bool) {
        match term {
            Term::Number { text, values, mended } => {
                for &(number, form) in values {
                    if form == Form::Decimal {
                        self.exit_of_program(number);
                    }
                    if form != Form::BareHex {
                        self.code_of_product(number);
                    }
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
                    sqlstate_number(text).filter(|&state| !by_family(Family::Sqlstate, state).is_empty())
                {
                    self.exact(Family::Sqlstate, state, None);
                }
            }
            Term::Word(word) => self.word(word, alone),
            Term::SetupPair(result, phase) => self.setup_pair(*result, *phase),
            Term::FromWin32(argument) => self.wrapped_win32(argument),
            Term::FromNt(argument) => {
                if let Some(status) = argument_value(argument, Family::Ntstatus) {
                    let number = status | NT_BIT;
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
                let number = *status << 16 | *sub;
                if !by_family(Family::Iis, number).is_empty() {
                    self.exact(Family::Iis, number, None);
                }
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
            if !families.contains(&entry.family) && !entry.family.is_packed() {
                families.push(entry.family);
            }
        }
        // Stop codes are always written in hexadecimal. Beyond that, the reading that support meets
        // comes first: 404 is an HTTP status before it is a system error that nobody has seen.
        // Some errors have no name, and everybody meets them: 0x0000011B of printing.
        if !families.contains(&Family::Win32) && form != Form::BareHex && is_common(Family::Win32, number) {
            families.push(Family::Win32);
        }
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
        // `error:14094410:SSL routines`: all digits, and hexadecimal all the same.
        let hidden = form == Form::BareHex && ambiguous && !self.hints.contains(&Family::Tls);
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

    /// What the number is as the exit status of the programs that the text names.
    fn exit_of_program(&mut self, status: u32) {
        for program in self.programs.clone() {
            if let Some(number) = program::number(program, status) {
                let why = Sentence::new(
                    format!("exit status {status} as {program} documents it"),
                    format!("{program} 文档所列的退出状态 {status}"),
                );
                self.exact(Family::Program, number, Some(why));
            }
        }
    }

    /// What the number is in the lists of the products that the text names.
    fn code_of_product(&mut self, code: u32) {
        for product in self.products.clone() {
            if let Some(number) = product::number(product, code) {
                self.exact(Family::Product, number, None);
            }
        }
    }

    fn word(&mut self, word: &str, alone: bool) {
        // The name of a TLS alert or an SQL state in lower case is also a Windows name without its beginning, and that
        // is what support means.
        if word.contains('_') && by_symbol(word).iter().all(|entry| entry.family.has_labels()) {
            self.without_beginning(word, WINDOWS_PREFIXES);
        }
        for entry in by_symbol(word) {
            // `file not found` is not HTTP's 302 Found: a label that is an ordinary word counts alone.
            let product = product::of(entry.number).filter(|_| entry.family == Family::Product);
            let named =
                self.hints.contains(&entry.family) || product.is_some_and(|product| self.products.contains(&product));
            if !alone && entry.is_ordinary_word() && !named {
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
        if word.contains('_') {
            self.without_beginning(word, PREFIXES);
        }
    }

    /// Names without the beginning that their family gives them: ACCESS_DENIED.
    fn without_beginning(&mut self, word: &str, prefixes: &[&str]) {
        for prefix in prefixes {
            let mut found = by_symbol(&format!("{prefix}{word}"));
            if *prefix == "E_" {
                // E_ACCESSDENIED runs its words together.
                found.extend(by_symbol(&format!("E_{}", word.replace('_', ""))));
            }
            for entry in found {
                self.exact(entry.family, entry.number, None);
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
        if let Some(sentence) = setup::phase(phase) {
            self.exact(Family::Setup, phase, Some(sentence));
        }
    }

    pub fn messages(&mut self, text: &str) {
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

    /// Adds a reading, unless it is there.
    pub fn exact(&mut self, family: Family, number: u32, derivation: Option<Sentence>) {
        let value = value_of(family, number);
        let known = self.readings.iter().any(|reading| reading.family == family && reading.value == value);
        if !known && self.readings.len() < MOST_READINGS {
            self.readings.push(reading(family, number, derivation));
        }
    }

    /// Readings in a family that the words around the code name come first.
    pub fn order(&mut self) {
        // Numbers that are no code, such as the parameters of a stop, say nothing beside one that is.
        if self.readings.iter().any(|reading| reading.symbol.is_some()) {
            let says = |reading: &Reading| {
                reading.symbol.is_some() || reading.derivation.is_some() || reading.meaning.is_some()
            };
            self.readings.retain(says);
        }
        // Who names the program asks about it.
        let programs = std::mem::take(&mut self.programs);
        let products = std::mem::take(&mut self.products);
        let is_named = |reading: &Reading| {
            let names = match reading.family {
                Family::Program => &programs,
                Family::Product => &products,
                _ => return false,
            };
            reading.value.split(' ').next().is_some_and(|name| names.contains(&name))
        };
        self.readings.sort_by_key(|reading| !is_named(reading));
        let hints = std::mem::take(&mut self.hints);
        if hints.is_empty() {
            return;
        }
        // An exit code of Windows Installer, which is a system error, comes before the message of that number.
        let is_exit = |reading: &Reading| reading.decimal.is_some_and(is_msi_exit);
        let place = |reading: &Reading| {
            // A sub-status is one of HTTP.
            let family = if reading.family == Family::Iis { Family::Http } else { reading.family };
            let named = hints.iter().position(|hint| family == *hint);
            // The exit codes of Windows Installer are system errors, those of Unix tell the signal.
            let exit = hints.contains(&Family::Msi) && reading.family == Family::Win32
                || (hints.contains(&Family::Exit) || hints.contains(&Family::K8s))
                    && reading.family == Family::Signal
                    && reading.derivation.is_some();
            if is_named(reading) || hints.first() == Some(&Family::Msi) && exit && is_exit(reading) {
                return 0;
            }
            let named = if hints == SQL { named.map(|_| 0) } else { named };
            named.map(|place| place + 1).unwrap_or(if exit { hints.len() + 1 } else { hints.len() + 2 })
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

fn is_wide(family: Family) -> bool {
    matches!(family, Family::Hresult | Family::Ntstatus | Family::Pdh | Family::Bugcheck | Family::Krb5)
}

/// What an unknown 32-bit code looks like: NTSTATUS errors begin with C, the rest are HRESULTs.
fn wide_family(number: u32) -> Family {
    match number >> 28 {
        0xC => Family::Ntstatus,
        _ => Family::Hresult,
    }
}
