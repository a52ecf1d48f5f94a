//! Collects facts while texts go by, and settles which of them count.

use std::collections::HashSet;

use super::{
    Fact, MachineFacts,
    build::{Role, build_of_release, full_build, products_of},
    labels::{self, Label},
    linux, names,
    values::{
        RELEASE, SPOKEN_BUILD, VALUE, bare_build, is_of_the_system, is_table_row, is_uname, language_of_locale,
        language_tag, unquoted, update_number, version_in,
    },
};

/// Updates kept: the longest lists of old systems have about a thousand.
const MAX_UPDATES: usize = 5000;

/// Where a fact comes from, from weakest to strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// What someone wants to have: "upgrade to Windows 11".
    Target,
    /// A person's words.
    Words,
    /// A label and its value in a person's text: a form, or pasted output.
    Stated,
    /// Printed by the machine into a log.
    Machine,
}

/// Collects the facts of a machine from logs and mail texts.
///
/// Feed in the order in which texts should win: of two facts of equal strength the first stays. Quoted
/// history and the own team's mails should not be fed.
#[derive(Debug, Clone, Default)]
pub struct FactFinder {
    product: Option<(Rank, Fact)>,
    build: Option<(Rank, Fact)>,
    edition: Option<(Rank, Fact)>,
    architecture: Option<(Rank, Fact)>,
    language: Option<(Rank, Fact)>,
    role: Option<(Rank, Role)>,
    /// Every product that someone names.
    named: Vec<String>,
    updates: Vec<Fact>,
    seen_updates: HashSet<String>,
    state: PartState,
}

/// Products kept that a case names: a list of all versions tells no more than that.
const MOST_NAMED: usize = 16;

/// What is remembered between the lines of one part.
#[derive(Debug, Clone, Default)]
struct PartState {
    part: String,
    /// Within a table of installed updates.
    table: bool,
    /// The update of a package whose state has not been seen.
    package: Option<String>,
    os_id: Option<String>,
    os_version: Option<String>,
}

/// A place in the input and how much what stands there counts.
#[derive(Debug, Clone, Copy)]
struct Place<'a> {
    part: &'a str,
    line: u64,
    rank: Rank,
}

impl FactFinder {
    /// Takes in lines of a log, in order; `first_line` is the number of the first, from 1.
    pub fn log(&mut self, part: &str, first_line: u64, text: &str) {
        self.labeled(Place { part, line: first_line, rank: Rank::Machine }, text);
    }

    /// Takes in what a person wrote: a subject (`first_line` 0) or lines of a mail.
    pub fn words(&mut self, part: &str, first_line: u64, text: &str) {
        self.labeled(Place { part, line: first_line, rank: Rank::Stated }, text);
        for (index, line) in text.split('\n').enumerate() {
            self.words_line(Place { part, line: first_line + index as u64, rank: Rank::Words }, line);
        }
    }

    /// The product, by what was taken in up to now.
    pub fn product(&self) -> Option<String> {
        self.clone().finish().product.map(|product| product.value)
    }

    /// The facts that count.
    pub fn finish(self) -> MachineFacts {
        // A role that comes with a product in someone's words says nothing beyond that product.
        let role = self.role.filter(|(rank, _)| *rank >= Rank::Stated).map(|(_, role)| role);
        let mut product = self.product;
        if let Some((build_rank, build)) = &self.build {
            let candidates = products_of(&build.value, role);
            let confirmed = product.as_ref().is_some_and(|(_, fact)| candidates.contains(&fact.value.as_str()));
            if let Some((rank, fact)) = &mut product {
                // The registry of Windows 11 still calls itself Windows 10.
                if *rank >= Rank::Stated && fact.value == "windows-10" && candidates.contains(&"windows-11") {
                    fact.value = "windows-11".to_owned();
                } else if !confirmed && !candidates.is_empty() && *build_rank > *rank && *rank < Rank::Stated {
                    // The words are about another machine than the log.
                    product = None;
                }
            }
            if product.is_none()
                && let [only] = candidates[..]
            {
                product = Some((*build_rank, Fact { value: only.to_owned(), ..build.clone() }));
            }
        }
        let fact = |slot: Option<(Rank, Fact)>| slot.map(|(_, fact)| fact);
        MachineFacts {
            also_named: match &product {
                // What a machine says of itself stands, whatever else is talked of.
                Some((rank, fact)) if *rank < Rank::Stated => {
                    self.named.into_iter().filter(|name| *name != fact.value).collect()
                }
                _ => Vec::new(),
            },
            product: fact(product),
            build: fact(self.build),
            edition: fact(self.edition),
            architecture: fact(self.architecture),
            language: fact(self.language),
            updates: self.updates,
        }
    }

    /// Facts that stand behind labels.
    fn labeled(&mut self, place: Place<'_>, text: &str) {
        if self.state.part != place.part {
            self.state = PartState { part: place.part.to_owned(), ..PartState::default() };
        }
        let bytes = text.as_bytes();
        // `line_start` is the beginning of the line with the number `line`.
        let (mut line, mut line_start, mut counted) = (place.line, 0, 0);
        // Up to here the rows of a table were read.
        let mut table_end = 0;
        if self.state.table {
            table_end = self.table_rows(place, text);
        }
        for (label, start, end) in labels::find(text) {
            // Each byte is passed once, be there a thousand labels in one line.
            let passed = &bytes[counted..start];
            if let Some(last) = memchr::memrchr(b'\n', passed) {
                line += memchr::memchr_iter(b'\n', passed).count() as u64;
                line_start = counted + last + 1;
            }
            counted = start;
            if label == Label::UpdateTable && start < table_end {
                continue;
            }
            // Only so much is looked at, so that a line of a megabyte full of labels stays linear.
            let near = &text[end..text.ceil_char_boundary((end + VALUE).min(text.len()))];
            let rest = near.split(['\n', '\r']).next().unwrap_or(near);
            let from = line_start.max(text.floor_char_boundary(start.saturating_sub(VALUE)));
            let found = Found { label, before: &text[from..start], at_line_start: from == line_start, rest };
            let place = Place { line, ..place };
            self.labeled_fact(place, &found);
            if label == Label::UpdateTable && self.state.table {
                let next = memchr::memchr(b'\n', &bytes[end..]).map_or(text.len(), |at| end + at + 1);
                table_end = next + self.table_rows(Place { line: line + 1, ..place }, &text[next..]);
            }
        }
    }

    fn labeled_fact(&mut self, place: Place<'_>, found: &Found<'_>) {
        let glued =
            found.before.chars().next_back().is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
        if found.label == Label::ListedUpdate {
            // `[01]: KB4474419`
            if found.before.ends_with(|c: char| c.is_ascii_digit())
                && found.before.trim_start().starts_with('[')
                && let Some(update) = update_number(found.rest)
            {
                self.update(place, update);
            }
            return;
        }
        if glued {
            return;
        }
        let value = found.value();
        match found.label {
            Label::Caption => {
                if let Some(value) = value {
                    self.caption(place, value);
                }
            }
            Label::BareName if found.at_line_start && found.before.trim().is_empty() => {
                if let Some(named) = names::windows_in(&format!("Windows {}", found.rest)).into_iter().next() {
                    self.named(place, named);
                    self.set_build(place, version_in(found.rest));
                }
            }
            Label::Version => self.set_build(place, value.and_then(version_in)),
            Label::WeakVersion => {
                let value =
                    value.filter(|value| ["Build", "内部版本", "組建", "版本"].iter().any(|word| value.contains(word)));
                self.set_build(place, value.and_then(version_in));
            }
            Label::BuildNumber => self.set_build(place, value.and_then(bare_build)),
            Label::Banner => self.set_build(place, version_in(found.rest)),
            Label::ServicingStack => {
                let version = version_in(found.rest);
                // The fourth number is the stack's own.
                self.set_build(
                    place,
                    version.map(|version| version.splitn(4, '.').take(3).collect::<Vec<_>>().join(".")),
                );
                self.set_architecture(
                    place,
                    found.rest.split_once("winsxs\\").or(found.rest.split_once("WinSxS\\")).map(|(_, path)| path),
                );
            }
            Label::Architecture => self.set_architecture(place, value),
            Label::ProductType => {
                let role = value.and_then(|value| match value.split(|c: char| !c.is_ascii_alphanumeric()).next()? {
                    "1" | "WinNT" => Some(Role::Client),
                    "2" | "3" | "ServerNT" | "LanmanNT" => Some(Role::Server),
                    _ => None,
                });
                self.set_role(place.rank, role);
            }
            Label::Edition => {
                if let Some(value) = value {
                    if value.starts_with("Server") {
                        self.set_role(place.rank, Some(Role::Server));
                    }
                    let edition = names::edition_in(value).or(value.starts_with("Core").then_some("home"));
                    put(&mut self.edition, place, edition.map(str::to_owned));
                }
            }
            Label::Language => put(&mut self.language, place, value.and_then(language_tag)),
            Label::LocaleId => put(&mut self.language, place, value.and_then(language_of_locale)),
            Label::UpdateTable => match value.filter(|_| found.separated()).and_then(update_number) {
                Some(update) => self.update(place, update),
                None => self.state.table = true,
            },
            Label::Package => {
                self.state.package =
                    value.and_then(|value| update_number(value.strip_prefix("Package_for_")?.strip_prefix("KB")?))
            }
            Label::PackageState => {
                let installed =
                    ["Installed", "已安装", "已安裝"].iter().any(|word| found.rest.trim_start().starts_with(word));
                if let Some(update) = self.state.package.take().filter(|_| installed) {
                    self.update(place, update);
                }
            }
            Label::OsReleaseId if found.at_line_start && found.before.is_empty() => {
                self.state.os_id = Some(unquoted(found.rest).to_owned());
                self.os_release(place);
            }
            Label::OsReleaseVersion if found.at_line_start && found.before.is_empty() => {
                self.state.os_version = Some(unquoted(found.rest).to_owned());
                self.os_release(place);
            }
            Label::OsReleaseName => put(&mut self.product, place, linux::product_in(unquoted(found.rest))),
            // A debugger's banner: `Windows 10 Kernel Version 19041 MP (8 procs) Free x64`.
            Label::DebuggedKernel => {
                self.set_build(place, bare_build(found.rest.trim_start()));
                self.set_architecture(place, Some(found.rest));
            }
            Label::Kernel => put(&mut self.build, place, linux::kernel_release(found.rest).map(str::to_owned)),
            Label::Uname if found.at_line_start && found.before.trim().is_empty() && is_uname(found.rest) => {
                let release = found.rest.split_once(' ').and_then(|(_host, rest)| linux::kernel_release(rest));
                put(&mut self.build, place, release.map(str::to_owned));
                self.set_architecture(place, Some(found.rest));
            }
            Label::BareName | Label::OsReleaseId | Label::OsReleaseVersion | Label::Uname | Label::ListedUpdate => {}
        }
    }

    /// The full name of an operating system.
    fn caption(&mut self, place: Place<'_>, value: &str) {
        if let Some(named) = names::windows_in(value).into_iter().next() {
            self.named(place, named);
        } else {
            put(&mut self.product, place, linux::product_in(value));
        }
    }

    fn named(&mut self, place: Place<'_>, named: names::Named) {
        let place = if named.target { Place { rank: Rank::Target, ..place } } else { place };
        if self.named.len() < MOST_NAMED && !self.named.contains(&named.product) {
            self.named.push(named.product.clone());
        }
        put(&mut self.product, place, Some(named.product.clone()));
        // What is said beside a product belongs to it: it counts only if that product does.
        if self.product.as_ref().is_some_and(|(_, fact)| fact.value == named.product) {
            self.set_role(place.rank, named.role);
            self.set_build(place, named.build);
            put(&mut self.edition, place, named.edition.map(str::to_owned));
            put(&mut self.architecture, place, named.architecture.map(str::to_owned));
        }
    }

    fn os_release(&mut self, place: Place<'_>) {
        if let (Some(id), Some(version)) = (&self.state.os_id, &self.state.os_version) {
            let product = linux::product_id(id, version);
            put(&mut self.product, place, product);
        }
    }

    /// Rows of `wmic qfe` or Get-HotFix, up to the first line that is none; returns where that begins.
    fn table_rows(&mut self, place: Place<'_>, text: &str) -> usize {
        let mut end = 0;
        for (index, line) in text.split_inclusive('\n').enumerate() {
            end += line.len();
            let line = line.trim();
            if line.is_empty() || line.bytes().all(|byte| matches!(byte, b'-' | b' ')) {
                continue;
            }
            let near = &line[..line.floor_char_boundary(VALUE)];
            let mut words = near.split_ascii_whitespace();
            match words.find_map(|word| update_number(word.strip_prefix("KB")?)).filter(|_| is_table_row(near)) {
                Some(update) => self.update(Place { line: place.line + index as u64, ..place }, update),
                None => {
                    self.state.table = false;
                    return end;
                }
            }
        }
        end
    }

    fn words_line(&mut self, place: Place<'_>, line: &str) {
        // A line of prose is short; a pasted dump says nothing more in its second kilobyte.
        let line = &line[..line.floor_char_boundary(2048)];
        for named in names::windows_in(line) {
            self.named(place, named);
        }
        put(&mut self.product, place, linux::product_in(line));
        if ["OS", "system", "System", "系统", "系統", "machine", "机器", "電腦", "电脑"]
            .iter()
            .any(|word| line.contains(word))
        {
            put(&mut self.architecture, place, names::architecture_in(line).map(str::to_owned));
        }
        if let Some(captures) = SPOKEN_BUILD.captures(line)
            && captures
                .get(0)
                .is_some_and(|whole| is_of_the_system(&line[..whole.start()], captures.name("bare").is_some()))
        {
            let number = captures.name("number").or(captures.name("bare")).and_then(|m| m.as_str().parse().ok());
            let revision = captures.name("revision").or(captures.name("more")).and_then(|m| m.as_str().parse().ok());
            self.set_build(place, number.and_then(|number| full_build(number, revision)));
        }
        // "1809 版": the release without a name beside it, when the product was named before.
        if self.build.is_none()
            && let Some(product) = self.product.as_ref().map(|(_, fact)| fact.value.clone())
            && let Some(release) = RELEASE.captures(line).and_then(|captures| captures.get(1))
        {
            self.set_build(place, build_of_release(&product, release.as_str()));
        }
    }

    fn update(&mut self, place: Place<'_>, value: String) {
        if self.updates.len() < MAX_UPDATES && self.seen_updates.insert(value.clone()) {
            self.updates.push(Fact { value, part: place.part.to_owned(), line: place.line });
        }
    }

    /// A build that says more than the one known (`10.0.17763.2300` after `10.0.17763`) takes its place.
    fn set_build(&mut self, place: Place<'_>, value: Option<String>) {
        let Some(value) = value else { return };
        if let Some((rank, fact)) = &self.build
            && *rank <= place.rank
            && value.strip_prefix(fact.value.as_str()).is_some_and(|more| more.starts_with('.'))
        {
            self.build = None;
        }
        put(&mut self.build, place, Some(value));
    }

    fn set_architecture(&mut self, place: Place<'_>, text: Option<&str>) {
        let known = text.and_then(|text| {
            let head = &text[..text.floor_char_boundary(VALUE)];
            names::architecture_in(head).or_else(|| head.strip_prefix("amd64_").map(|_| "x64")).or_else(|| match head {
                _ if head.starts_with("x86_") => Some("x86"),
                _ if head.starts_with("arm64_") => Some("arm64"),
                _ if head.contains("x64") => Some("x64"),
                _ => None,
            })
        });
        put(&mut self.architecture, place, known.map(str::to_owned));
    }

    fn set_role(&mut self, rank: Rank, role: Option<Role>) {
        if let Some(role) = role
            && self.role.is_none_or(|(known, _)| rank > known)
        {
            self.role = Some((rank, role));
        }
    }
}

/// A label with what stands around it in its line.
struct Found<'a> {
    label: Label,
    before: &'a str,
    /// `before` reaches to the beginning of the line.
    at_line_start: bool,
    rest: &'a str,
}

impl<'a> Found<'a> {
    /// The value after `:`, `=`, a tab, a wide gap, or a registry type.
    fn value(&self) -> Option<&'a str> {
        let rest = self.rest.strip_prefix('"').unwrap_or(self.rest);
        let text = rest.trim_start();
        let gap = &rest[..rest.len() - text.len()];
        let value = match text.strip_prefix([':', '：', '=']) {
            Some(value) => value,
            None => text
                .strip_prefix("REG_SZ")
                .or_else(|| text.strip_prefix("REG_DWORD"))
                .or((gap.len() >= 2 || gap.contains('\t')).then_some(text))?,
        };
        let value = value.trim().trim_matches(['"', ',']);
        (!value.is_empty()).then_some(value)
    }

    /// Whether a colon or equals sign follows, as in a list of fields.
    fn separated(&self) -> bool {
        self.rest.trim_start().starts_with([':', '=', '：'])
    }
}

/// Puts a value where there is none, or a weaker one.
fn put(slot: &mut Option<(Rank, Fact)>, place: Place<'_>, value: Option<String>) {
    if let Some(value) = value
        && slot.as_ref().is_none_or(|(rank, _)| place.rank > *rank)
    {
        *slot = Some((place.rank, Fact { value, part: place.part.to_owned(), line: place.line }));
    }
}
