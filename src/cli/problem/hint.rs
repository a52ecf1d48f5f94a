//! What to try when a command fails: one sentence, by what went wrong.

mod knowledge;

use std::{error::Error, io};

use crate::{
    app::{
        AppError, cases::CaseError, diff::DiffError, ingest::IngestError, library::LibraryError, mailbox::MailboxError,
        noise::NoiseError, parse::ParseError, reply::ReplyError, search::AskError, signatures::SignaturesError,
        tags::TagsError, timeline::TimelineError, triage::TriageError,
    },
    case::fields::FieldRulesError,
    config::ConfigError,
    imap::{AddressError, ImapError, auth::SecretError},
    index::cases::CaseIndexError,
    report::span::SpanError,
    signature::benign::BenignError,
    store::{
        StoreError,
        sqlite::{CopyError, is_damaged},
    },
    text::terms::TermsError,
};

/// What to try, by the outermost cause that something is known of: the outer ones know more of what was wanted.
pub fn of(error: &anyhow::Error) -> Option<&'static str> {
    error.chain().find_map(of_cause)
}

fn of_cause(cause: &(dyn Error + 'static)) -> Option<&'static str> {
    let config = || cause.downcast_ref().map(of_config);
    let app = || cause.downcast_ref().and_then(of_app);
    let library = || cause.downcast_ref().map(of_library);
    let fields = || cause.downcast_ref().map(of_fields);
    let terms = || cause.downcast_ref().map(of_terms);
    let benign = || cause.downcast_ref().map(of_benign);
    let triage = || cause.downcast_ref().and_then(of_triage);
    let signatures = || cause.downcast_ref().map(of_signatures);
    let timeline = || cause.downcast_ref().and_then(of_timeline);
    let diff = || cause.downcast_ref().map(of_diff);
    let parse = || cause.downcast_ref().and_then(of_parse);
    let ingest = || cause.downcast_ref().and_then(of_ingest);
    let store = || cause.downcast_ref().map(of_store);
    let case = || cause.downcast_ref().and_then(of_case);
    let tags = || cause.downcast_ref().and_then(of_tags);
    let reply = || cause.downcast_ref().and_then(of_reply);
    let noise = || cause.downcast_ref().and_then(of_noise);
    let copy = || cause.downcast_ref().and_then(of_copy);
    let mailbox = || cause.downcast_ref().and_then(of_mailbox);
    let address = || cause.downcast_ref().and_then(of_address);
    let span = || cause.downcast_ref().map(of_span);
    let ask = || cause.downcast_ref().map(of_ask);
    let knowledge = || knowledge::of_cause(cause);
    let io = || cause.downcast_ref().and_then(of_io);
    config()
        .or_else(app)
        .or_else(library)
        .or_else(fields)
        .or_else(terms)
        .or_else(benign)
        .or_else(triage)
        .or_else(signatures)
        .or_else(timeline)
        .or_else(diff)
        .or_else(parse)
        .or_else(ingest)
        .or_else(store)
        .or_else(case)
        .or_else(tags)
        .or_else(reply)
        .or_else(noise)
        .or_else(copy)
        .or_else(mailbox)
        .or_else(address)
        .or_else(span)
        .or_else(ask)
        .or_else(knowledge)
        .or_else(io)
}

fn of_span(error: &SpanError) -> &'static str {
    match error {
        SpanError::Empty { .. } | SpanError::Backwards { .. } => {
            "--to names the last day of the span, not before its first day"
        }
        SpanError::Calendar => "give days between the years 1 and 9999",
        SpanError::Future(_) => "name a month that has begun; without --month it is the last full one",
    }
}

const NO_INPUT: &str = "name a mail, a log, an archive of logs, or a folder that holds some";

fn of_config(error: &ConfigError) -> &'static str {
    match error {
        ConfigError::Read { .. } => "check the path given with --config or CASEBOOK_CONFIG",
        ConfigError::Syntax { .. } => {
            "the file may set kb, fields, terms, weights, cache, data, benign, rules, tags, own_domains, vendor_domains, webhook, copy_to, notmuch, known_from, internal, imap and limit; mend the line named, or remove it"
        }
        ConfigError::Limit { .. } => "give a whole number from 1, or nothing for the default",
    }
}

fn of_app(error: &AppError) -> Option<&'static str> {
    match error {
        AppError::Read { source, .. } if source.kind() == io::ErrorKind::InvalidData => Some("save the file as UTF-8"),
        AppError::Read { .. } => Some(
            "check the path given with --fields, --terms, --weights, --benign, --rules or --tags; `casebook config` shows where it comes from",
        ),
        AppError::Rules { .. } => Some("check the path given with --rules, CASEBOOK_RULES or `rules` in casebook.toml"),
        AppError::TagRules { .. } => Some("check the path given with --tags, CASEBOOK_TAGS or `tags` in casebook.toml"),
        // Their causes are known.
        AppError::Fields(_)
        | AppError::Terms { .. }
        | AppError::Weights { .. }
        | AppError::Benign(_)
        | AppError::Library(_) => None,
        AppError::Index(_) => None,
        AppError::NoData => Some("name one with --data or CASEBOOK_DATA"),
        AppError::Store(error) => Some(of_store(error)),
    }
}

const RIGHTS: &str = "ask its owner for the right to it, or run as who has it";

fn of_store(error: &StoreError) -> &'static str {
    match error {
        StoreError::Folder { source, .. } if source.kind() == io::ErrorKind::PermissionDenied => RIGHTS,
        StoreError::Database { source, .. } if is_damaged(source.as_ref()) => {
            "put a backup back with `casebook restore FILE --force`; if it is no case store, name the right folder with --data"
        }
        StoreError::Folder { .. } | StoreError::Database { .. } => {
            "check the folder given with --data or CASEBOOK_DATA; `casebook config` shows which is in force"
        }
        StoreError::Disk { .. } => "make room on the disk, then run the same command again: it goes on where it was",
        StoreError::Busy { .. } => "try again when the other casebook is done",
        StoreError::Full { .. } => "make room, and do the same again",
        StoreError::TooNew { .. } => "use the newer casebook that wrote it, or another folder with --data",
        StoreError::TooOld { .. } => "let somebody who may write to it run any casebook command on it once",
        StoreError::Index { source: CaseIndexError::Denied(_), .. } => RIGHTS,
        StoreError::Index { source: CaseIndexError::Busy, .. } => "try again when the other casebook is done",
        StoreError::Index { .. } => "`casebook reindex` builds it anew from the store",
        StoreError::Damaged { .. } => "restore the store from a backup; the disk may be failing",
    }
}

fn of_ingest(error: &IngestError) -> Option<&'static str> {
    match error {
        IngestError::App(error) => of_app(error),
        IngestError::Store(error) => Some(of_store(error)),
        IngestError::Nothing { .. } => Some(NO_INPUT),
    }
}

const PASSWORD: &str =
    "set CASEBOOK_IMAP_PASSWORD, or `password_file` or `password_command` below [imap] in casebook.toml";

fn of_address(error: &AddressError) -> Option<&'static str> {
    match error {
        AddressError::Password => Some(PASSWORD),
        // They show how it is written.
        _ => None,
    }
}

fn of_mailbox(error: &MailboxError) -> Option<&'static str> {
    match error {
        MailboxError::Ingest(error) => of_ingest(error),
        MailboxError::Secret(SecretError::Open(_)) => Some("take the right away from them: chmod 600"),
        MailboxError::Secret(SecretError::Nowhere) => Some(PASSWORD),
        MailboxError::Imap(error) => of_imap(error),
        // They say all; with a missing folder, which there are.
        MailboxError::Secret(_) | MailboxError::NoFolder { .. } => None,
    }
}

fn of_imap(error: &ImapError) -> Option<&'static str> {
    match error {
        ImapError::Connect { .. } => Some("check host and port: imaps:// means port 993, imap:// port 143"),
        ImapError::Refused { .. } => Some(
            "check user and password; some providers want a password made for programs, or a token (`auth` below [imap])",
        ),
        ImapError::NoTls => Some("use imaps://, or --plaintext where nobody can read along"),
        ImapError::LoginDisabled => Some("use imaps://, or leave out --plaintext"),
        ImapError::Tls { .. } => {
            Some("name the host as its certificate does; one of your own is trusted by `ca_file` below [imap]")
        }
        ImapError::NoMechanism(_) => Some("set another `auth` below [imap] in casebook.toml"),
        ImapError::NoKeywords(_) => Some("leave out --write-keywords, or name with --folder where they can be kept"),
        ImapError::Lost(_) | ImapError::Bye(_) | ImapError::Stopped => Some("run it again: it goes on where it was"),
        ImapError::No { .. } | ImapError::Protocol(_) | ImapError::Certificates(_) => None,
    }
}

fn of_tags(error: &TagsError) -> Option<&'static str> {
    match error {
        TagsError::InUse(_) => Some("`casebook tag merge` makes two tags one"),
        TagsError::Change(_) | TagsError::Tag(_) => Some("write it like +component/servicing"),
        TagsError::App(_)
        | TagsError::Store(_)
        | TagsError::Case(_)
        | TagsError::Outgoing(_)
        | TagsError::Write { .. } => None,
    }
}

fn of_reply(error: &ReplyError) -> Option<&'static str> {
    match error {
        ReplyError::NothingKnown(_) => Some("name an article with --article; `casebook case show` lists what may fit"),
        ReplyError::NoArticle(_) => Some("`casebook kb list` shows the articles in use"),
        ReplyError::NoSender => Some("name it with --from \"Support <support@example.com>\""),
        ReplyError::NoResolution(_) | ReplyError::OutOfUse(_) => Some("name another article with --article"),
        ReplyError::Address(_)
        | ReplyError::NoRecipient(_)
        | ReplyError::App(_)
        | ReplyError::Case(_)
        | ReplyError::Store(_) => None,
        ReplyError::Write(_) => None,
    }
}

fn of_noise(error: &NoiseError) -> Option<&'static str> {
    match error {
        NoiseError::Unknown(_) => Some("`casebook signatures` and `casebook kb list` show how they are written"),
        NoiseError::Missing(_) => Some("`casebook noise list` shows the numbers"),
        NoiseError::Store(_) => None,
    }
}

fn of_case(error: &CaseError) -> Option<&'static str> {
    match error {
        CaseError::Missing(_) => Some("`casebook case list` shows the cases that are stored"),
        CaseError::Contested(_) => Some("try again"),
        CaseError::Store(error) => Some(of_store(error)),
    }
}

fn of_copy(error: &CopyError) -> Option<&'static str> {
    match error {
        CopyError::Store(error) => Some(of_store(error)),
        CopyError::Exists { .. } => Some("--force replaces it; what it holds now is gone then"),
        // Its cause says why.
        CopyError::Write { .. } => None,
        CopyError::Damaged { .. } => {
            Some("`casebook doctor` shows the damage; `casebook restore FILE --force` puts an earlier backup back")
        }
        CopyError::NoBackup { .. } => Some("name a file that `casebook backup` wrote"),
    }
}

fn of_ask(error: &AskError) -> &'static str {
    match error {
        AskError::Date(_) => "write the day as year, month and day",
        AskError::Status(_) => "status:open, or status:validated",
        AskError::Kind(_) => "kind:generic, or kind:hresult",
        AskError::Language(_) => "lang:en or lang:zh",
        AskError::Severity(_) => "severity:P2",
        AskError::Nothing(_) => "`casebook kb list` shows all articles, `casebook case list` all cases",
        AskError::Has(_) => "has:attachment is what there is",
        AskError::ArticlesOnly(_) => "leave out --in cases",
        AskError::CasesOnly(_) => "leave out --in articles",
        AskError::Apart { .. } => "ask one after the other",
        AskError::Unknown { .. } => "put it in quotes to look for it as it stands",
    }
}

fn of_library(error: &LibraryError) -> &'static str {
    match error {
        LibraryError::Layer { .. } => "it may set layer, name, and articles, rules and tags under [disable]",
        LibraryError::Manifest { .. } => {
            "it must be readable, and UTF-8 text; without it the folder is a company's layer"
        }
        LibraryError::Folder { .. } => {
            "check the folder given with --kb, CASEBOOK_KB or `kb` in casebook.toml; `casebook config` shows which is in force"
        }
    }
}

fn of_fields(error: &FieldRulesError) -> &'static str {
    match error {
        FieldRulesError::Syntax { .. } => {
            "mend the place named; a rule has `name`, `in` and `pattern`, as in kb/fields.toml"
        }
        FieldRulesError::Pattern { .. } | FieldRulesError::Mention { .. } => {
            "mend the pattern; look-around and back-references are not known, and a literal mark needs a backslash"
        }
        FieldRulesError::NoField { .. } => "name the group that holds the value, as in `(?<number>INC\\d{7})`",
    }
}

fn of_benign(error: &BenignError) -> &'static str {
    match error {
        BenignError::Syntax { .. } => {
            "mend the place named; a rule has `pattern` or `regex`, `example` and `reason`, as in kb/benign.toml"
        }
        BenignError::Rule { .. } => "mend the line named; kb/benign.toml shows rules that work",
        BenignError::Regex { .. } => {
            "mend the regex; look-around and back-references are not known, and a literal mark needs a backslash"
        }
    }
}

fn of_terms(error: &TermsError) -> &'static str {
    match error {
        TermsError::Toml(_) => "mend the place named; a term has `id` and `words`, as in kb/terms.toml",
        TermsError::Id(_) => "write the id like `disk-full`",
        TermsError::EmptyWord { .. } => "remove the word, or give it a letter or digit",
        TermsError::TooMany => "keep only the words that your cases use",
    }
}

fn of_triage(error: &TriageError) -> Option<&'static str> {
    match error {
        TriageError::App(error) => of_app(error),
        TriageError::Nothing { .. } => Some(NO_INPUT),
    }
}

fn of_timeline(error: &TimelineError) -> Option<&'static str> {
    match error {
        // Its cause says what is wrong and shows the right form.
        TimelineError::Given(_) => None,
        TimelineError::Nothing { .. } => Some(NO_INPUT),
    }
}

fn of_diff(error: &DiffError) -> &'static str {
    match error {
        DiffError::Nothing { .. } => NO_INPUT,
    }
}

fn of_signatures(error: &SignaturesError) -> &'static str {
    match error {
        SignaturesError::Nothing { .. } => NO_INPUT,
    }
}

fn of_parse(error: &ParseError) -> Option<&'static str> {
    match error {
        ParseError::Read { .. } => None,
        ParseError::Nothing { .. } => {
            Some("name a mail, a mailbox or a thread export; `casebook triage` reads logs and archives")
        }
    }
}

fn of_io(error: &io::Error) -> Option<&'static str> {
    match error.kind() {
        io::ErrorKind::NotFound => Some("check the path: it is taken from the current folder"),
        io::ErrorKind::PermissionDenied => Some(RIGHTS),
        io::ErrorKind::IsADirectory => Some("name a file in the folder"),
        io::ErrorKind::NotADirectory => Some("name a folder, not a file"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Origin;
    use anyhow::Context;

    #[track_caller]
    fn check(error: impl Into<anyhow::Error>, expected: Option<&str>) {
        let error = error.into();
        let hint = of(&error);
        match expected {
            Some(words) => assert!(hint.is_some_and(|hint| hint.contains(words)), "{hint:?} for {error:#}"),
            None => assert_eq!(hint, None, "{error:#}"),
        }
    }

    fn not_found() -> io::Error {
        io::ErrorKind::NotFound.into()
    }

    #[test]
    fn settings() {
        check(ConfigError::Read { path: "x.toml".into(), source: not_found() }, Some("--config"));
        check(ConfigError::Limit { value: "0".into(), origin: Origin::Variable("CASEBOOK_LIMIT") }, Some("from 1"));
        check(AppError::Read { path: "x".into(), source: not_found() }, Some("--terms"));
        let no_text = || crate::utf8::text(b"a\n\xff".to_vec()).unwrap_err().into();
        check(AppError::Read { path: "x".into(), source: no_text() }, Some("UTF-8"));
        check(AppError::TagRules { path: "x".into(), source: not_found() }, Some("--tags, CASEBOOK_TAGS"));
    }

    #[test]
    fn causes_of_a_service_are_found_behind_it() {
        let folder = || AppError::Library(LibraryError::Folder { path: "x".into(), source: not_found() });
        check(folder(), Some("--kb"));
        check(TriageError::App(folder()), Some("--kb"));
        check(TriageError::App(AppError::Read { path: "x".into(), source: not_found() }), Some("--fields"));
        let rule = || FieldRulesError::NoField { file: "x".into(), rule: "y".into() };
        check(TriageError::App(AppError::Fields(rule())), Some("(?<number>"));
        check(AppError::Terms { path: "x".into(), source: TermsError::Id("A b".into()) }, Some("disk-full"));
    }

    #[test]
    fn inputs() {
        check(TriageError::Nothing { inputs: Vec::new(), warnings: Vec::new() }, Some("name a mail"));
        check(SignaturesError::Nothing { inputs: Vec::new() }, Some("name a mail"));
        check(TimelineError::Nothing { inputs: Vec::new() }, Some("name a mail"));
        check(DiffError::Nothing { input: crate::app::triage::Input::Stdin }, Some("name a mail"));
        let input = crate::app::triage::Input::Stdin;
        check(ParseError::Read { input: input.clone(), source: not_found() }, Some("check the path"));
        check(ParseError::Nothing { input }, Some("thread export"));
    }

    #[test]
    fn stored_cases() {
        check(TagsError::InUse("a/b".into()), Some("tag merge"));
        check(ReplyError::NoSender, Some("--from"));
        check(NoiseError::Missing(3), Some("noise list"));
    }

    #[test]
    fn context_hides_no_hint_and_unknown_errors_have_none() {
        let denied = Err::<(), _>(io::Error::from(io::ErrorKind::PermissionDenied)).context("cannot write");
        check(denied.unwrap_err(), Some("right"));
        check(io::Error::other("broken"), None);
    }
}
