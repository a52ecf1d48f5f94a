//! Names of stop codes as people copy them off the blue screen: with blanks, in any case, anywhere in a sentence.
//!
//! `SYSTEM THREAD EXCEPTION NOT HANDLED`, `Kernel security check failure`, `irql_not_less_or_equal`: what a log
//! writes as one upper-case word is found by its pieces ([`super::symbol`]); here the names are looked for where a
//! stop screen is spoken of, and where words stand that hardly stand anywhere else.

use std::{ops::Range, sync::LazyLock};

use crate::{
    catalog::{self, Family},
    signature::SignatureKind as Kind,
    text::literals::Literals,
};

use super::{Scan, codes, lex};

/// How far before words on a stop screen its name may stand, in bytes.
const BACK: usize = 200;
/// How far behind them: the rest of the sentence and the next.
const AHEAD: usize = 240;

/// Words by which a name counts in any case: the system stopped, or did not start.
const STOPPED: &[&str] = &[
    "bsod",
    "blue screen",
    "bluescreen",
    "bugcheck",
    "bug check",
    "stop code",
    "stop error",
    "minidump",
    "crash",
    "reboot",
    "restart",
    "not boot",
    "n't boot",
    "to boot",
    "boots",
    "蓝屏",
    "藍屏",
    "停止代码",
    "停止代碼",
    "停止碼",
    "死机",
    "當機",
    "重启",
    "重啟",
    "重新開機",
    "崩溃",
    "崩潰",
    "启动不了",
    "无法启动",
    "無法開機",
    "进不了系统",
];

/// The names of all stop codes of two words or more, with blanks and with underscores.
struct Names {
    literals: Literals,
    symbols: Vec<&'static str>,
}

static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let symbols: Vec<&'static str> = catalog::symbols(Family::Bugcheck).filter(|name| name.contains('_')).collect();
    let words = symbols.iter().map(|name| name.replace('_', " ")).chain(symbols.iter().map(|&name| name.to_owned()));
    Names { literals: Literals::new(words.map(Box::from).collect(), |_| true), symbols }
});

/// Looks for names around words that may belong to a stop screen and stand at `at`. `spoken_of`: these words say
/// themselves that a system stopped.
pub(super) fn around(scan: &mut Scan<'_>, at: Range<usize>, spoken_of: bool) {
    let names = &*NAMES;
    let text = scan.text;
    // What a trigger before has looked through is not looked through again: the work stays linear.
    let start = at.start.saturating_sub(BACK).max(scan.stop_names_end.min(at.start));
    let start = text.ceil_char_boundary(start);
    let end = text.floor_char_boundary(at.end.saturating_add(AHEAD).min(text.len())).max(start);
    let Some(window) = text.get(start..end) else { return };
    for (found, place) in names.literals.find_iter(window.as_bytes(), 0..window.len()) {
        let span = start + place.start..start + place.end;
        if !lex::starts_word(scan.bytes, span.start) || !lex::ends_word(scan.bytes, span.end) {
            continue;
        }
        let Some(symbol) = names.symbols.get(found % names.symbols.len()) else { continue };
        if !is_meant(scan, &span, spoken_of) {
            continue;
        }
        if let Some(signature) = codes::named(symbol).filter(|signature| signature.kind == Kind::Bugcheck) {
            scan.push(Kind::Bugcheck, signature.value, span);
        }
    }
    if spoken_of {
        scan.stop_names_end = scan.stop_names_end.max(text.floor_char_boundary(end.saturating_sub(BACK)));
    }
}

/// Whether a name is meant as one. Names of two words, and of file systems, are ordinary phrases in small letters.
fn is_meant(scan: &Scan<'_>, span: &Range<usize>, spoken_of: bool) -> bool {
    let name = &scan.text[span.clone()];
    if name.contains('_') {
        // In upper case it can be nothing else.
        return spoken_of || !name.bytes().any(|byte| byte.is_ascii_lowercase());
    }
    let count = name.split(' ').count();
    let upper = !name.bytes().any(|byte| byte.is_ascii_lowercase());
    let title = name.split(' ').all(|word| word.starts_with(|first: char| first.is_ascii_uppercase()));
    // So long a name is nothing else, also with a small word within.
    let named = name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.split(' ').filter(|word| !word.starts_with(|first: char| first.is_ascii_uppercase())).count() < 2;
    if upper && (count >= 4 || count == 3 && !within_capitals(scan.bytes, span)) || named && count >= 6 {
        return true;
    }
    let ordinary = count == 2 || lex::has_before(scan.bytes, span.end, "file system");
    // `蓝屏提示 memory management`: called a code.
    let called =
        ["提示", "显示", "代码", "代码是", "代码为", "顯示", "代碼", "code", "codes", "stop"].iter().any(|word| {
            let end = lex::back_while(scan.bytes, span.start, 3, |byte| matches!(byte, b' ' | b':' | b'"'));
            scan.text[..end].ends_with(word)
        });
    if spoken_of && called {
        return true;
    }
    let shape = if ordinary { upper || title && !lex::has_before(scan.bytes, span.end, "file system") } else { true };
    shape && (spoken_of || stops_near(scan, span))
}

/// Whether the words beside a name are in capitals too: a heading, not a name.
fn within_capitals(bytes: &[u8], span: &Range<usize>) -> bool {
    let upper = |word: &[u8]| word.len() > 1 && word.iter().all(u8::is_ascii_uppercase);
    let stop = lex::back_while(bytes, span.start, 1, |byte| byte == b' ');
    let first = lex::back_while(bytes, stop, 16, |byte| byte.is_ascii_alphabetic());
    let next = lex::skip_blanks(bytes, span.end);
    let last = lex::skip_while(bytes, next, 16, |byte| byte.is_ascii_alphabetic());
    upper(&bytes[first..stop]) || next > span.end && upper(&bytes[next..last])
}

/// A name in small or mixed letters, joined by underscores, that stands at `span`: with three words or more nothing else has it.
pub(super) fn in_small_letters(scan: &mut Scan<'_>, span: Range<usize>) {
    let name = &scan.text[span.clone()];
    let plain = !matches!(lex::before(scan.bytes, span.start), b'.' | b':' | b'/' | b'\\' | b'!' | b'-' | b'>')
        && !matches!(lex::byte(scan.bytes, span.end), b'(' | b':' | b'/' | b'=' | b'[' | b'-');
    if !scan.is_prose() || !plain || name.bytes().filter(|&byte| byte == b'_').count() < 2 {
        return;
    }
    if let Some(signature) =
        codes::named(&name.to_ascii_uppercase()).filter(|signature| signature.kind == Kind::Bugcheck)
    {
        scan.push(Kind::Bugcheck, signature.value, span);
    }
}

fn stops_near(scan: &Scan<'_>, span: &Range<usize>) -> bool {
    let from = span.start.saturating_sub(BACK);
    lex::find_any(scan.bytes, from..span.start, STOPPED).is_some()
        || lex::find_any(scan.bytes, span.end..span.end.saturating_add(AHEAD), STOPPED).is_some()
}

#[cfg(test)]
mod tests {
    use crate::signature::extract::{Context, Extractor};

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found = Extractor::new().extract(text, Context::Prose);
        let mut values: Vec<String> = found.iter().map(|found| found.signature.to_string()).collect();
        values.dedup();
        assert_eq!(values, expected, "in: {text}");
    }

    #[test]
    fn names_with_blanks() {
        check("then a blue screen came up: KERNEL SECURITY CHECK FAILURE", &["bugcheck:0x139"]);
        check("It said IRQL NOT LESS OR EQUAL and stood still", &["bugcheck:0xA"]);
        check("After the swap it could not boot, only Unmountable boot volume", &["bugcheck:0xED"]);
        check("two of the dumps are Memory Management, a BSOD each", &["bugcheck:0x1A"]);
        check("一开机就蓝屏，写着 Critical process died", &["bugcheck:0xEF"]);
        check("電腦藍屏 driver_power_state_failure", &["bugcheck:0x9F"]);
        check("it says CRITICAL PROCESS DIED on the screen", &["bugcheck:0xEF"]);
        check("Whea Uncorrectable Error, then it restarts", &["bugcheck:0x124"]);
        check("又是 system_thread_exception_not_handled", &["bugcheck:0x7E"]);
        check("Unmountable_Boot_Volume after the swap", &["bugcheck:0xED"]);
        check("the PC crashes: thread stuck in device driver", &["bugcheck:0xEA"]);
        check("the bugcheck was DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS", &["bugcheck:0xCE"]);
    }

    #[test]
    fn ordinary_phrases_are_none() {
        check("the blue screen may come from bad memory management in the app", &[]);
        check("BSOD since the NTFS file system was converted", &[]);
        check("the exception was not handled by the system thread", &[]);
        check("no boot device was inaccessible in the end", &[]);
        check("critical process died", &[]);
        check("REPORT BAD POOL HEADER LIST", &[]);
        check("call page_fault_in_nonpaged_area() there", &[]);
        check("the memory_management of it", &[]);
    }

    #[test]
    fn hostile_text_is_read_once() {
        let text = "bsod boot device not handled ".repeat(4000);
        assert!(Extractor::new().extract(&text, Context::Prose).is_empty());
    }
}
