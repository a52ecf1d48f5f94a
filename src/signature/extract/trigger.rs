//! The literal triggers: which pieces of text can begin, end or name a signature, and who looks then.
//!
//! [`crate::text::literals`] finds them all in one pass, case ignored, the longest at each place. A trigger is
//! cheap to refuse: its recognizer first looks at the bytes beside it.

use std::{ops::Range, sync::LazyLock};

use super::{
    Scan, bounce,
    com::{self, Said},
    crash, database, directory, errno, event, event_list, event_message, event_table, exception, file, framed, hex,
    installer, kerberos, lex, many, network, number, package,
    recognizer::{GoOn, Recognizer},
    regkey,
    rule_triggers::RuleTriggers,
    said, service, smtp, stack, stop_code, stop_name, stores, symbol, unix, update, web, wide, words,
};
use crate::text::literals::Literals;

use Recognizer as R;

/// A trigger.
struct Pattern {
    word: &'static str,
    recognizer: Recognizer,
    go_on: GoOn,
}

/// Every trigger, in the order of the literals' numbers.
static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    let mut patterns: Vec<(&'static str, Recognizer)> = Vec::new();
    for &(recognizer, words) in words::triggers() {
        patterns.extend(words.iter().map(|&word| (word, recognizer)));
    }
    patterns
        .extend(event::SOURCES.iter().filter(|(_, lower)| lower.len() > 4).map(|&(_, lower)| (lower, R::EventSource)));
    // A short name is a word of its own, and `disk` stands everywhere: with the beginning of an id only.
    patterns.extend(["vss ", "ntfs ", "dcom ", "disk 1", "disk 5", "disk 7"].map(|word| (word, R::EventSource)));
    patterns
        .extend(unix::TRIGGERS.iter().flat_map(|&(unix, words)| words.iter().map(move |&word| (word, R::Unix(unix)))));
    patterns.extend(
        stack::TRIGGERS.iter().flat_map(|&(stack, words)| words.iter().map(move |&word| (word, R::Stack(stack)))),
    );
    patterns.extend(
        stores::TRIGGERS.iter().flat_map(|&(store, words)| words.iter().map(move |&word| (word, R::Store(store)))),
    );
    patterns.extend(errno::names().map(|name| (name, R::Errno)));
    patterns.extend(errno::messages().map(|message| (message, R::ErrnoMessage)));
    patterns.extend(network::responses().map(|name| (name, R::DnsResponse)));
    patterns.extend(network::answers().map(|words| (words, R::DnsAnswer)));
    patterns.extend(event_message::OPENINGS.iter().map(|&(words, _)| (words, R::EventOpening)));
    patterns.extend(event_message::PIECES.iter().map(|&(words, _)| (words, R::EventPiece)));
    patterns.extend(event_message::LOGS.iter().map(|&words| (words, R::EventLog)));
    patterns.extend(kerberos::words().map(|words| (words, R::KerberosWords)));
    patterns.extend(bounce::reasons().map(|words| (words, R::Bounce)));
    let whole = |(word, recognizer)| Pattern { word, recognizer, go_on: GoOn::of(word, recognizer) };
    patterns.into_iter().map(whole).collect()
});

/// All triggers with those of the rules, compiled.
pub(super) fn literals(rules: &RuleTriggers) -> Literals {
    // Behind `0x`, `kb` and `%%` stand a digit or a separator, or nothing is meant.
    let follows = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b' ' | b'-' | b'_' | b'#' | b':' | b'/');
    Literals::new(words().map(Box::from).chain(rules.words().map(Box::from)).collect(), follows)
}

/// The words of the triggers, in the order of their numbers.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    PATTERNS.iter().map(|pattern| pattern.word)
}

/// Who looks when a trigger is found.
pub(super) fn recognizer(pattern: usize) -> Option<Recognizer> {
    PATTERNS.get(pattern).map(|pattern| pattern.recognizer)
}

/// Where the search goes on behind a trigger at a place.
#[inline]
pub(super) fn go_on_from(pattern: usize, place: &Range<usize>) -> usize {
    match PATTERNS.get(pattern).map(|pattern| pattern.go_on) {
        Some(GoOn::BehindStart) => place.start + 1,
        Some(GoOn::AtLastByte) => place.end - 1,
        Some(GoOn::AtEnd) | None => place.end,
    }
}

/// Lets the recognizer of a trigger look at its place.
pub(super) fn recognize(scan: &mut Scan<'_>, pattern: usize, at: Range<usize>) {
    let Some(&Pattern { word, recognizer, .. }) = PATTERNS.get(pattern) else { return };
    let Range { start, end } = at;
    match recognizer {
        R::Hex => hex::prefixed(scan, start),
        R::BareHex => hex::bare(scan, start),
        R::Signed => wide::signed(scan, start),
        R::Unsigned => wide::unsigned(scan, start),
        R::ErrorWord => {
            exception::class(scan, start, end);
            web::before_error(scan, start, end);
            many::before_word(scan, start, end);
            event_table::before_level(scan, start);
            // `1304: Error writing to file`
            if scan.bytes[start..].starts_with(b"Er") {
                installer::before_message(scan, start);
            }
            number::after_word(scan, end);
            database::python_tuple(scan, end);
            database::bare_sqlstate(scan, lex::skip_separators(scan.bytes, end, 8, &[]));
        }
        R::ExceptionPackage => exception::in_package(scan, start, end),
        R::Exception => {
            exception::class(scan, start, end);
            framed::in_class_brackets(scan, end);
        }
        R::Label => {
            number::after_word(scan, end);
            if word == "wsa" {
                said::winsock_call(scan, end);
            }
            if matches!(word, "错误" | "錯誤") {
                web::before_error(scan, start, end);
                many::before_word(scan, start, end);
                event_table::before_level(scan, start);
            }
        }
        R::StopLabel => {
            if matches!(word, "蓝屏" | "藍屏") {
                stop_code::before_screen(scan, start);
            }
            stop_code::stop_label(scan, end);
            // `stop ` is any program's order.
            if !word.starts_with("stop ") || word == "stop code" {
                stop_name::around(scan, start..end, true);
            }
        }
        R::StopTalk => stop_name::around(scan, start..end, true),
        R::StopName => stop_name::around(scan, start..end, false),
        R::ReportField => crash::report_fields(scan, end),
        R::SetupFunction => said::setup_function(scan, end),
        R::SectionExit => hex::section_exit(scan, end - 1),
        R::Code => said::second_code(scan, start, end),
        R::RustError => said::rust_error(scan, end),
        R::StateBehind => database::state_in_brackets(scan, start + 1),
        R::Percent => framed::percent(scan, start, end),
        R::SocketBracket => framed::bracketed_socket_error(scan, start + 1),
        R::Message => {
            framed::after_message(scan, end);
            said::beside_message(scan, start, end);
            said::number_before_message(scan, start);
            said::number_behind_message(scan, start);
        }
        R::MessageWords => {
            said::number_before_message(scan, start);
            said::number_behind_message(scan, start);
        }
        R::SystemTuple => framed::system_tuple(scan, start, end),
        R::CallFailed => said::failed_call(scan, start, end),
        R::CallTuple => framed::call_tuple(scan, start),
        R::StateBefore => database::state_before_number(scan, start + 1),
        R::KernelResult => {
            errno::kernel_result(scan, end);
            wide::signed(scan, end - 1);
        }
        R::KernelList => {
            errno::kernel_result(scan, start + ", -".len());
            wide::signed(scan, start + ", ".len());
        }
        R::Viewer => {
            event_table::before_viewer(scan, start);
            event_list::id_further_on(scan, start, end);
        }
        R::Symbol => symbol::around(scan, start),
        R::Kb => update::kb(scan, start),
        R::Patch => update::patch(scan, end),
        R::Cve => update::cve(scan, start),
        R::Ora => update::ora(scan, start),
        R::File => file::with_ending(scan, start, end),
        R::RegKey => regkey::key(scan, start, end),
        R::ServiceAfter => service::after_words(scan, end),
        R::ServiceSc => {
            let verb = start + lex::skip_while(word.as_bytes(), 0, 8, |byte| byte != b' ') + 1;
            service::after_sc(scan, start, verb);
        }
        R::ServiceBefore => service::before_word(scan, start, start + " service".len()),
        R::ServiceBeforeChinese => {
            service::before_chinese_word(scan, start);
            event_message::before_chinese_service(scan, start);
        }
        R::ServicePeculiar => service::peculiar(scan, start, end),
        R::Event => event::after_word(scan, start, end),
        R::EventSource => event::beside_source(scan, start, end),
        R::Audit => event_table::audit_column(scan, start),
        R::EventLabel => event_table::after_label(scan, start, end),
        R::EventLevelColumn => event_table::level_column(scan, start),
        R::AuditWords => event_table::before_audit_words(scan, start),
        R::FusedReply => smtp::fused_reply(scan, start, end),
        R::ApacheSystem => framed::apache_system(scan, end),
        R::WrappedSystem => errno::wrapped_message(scan, start + 1),
        R::HashHex => framed::hash_hexadecimal(scan, start + "[#".len()),
        R::SyscallExit => errno::syscall_exit(scan, end),
        R::ServiceParameter => service::event_parameter(scan, start, end),
        R::ModuleError => exception::of_module(scan, end - ": ".len()),
        R::ExceptionClass => exception::scoped(scan, end - ": ".len()),
        R::NamedFile => file::named(scan, start, end),
        R::ServiceShown => service::shown_with_name(scan, end),
        R::ServiceCall => framed::service_call(scan, end),
        R::EventOpening => event_message::before_opening(scan, start, word),
        R::EventPiece => event_message::before_piece(scan, start, word),
        R::EventCompared => event_message::compared(scan, end),
        R::EventLog => event_message::behind_log(scan, end),
        R::EventColumn => event_table::provider_column(scan, start + 1),
        R::EventTable => event_table::powershell_rows(scan, end),
        R::EventFilter => event_table::filter_table(scan, end),
        R::MountError => errno::mount_error(scan, end),
        R::Substatus => web::substatus(scan, start),
        R::StateName => database::state_where_spoken_of(scan, start, end),
        R::StateOfPool => database::state_of_pool(scan, end),
        R::TunnelReply => web::tunnel_reply(scan, end),
        R::InstallerLone => installer::lone_installer_result(scan, start, end),
        R::InstallerResult => installer::bare_installer_result(scan, end - "1603".len(), end),
        R::Errno => errno::named(scan, start, end),
        R::ErrnoMessage => errno::beside_message(scan, start, end),
        R::Http => web::http(scan, start, start + web::label_length(word)),
        R::Reason => {
            web::before_reason(scan, start, end);
            web::behind_reason(scan, end);
        }
        R::RemoteError => web::bracketed(scan, end),
        R::Request => web::request(scan, start),
        R::Enhanced => smtp::enhanced_status(scan, start),
        R::Reply => smtp::basic_reply(scan, end),
        R::ReplyCode => smtp::reply_code(scan, start, start + 3),
        R::ReplyTuple => smtp::reply_tuple(scan, start + 1),
        R::BareSqlstate => database::bare_sqlstate(scan, end),
        R::Sqlstate => database::sqlstate(scan, end),
        R::SqlError => database::sql_error(scan, end),
        R::ServiceControl => framed::service_control(scan, end),
        R::Msg => database::message(scan, end),
        R::Severity => database::before_severity(scan, start, end),
        R::KerberosWords => kerberos::said(scan, start, end),
        R::CertificateError => network::certificate_error(scan, end),
        R::CodeReturned => number::code_returned(scan, end),
        R::MysqlCode => database::mysql_code(scan, start + 3),
        R::MysqlWord => database::after_mysql(scan, end),
        R::HashNumber => database::hash_number(scan, start + 1),
        R::Unix(unix) => unix::recognize(scan, unix, word, start..end),
        R::Stack(stack) => stack::recognize(scan, stack, start..end),
        R::Store(store) => stores::recognize(scan, store, start..end),
        R::InstallerMessage => installer::before_message(scan, start),
        R::InstallerPackage => installer::exit_of_package(scan, start),
        R::Installer => installer::installer(scan, end),
        R::Package => package::identity(scan, start, end),
        R::FaultingModule => crash::faulting_module(scan, end),
        R::ReportParameters => crash::numbered_parameters(scan, end),
        R::ExceptionData => crash::event_data(scan, start + "<data>".len()),
        R::ReportValue => crash::report_value(scan, end - 2),
        R::Bucket => crash::bucket(scan, end),
        R::ProblematicFrame => crash::problematic_frame(scan, end),
        R::LdapResult => directory::result(scan, end),
        R::LdapFunction => directory::function(scan, end),
        R::LdapContext => directory::accept_context(scan, end),
        R::LdapServerWords => directory::before_server_words(scan, start),
        R::LdapServerLog => directory::server_log(scan, end),
        R::Netlogon => directory::netlogon(scan, start, end),
        R::NoClientSite => directory::no_client_site(scan, start, end),
        R::DnsResponse => network::response(scan, start, end),
        R::DnsRefused => network::refused(scan, start, end),
        R::DnsAnswer => network::answer(scan, start, end),
        R::RpcFault => {
            network::fault_number(scan, start);
            hex::prefixed(scan, start);
        }
        R::RpcFaultName => {
            network::fault_name(scan, start);
            symbol::around(scan, start);
        }
        R::TlsAlert => network::alert(scan, end),
        R::ClassId => com::class_behind(scan, end, Said::OfClass),
        R::ClassCall => com::class_behind(scan, end, Said::OfCall),
        R::ClassServer => com::class_behind(scan, end, Said::Already),
        R::ClassBefore => {
            com::class_before(scan, start);
            event_message::before_late_server(scan, start);
        }
        R::Bounce => bounce::reason(scan, start, end),
    }
}
