//! POSIX errors: names, numbers and the system's own words, as Linux numbers them.
//!
//! The table is fixed, so that an answer never depends on the machine that runs casebook. Source of
//! the numbers: the generic Linux errno headers. macOS and BSD number from 35 on differently:
//! where the system's words stand beside a number, the words decide.

use std::ops::Range;

use crate::signature::SignatureKind as Kind;

use super::{
    Scan, codes,
    errno_words::{MESSAGES, NEED_NUMBER},
    flags::Flags,
    lex,
};

/// Number and name.
#[rustfmt::skip]
const NAMES: &[(u32, &str)] = &[
    (1, "EPERM"), (2, "ENOENT"), (3, "ESRCH"), (4, "EINTR"), (5, "EIO"), (6, "ENXIO"), (7, "E2BIG"), (8, "ENOEXEC"),
    (9, "EBADF"), (10, "ECHILD"), (11, "EAGAIN"), (12, "ENOMEM"), (13, "EACCES"), (14, "EFAULT"), (15, "ENOTBLK"),
    (16, "EBUSY"), (17, "EEXIST"), (18, "EXDEV"), (19, "ENODEV"), (20, "ENOTDIR"), (21, "EISDIR"), (22, "EINVAL"),
    (23, "ENFILE"), (24, "EMFILE"), (25, "ENOTTY"), (26, "ETXTBSY"), (27, "EFBIG"), (28, "ENOSPC"), (29, "ESPIPE"),
    (30, "EROFS"), (31, "EMLINK"), (32, "EPIPE"), (33, "EDOM"), (34, "ERANGE"), (35, "EDEADLK"),
    (36, "ENAMETOOLONG"), (37, "ENOLCK"), (38, "ENOSYS"), (39, "ENOTEMPTY"), (40, "ELOOP"), (42, "ENOMSG"),
    (43, "EIDRM"), (44, "ECHRNG"), (45, "EL2NSYNC"), (46, "EL3HLT"), (47, "EL3RST"), (48, "ELNRNG"), (49, "EUNATCH"),
    (50, "ENOCSI"), (51, "EL2HLT"), (52, "EBADE"), (53, "EBADR"), (54, "EXFULL"), (55, "ENOANO"), (56, "EBADRQC"),
    (57, "EBADSLT"), (59, "EBFONT"), (60, "ENOSTR"), (61, "ENODATA"), (62, "ETIME"), (63, "ENOSR"), (64, "ENONET"),
    (65, "ENOPKG"), (66, "EREMOTE"), (67, "ENOLINK"), (68, "EADV"), (69, "ESRMNT"), (70, "ECOMM"), (71, "EPROTO"),
    (72, "EMULTIHOP"), (73, "EDOTDOT"), (74, "EBADMSG"), (75, "EOVERFLOW"), (76, "ENOTUNIQ"), (77, "EBADFD"),
    (78, "EREMCHG"), (79, "ELIBACC"), (80, "ELIBBAD"), (81, "ELIBSCN"), (82, "ELIBMAX"), (83, "ELIBEXEC"),
    (84, "EILSEQ"), (85, "ERESTART"), (86, "ESTRPIPE"), (87, "EUSERS"), (88, "ENOTSOCK"), (89, "EDESTADDRREQ"),
    (90, "EMSGSIZE"), (91, "EPROTOTYPE"), (92, "ENOPROTOOPT"), (93, "EPROTONOSUPPORT"), (94, "ESOCKTNOSUPPORT"),
    (95, "EOPNOTSUPP"), (96, "EPFNOSUPPORT"), (97, "EAFNOSUPPORT"), (98, "EADDRINUSE"), (99, "EADDRNOTAVAIL"),
    (100, "ENETDOWN"), (101, "ENETUNREACH"), (102, "ENETRESET"), (103, "ECONNABORTED"), (104, "ECONNRESET"),
    (105, "ENOBUFS"), (106, "EISCONN"), (107, "ENOTCONN"), (108, "ESHUTDOWN"), (109, "ETOOMANYREFS"),
    (110, "ETIMEDOUT"), (111, "ECONNREFUSED"), (112, "EHOSTDOWN"), (113, "EHOSTUNREACH"), (114, "EALREADY"),
    (115, "EINPROGRESS"), (116, "ESTALE"), (117, "EUCLEAN"), (118, "ENOTNAM"), (119, "ENAVAIL"), (120, "EISNAM"),
    (121, "EREMOTEIO"), (122, "EDQUOT"), (123, "ENOMEDIUM"), (124, "EMEDIUMTYPE"), (125, "ECANCELED"),
    (126, "ENOKEY"), (127, "EKEYEXPIRED"), (128, "EKEYREVOKED"), (129, "EKEYREJECTED"), (130, "EOWNERDEAD"),
    (131, "ENOTRECOVERABLE"), (132, "ERFKILL"),
];

/// The Linux name of a number.
pub(super) fn name(number: u32) -> Option<&'static str> {
    NAMES.iter().find(|&&(known, _)| known == number).map(|&(_, name)| name)
}

/// Whether a number is one that programs run into, not one of old network protocols; outside the
/// kernel's own lines a negative number is more often something else.
pub(super) fn is_common(number: u32) -> bool {
    matches!(number, 2..=34 | 36..=40 | 61 | 62 | 71 | 74 | 75 | 84 | 88..=116 | 121 | 122)
}

/// Every name, for the triggers.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    NAMES.iter().map(|&(_, name)| name).chain(["EWOULDBLOCK", "ENOTSUP"])
}

/// A name at `at..end`.
pub(super) fn named(scan: &mut Scan<'_>, at: usize, end: usize) {
    let bytes = scan.bytes;
    let apart = lex::starts_word(bytes, at) && lex::ends_word(bytes, end);
    // Part of a longer name with dashes or dots: EXDEV-1, foo.EIO.
    let joined = lex::before(bytes, at) == b'-' && at > 1 && lex::is_word(bytes[at - 2])
        || lex::before(bytes, at) == b'$'
        || lex::byte(bytes, end) == b'-' && lex::is_word(lex::byte(bytes, end + 1));
    if apart && !joined && bytes[at..end].iter().all(|byte| !byte.is_ascii_lowercase()) {
        let value = match &scan.text[at..end] {
            "EWOULDBLOCK" => "EAGAIN",
            "ENOTSUP" => "EOPNOTSUPP",
            name => name,
        };
        scan.push(Kind::Errno, value, at..end);
    }
}

/// A number that is called an errno.
pub(super) fn numbered(scan: &mut Scan<'_>, value: u32, span: Range<usize>) {
    if value >= 10_000 {
        // Python on Windows puts socket errors there.
        if codes::is_win32(value) {
            scan.push(Kind::Win32, value.to_string(), span);
        }
        return;
    }
    let label = lex::back_while(scan.bytes, span.start, 4, |byte| matches!(byte, b' ' | b':' | b'=' | b'"'));
    let of_replication = ["sql_errno", "io_errno", "server_errno", "last_errno"]
        .iter()
        .any(|word| label.checked_sub(word.len()).is_some_and(|start| lex::has(scan.bytes, start, word)));
    if (of_replication || scan.near_flags(span.start).any(Flags::MYSQL)) && (1000..6000).contains(&value) {
        scan.push(Kind::Mysql, value.to_string(), span);
        return;
    }
    if is_of_resolver(scan.bytes, span.end) {
        return;
    }
    // InnoDB hands on the system's number; a drive in the lines before tells whose.
    let from = scan.text.floor_char_boundary(span.start.saturating_sub(600));
    if scan.line_flags(span.start).any(Flags::INNODB)
        && lex::find_any(scan.bytes, from..span.start, &[":\\"]).is_some()
        && codes::is_win32(value)
    {
        scan.push(Kind::Win32, value.to_string(), span);
        return;
    }
    // npm prints its exit status under that name.
    if lex::has(scan.bytes, span.start.saturating_sub("npm err! errno ".len()), "npm err! errno ") {
        return;
    }
    if let Some(name) = name_of_message(scan.text, span.end).or_else(|| name(value)) {
        scan.push(Kind::Errno, name, span);
    }
}

/// `mount error(2): No such file or directory`, whatever became of its words; `at` is where the number stands.
pub(super) fn mount_error(scan: &mut Scan<'_>, at: usize) {
    if let Some((value, end)) = lex::decimal(scan.bytes, at)
        && lex::byte(scan.bytes, end) == b')'
        && let Some(name) = u32::try_from(value).ok().and_then(name)
    {
        scan.push(Kind::Errno, name, at..end);
    }
}

/// A number with its words in brackets, as nginx, Apache and rsync print them: `(111: Connection
/// refused)`, `(13)Permission denied`, `Connection refused (111)`; `at` is where the words stand.
pub(super) fn beside_message(scan: &mut Scan<'_>, at: usize, end: usize) {
    let bytes = scan.bytes;
    let Some(&(_, name_said)) =
        MESSAGES.iter().find(|(message, _)| message.len() == end - at && lex::has(bytes, at, message))
    else {
        return;
    };
    // `ERROR:  42501: permission denied for table t`: a database's words for its own state.
    let state = lex::back_while(bytes, at, 3, |byte| matches!(byte, b':' | b' '));
    if scan.candidates.iter().rev().take(2).any(|one| one.kind == Kind::Sqlstate && one.span.end == state) {
        return;
    }
    // Before: `(111: `, `(13)`.
    let mut stop = lex::back_while(bytes, at, 4, |byte| matches!(byte, b':' | b' ' | b')' | b']' | b'\n' | b'\r'));
    // `(104, 'Connection reset by peer')`
    if matches!(lex::before(bytes, at), b'\'' | b'"') && lex::has(bytes, at.saturating_sub(3), ", ") {
        stop = at - 3;
    }
    let start = lex::back_while(bytes, stop, 4, |byte| byte.is_ascii_digit());
    if start < stop && matches!(lex::before(bytes, start), b'(' | b'[') && agrees(&scan.text[start..stop], name_said) {
        scan.push(Kind::Errno, name_said, start..stop);
        return;
    }
    // Behind: ` (111)`, ` (os error 111)`.
    let open = lex::skip_blanks(bytes, end);
    if lex::byte(bytes, open) != b'(' {
        by_words_alone(scan, at, end, name_said);
        return;
    }
    let digits =
        lex::skip_any(bytes, open + 1, &["os error ", "errno ", "errno: ", "errno=", "error "]).unwrap_or(open + 1);
    let stop = lex::skip_digits(bytes, digits);
    if stop > digits && lex::byte(bytes, stop) == b')' && agrees(&scan.text[digits..stop], name_said) {
        scan.push(Kind::Errno, name_said, digits..stop);
    } else if stop == digits {
        by_words_alone(scan, at, end, name_said);
    }
}

/// The system's words where perror(3), Go and the shell put them: behind a colon or in brackets of their own, as the last of what
/// is said. `bind: address already in use`, `/srv/x: Permission denied`, `(No such file or directory)`.
fn by_words_alone(scan: &mut Scan<'_>, at: usize, end: usize, name_said: &str) {
    let bytes = scan.bytes;
    if NEED_NUMBER.iter().any(|words| lex::has(bytes, at, words))
        || scan.line_flags(at).any(Flags::WINDOWS | Flags::MAIL)
    {
        return;
    }
    let colon = lex::back_while(bytes, at, 1, |byte| byte == b' ');
    let after_colon = lex::before(bytes, colon) == b':'
        && (colon < at || !bytes[at].is_ascii() || joined_to_word(bytes, colon - 1, at));
    let led = after_colon || reported(scan, at);
    let bracketed = lex::before(bytes, at) == b'(' && lex::byte(bytes, end) == b')';
    let mut after = lex::byte(bytes, end);
    let rest = scan.text.get(end..).unwrap_or_default();
    let marks = rest.starts_with(['。', '，', '；', '！', '”', '」', '、', '』', '】']);
    // `Permission denied 无法写入`, `Too many open files 的错误`: the sentence around them is of another tongue.
    let han = is_han(rest.strip_prefix(' ').unwrap_or(rest));
    if marks || han && bytes[at].is_ascii() {
        after = 0;
    }
    let goes_on = match after {
        b'.' => lex::is_word(lex::byte(bytes, end + 1)),
        b'\n' | b'\r' | b')' | b'"' | b'\'' | b'`' | b'\\' | b'!' | 0 => false,
        // `Permission denied, please try again.` is a login's.
        b',' | b';' => name_said == "EACCES" && lex::has(bytes, end + 1, " please"),
        b' ' => {
            !matches!(lex::byte(bytes, end + 1), b'[' | b'(' | b'\n')
                || lex::has(bytes, end + 1, "(publickey")
                || lex::has(bytes, end + 1, "(password")
        }
        _ => true,
    };
    if (led || bracketed) && !goes_on {
        scan.push(Kind::Errno, name_said, at..end);
    }
}

/// `应用报：Connection refused`, `app says:Connection refused`: whether a word ends at a colon at `colon` with no blank behind it, and
/// the system's words begin as it writes them. A colon without a blank joins the parts of names, too.
fn joined_to_word(bytes: &[u8], colon: usize, at: usize) -> bool {
    let word = lex::before(bytes, colon);
    !word.is_ascii() || word.is_ascii_alphabetic() && bytes[at].is_ascii_uppercase()
}

/// Words with which a person says what a program said, in front of the words.
const REPORTED: &[&str] = &[
    "says",
    "said",
    "reports",
    "reported",
    "shows",
    "showing",
    "get",
    "gets",
    "got",
    "getting",
    "with",
    "returns",
    "throws",
    "gives",
    "报",
    "報",
    "报错",
    "報錯",
    "提示",
    "提示说",
    "显示",
    "顯示",
    "出现",
    "出現",
    "返回",
    "说",
    "說",
    "遇到",
    "抛出",
    "是",
    "为",
    "错误",
    "錯誤",
];

/// `The app says Connection refused`, `报 No space left on device 错误`: whether somebody tells that a program said the words that begin
/// at `at`, and writes them as the system does.
fn reported(scan: &Scan<'_>, at: usize) -> bool {
    let bytes = scan.bytes;
    let mark = lex::back_while(bytes, at, 1, |byte| matches!(byte, b'"' | b'\'' | b'`'));
    let end = lex::back_while(bytes, mark, 1, |byte| byte == b' ');
    bytes[at].is_ascii_uppercase() && scan.is_prose() && REPORTED.iter().any(|word| lex::has_before(bytes, end, word))
}

/// Whether a text begins with a Chinese character.
fn is_han(text: &str) -> bool {
    text.chars().next().is_some_and(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c))
}

/// Whether a written number fits the words: exactly, or as another system's number (macOS, BSD).
fn agrees(digits: &str, said: &str) -> bool {
    digits.parse().is_ok_and(|number: u32| name(number) == Some(said) || (35..=106).contains(&number))
}

/// The name whose words follow a number: `13] Permission denied`.
pub(super) fn name_of_message(text: &str, at: usize) -> Option<&'static str> {
    let bytes = text.as_bytes();
    let start = lex::skip_while(bytes, at, 6, |byte| {
        matches!(byte, b' ' | b':' | b']' | b')' | b',' | b'-' | b'(' | b'"' | b'\'')
    });
    MESSAGES.iter().find(|(message, _)| lex::has(bytes, start, message)).map(|&(_, name)| name)
}

/// Where BSD and macOS number the errors of connections differently (their `errno.h`).
const BSD: &[(u32, &str)] = &[
    (35, "EAGAIN"),
    (48, "EADDRINUSE"),
    (49, "EADDRNOTAVAIL"),
    (50, "ENETDOWN"),
    (51, "ENETUNREACH"),
    (53, "ECONNABORTED"),
    (54, "ECONNRESET"),
    (57, "ENOTCONN"),
    (60, "ETIMEDOUT"),
    (61, "ECONNREFUSED"),
    (64, "EHOSTDOWN"),
    (65, "EHOSTUNREACH"),
];

/// Whether the words behind a number are those of a resolver, which counts in a way of its own: `[Errno -2] Name or service not
/// known`.
pub(super) fn is_of_resolver(bytes: &[u8], end: usize) -> bool {
    const FAR: usize = 48;
    let words = [
        "name or service not known",
        "temporary failure in name",
        "no address associated",
        "nodename nor servname",
        "未知的名称或服务",
        "域名解析暂时失败",
    ];
    lex::find_any(bytes, end..end + FAR, &words).is_some()
}

/// The name of a number whose own words stand further on in the same line: `Error 111 connecting to
/// localhost:6379. Connection refused.`
pub(super) fn said_behind(text: &str, at: usize, number: u32) -> Option<&'static str> {
    let end = text.floor_char_boundary((at + 100).min(text.len()));
    let line = text.get(at..end)?.split('\n').next()?.as_bytes();
    let says = |message: &str| (0..line.len()).any(|start| lex::has(line, start, message));
    let other = BSD.iter().find(|&&(known, _)| known == number).map(|&(_, name)| name);
    [name(number), other]
        .into_iter()
        .flatten()
        .find(|&known| MESSAGES.iter().any(|&(message, name)| name == known && says(message)))
}

/// The name whose words end before `at`.
pub(super) fn name_of_message_before(text: &str, at: usize) -> Option<&'static str> {
    let bytes = text.as_bytes();
    let end = lex::back_while(bytes, at, 4, |byte| matches!(byte, b' ' | b':' | b'.' | b','));
    MESSAGES.iter().find(|(message, _)| lex::has_before(bytes, end, message)).map(|&(_, name)| name)
}

/// The system's words, for the triggers.
pub(super) fn messages() -> impl Iterator<Item = &'static str> {
    MESSAGES.iter().map(|&(message, _)| message)
}

/// `(111: Connection` where the line ends before the words do, as nginx's are wrapped in mail; `at` is the number.
pub(super) fn wrapped_message(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let Some((value, end)) = lex::decimal(bytes, at) else { return };
    let Some(known) = u32::try_from(value).ok().and_then(name) else { return };
    let words = lex::skip_separators(bytes, end, 3, &[]);
    let stop = lex::line_end(bytes, words, 60);
    let Some(said) = scan.text.get(words..stop).map(|said| said.trim_end().to_ascii_lowercase()) else { return };
    let begins = |message: &str| message.len() > said.len() && message.starts_with(&said);
    if !said.is_empty() && MESSAGES.iter().any(|&(message, name)| name == known && begins(message)) {
        scan.push(Kind::Errno, known, at..end);
    }
}

/// `success=no exit=-13` of an audit record: what the system call gave back; `at` is past the sign.
pub(super) fn syscall_exit(scan: &mut Scan<'_>, at: usize) {
    if let Some((value, end)) = lex::decimal(scan.bytes, at)
        && let Some(known) = u32::try_from(value).ok().and_then(name)
        && lex::ends_word(scan.bytes, end)
    {
        scan.push(Kind::Errno, known, at - 1..end);
    }
}

/// `ath: failed to power up: -110`, `no answer, -110`, `status (-71) in …`: the result that ends a line of the kernel or
/// stands in brackets behind its name; `at` is past the sign.
pub(super) fn kernel_result(scan: &mut Scan<'_>, at: usize) {
    let Some((value, end)) = lex::decimal(scan.bytes, at) else { return };
    let rest = lex::skip_blanks(scan.bytes, end);
    let before = at.checked_sub(2).map_or(0, |mark| scan.bytes[mark]);
    let bracketed = before == b'(' && lex::byte(scan.bytes, end) == b')';
    if value < 2 || !bracketed && !matches!(lex::byte(scan.bytes, rest), 0 | b'\r' | b'\n') {
        return;
    }
    let line = scan.line_flags(at);
    // Behind a comma a small number may be an offset.
    let listed = lex::has(scan.bytes, at.saturating_sub(3), ", -") && value >= 12;
    let assigned = matches!(before, b'=' | b' ') && lex::has_before(scan.bytes, at - "=-".len(), "status");
    if let Some(name) = u32::try_from(value).ok().and_then(name)
        && line.any(Flags::KERNEL)
        && (line.any(Flags::FAILING) || (listed || bracketed || assigned) && is_common(value as u32))
    {
        scan.push(Kind::Errno, name, at - 1..end);
    }
}
