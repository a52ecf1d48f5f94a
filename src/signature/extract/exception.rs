//! Exception classes of Java, .NET, Python, PHP and JavaScript.

use crate::signature::SignatureKind as Kind;

use super::{Scan, lex, stack};

/// Longest name with its package.
const LONGEST: usize = 200;

/// Names that end like a class and are functions, options or labels.
const NO_CLASSES: &[&str] = &[
    "GetLastError",
    "SetLastError",
    "WSAGetLastError",
    "WinError",
    "LastError",
    "OnError",
    "LogError",
    "IsError",
    "HasError",
    "NoError",
    "ShowError",
    "HandleError",
    "ThrowError",
    "WriteError",
    "PrintError",
    "ToError",
    "GetError",
    "SetError",
    "NetError",
    "Win32Error",
    "HttpError",
    "SqlError",
    "SQLError",
    "MsiError",
    "ReportError",
    "RaiseError",
    "AddError",
    "UnhandledException",
    "ThrowException",
    "HandleException",
    "LogException",
    "OnException",
    "InnerException",
    "GetException",
    "FirstChanceException",
    "LastException",
    "GotException",
    "CaughtException",
    "DispatchException",
    "RaiseException",
];

/// Classes in packages of exceptions whose names need not end in `Error`: `psycopg2.errors.UndefinedTable`, with what it
/// says behind a colon; `at..end` is the package's last word with its dots.
pub(super) fn in_package(scan: &mut Scan<'_>, at: usize, end: usize) {
    let bytes = scan.bytes;
    let start = lex::back_while(bytes, at, LONGEST, |byte| lex::is_word(byte) || byte == b'.');
    let stop = lex::skip_while(bytes, end, 80, lex::is_word);
    let class = &bytes[end..stop];
    let begins = start < at && matches!(lex::before(bytes, start), 0 | b'\n' | b' ' | b'(' | b'>' | b'`' | b'\t');
    let is_class = class.first().is_some_and(u8::is_ascii_uppercase) && class.iter().any(u8::is_ascii_lowercase);
    // The others have triggers of their own.
    let other = class.ends_with(b"Error") || class.ends_with(b"Exception");
    // `(psycopg2.errors.UndefinedTable) relation …`
    let ends = match lex::byte(bytes, stop) {
        b')' => lex::before(bytes, start) == b'(',
        byte => byte == b':',
    };
    if begins && is_class && ends && !other {
        scan.push(Kind::Exception, &scan.text[start..stop], start..stop);
    }
}

/// What modules of Python call their exceptions, in small letters.
const MODULE_CLASSES: &[&str] = &["error", "com_error", "gaierror", "herror", "timeout"];

/// Modules of Python that call their exceptions so.
const ERROR_MODULES: &[&str] = &[
    "socket",
    "select",
    "struct",
    "zlib",
    "re",
    "os",
    "dbm",
    "curses",
    "locale",
    "pywintypes",
    "win32api",
    "win32service",
    "_mysql",
    "nis",
    "signal",
    "getopt",
    "mmap",
    "xdrlib",
    "thread",
    "_thread",
    "audioop",
    "imaplib.IMAP4",
];

/// `pywintypes.error: (-2147024891, …)` at the beginning of a line, as Python ends a stack; `end` is the name's end.
pub(super) fn of_module(scan: &mut Scan<'_>, end: usize) {
    let bytes = scan.bytes;
    let start = lex::back_while(bytes, end, 64, |byte| lex::is_word(byte) || byte == b'.');
    let name = scan.text.get(start..end).and_then(|name| name.rsplit_once('.'));
    let begins = matches!(lex::before(bytes, start), 0 | b'\n' | b'`' | b'"' | b'>' | b' ');
    let known = |(module, class)| ERROR_MODULES.contains(&module) && MODULE_CLASSES.contains(&class);
    if begins && name.is_some_and(known) {
        scan.push(Kind::Exception, &scan.text[start..end], start..end);
    }
}

/// A class of Ruby or Perl in its module, whose name need not end in `Error`: `PG::UniqueViolation: …`; `end` is the name's end.
pub(super) fn scoped(scan: &mut Scan<'_>, end: usize) {
    let bytes = scan.bytes;
    let start = lex::back_while(bytes, end, LONGEST, |byte| lex::is_word(byte) || byte == b':');
    let Some(name) = scan.text.get(start..end) else { return };
    let begins = |part: &str| part.starts_with(|first: char| first.is_ascii_uppercase());
    let parts = || name.split("::");
    if parts().count() > 1
        && parts().all(begins)
        && matches!(lex::before(bytes, start), 0 | b'\n' | b' ' | b'(' | b'`' | b'"')
    {
        scan.push(Kind::Exception, name, start..end);
    }
}

/// A class whose last word (`Exception`, `Error`) stands at `at..end`.
pub(super) fn class(scan: &mut Scan<'_>, at: usize, end: usize) {
    let bytes = scan.bytes;
    if lex::byte(bytes, at) != b'E'
        || !bytes[at + 1..end].iter().all(u8::is_ascii_lowercase)
        || !lex::ends_word(bytes, end)
    {
        return;
    }
    // A file or member: `FooException.java:12`, `FooException.<init>(`.
    let after = lex::byte(bytes, end + 1);
    if lex::byte(bytes, end) == b'.' && (lex::is_word(after) || matches!(after, b'<' | b'_')) {
        return;
    }
    if lex::byte(bytes, end) == b'=' {
        return; // the name of a field
    }
    if lex::byte(bytes, end) == b'(' && lex::byte(bytes, end + 1) == b')' && lex::byte(bytes, end + 2) == b' ' {
        // A call without arguments in code or a stack.
        return;
    }
    let is_part = |byte: u8| lex::is_word(byte) || matches!(byte, b'.' | b'$' | b'\\');
    let mut start = lex::back_while(bytes, at, LONGEST, is_part);
    start = lex::skip_while(bytes, start, LONGEST, |byte| !byte.is_ascii_alphabetic());
    if lex::after_colour(bytes, start + 1) {
        start += 1;
    }
    // `nt!KiDispatchException` is a function in a stack.
    if start > at || lex::before(bytes, start) == b'!' {
        return;
    }
    let Some(mut name) = scan.text.get(start..end) else { return };
    // A file path before the class is no package.
    if name.contains('\\') {
        let php = lex::before(bytes, start) != b':'
            && name.split('\\').all(|part| part.bytes().next().is_some_and(|byte| byte.is_ascii_uppercase()));
        if !php {
            name = name.rsplit('\\').next().unwrap_or(name);
        }
    }
    let separators = ['.', '\\', '$'];
    let class = name.rsplit(separators).next().unwrap_or(name);
    let packaged = class.len() < name.len();
    let bare = class == "Error" || class == "Exception";
    let begins = class.bytes().next().is_some_and(|byte| byte.is_ascii_uppercase());
    let well_formed = name
        .split(separators)
        .all(|part| part.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_'));
    if begins && bare && !packaged {
        stack::behind_plain_error(scan, at, end);
        return;
    }
    if !begins || !well_formed || NO_CLASSES.contains(&class) || class.len() > 80 {
        return;
    }
    // The parameter of a function in a stack: `OnError(SqlException exception)`.
    if start < scan.stack_end && stack::is_frame(scan, start) {
        return;
    }
    scan.push(Kind::Exception, name, end - name.len()..end);
    let name = name.to_owned();
    stack::behind_class(scan, &name, end - name.len(), end);
}
