//! Facts that stand behind labels: what a machine printed of itself.

use super::{
    super::{
        build::Role,
        labels::{self, Label},
        linux, names,
        updates::{Announced, Source, in_brackets, installed, state_of},
        values::{
            VALUE, bare_build, is_table_row, is_uname, language_of_locale, language_tag, unquoted, update_number,
            version_in,
        },
    },
    FactFinder, PartState, Place, put,
};

impl FactFinder {
    /// Facts that stand behind labels.
    pub(super) fn labeled(&mut self, place: Place<'_>, text: &str) {
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
                self.listed(place, update);
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
                Some(update) => self.row(place, update),
                None => self.state.table = true,
            },
            Label::ListedCount => {
                let count = found.rest.split(|c: char| !c.is_ascii_digit()).find_map(|digits| digits.parse().ok());
                self.state.list = Announced { count: count.unwrap_or(0), seen: 0 };
            }
            Label::Package => {
                self.state.package = value.and_then(|value| value.strip_prefix("Package_for_")).map(str::to_owned);
            }
            Label::PackageState => {
                let state = found.rest.trim_start().trim_start_matches([':', '：', ' ']);
                if let Some((package, installed)) = self.state.package.take().zip(installed(state)) {
                    self.package(place, &package, Source::Listed, installed);
                }
            }
            Label::PackageName => {
                if let Some((source, installed)) = state_of(found.rest, found.before) {
                    self.package(place, found.rest, source, installed);
                }
            }
            Label::PackageEvent => {
                let failed = ["failed", "could not", "无法", "未能", "無法", "失败", "失敗"];
                let failed = failed.iter().any(|word| found.rest.contains(word));
                let changed = ["Installed state", "已安装", "已安裝"].iter().any(|word| found.rest.contains(word));
                if let Some(update) = update_number(found.rest).filter(|_| changed) {
                    self.update(place, update, Source::Logged, !failed);
                }
            }
            Label::InstalledEvent | Label::FailedEvent => {
                if let Some(update) = in_brackets(found.rest) {
                    self.update(place, update, Source::Logged, found.label == Label::InstalledEvent);
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
                Some(update) => self.row(Place { line: place.line + index as u64, ..place }, update),
                None => {
                    self.state.table = false;
                    return end;
                }
            }
        }
        end
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
