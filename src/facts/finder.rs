//! Collects facts while texts go by, and settles which of them count.

mod labeled;

use super::{
    Fact, MachineFacts,
    build::{Role, build_of_release, full_build, has_revision, products_of, same_servicing},
    linux, names, said,
    updates::{Announced, Source, Updates, rollup},
    values::{RELEASE, SPOKEN_BUILD, VALUE, is_of_the_system, update_number},
};

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
    updates: Updates,
    /// Number and revision of the newest cumulative update that is installed.
    rollup: Option<((u32, u32), Rank, Fact)>,
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
    /// Rows of such tables.
    rows: usize,
    /// The list of systeminfo that is going by.
    list: Announced,
    /// The package whose state has not been seen: what follows `Package_for_`.
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

impl Place<'_> {
    fn fact(self, value: String) -> Fact {
        Fact { value, part: self.part.to_owned(), line: self.line }
    }
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
        for said in said::updates(text) {
            let place = Place { part, line: first_line + said.line, rank: Rank::Words };
            self.update(place, said.update, Source::Said, said.installed);
        }
    }

    /// The product, by what was taken in up to now.
    pub fn product(&self) -> Option<String> {
        self.clone().finish().product.map(|product| product.value)
    }

    /// The facts that count.
    pub fn finish(mut self) -> MachineFacts {
        self.take_rollup();
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
        let (updates, not_installed, update_list) = self.updates.finish();
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
            updates,
            not_installed,
            update_list,
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

    fn words_line(&mut self, place: Place<'_>, line: &str) {
        // A line of prose is short; a pasted dump says nothing more in its second kilobyte.
        let line = &line[..line.floor_char_boundary(2048)];
        for named in names::windows_in(line) {
            self.named(place, named);
        }
        // All else that is looked for has a number.
        if !line.bytes().any(|byte| byte.is_ascii_digit()) {
            return;
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

    fn update(&mut self, place: Place<'_>, value: String, source: Source, installed: bool) {
        self.updates.see(place.fact(value), source, installed);
    }

    /// An entry of the list of systeminfo.
    fn listed(&mut self, place: Place<'_>, update: String) {
        self.update(place, update, Source::Listed, true);
        let list = &mut self.state.list;
        list.seen += 1;
        if list.seen == list.count {
            self.updates.whole_list(list.seen, place.part, place.line);
        }
    }

    /// A row of a table of updates.
    fn row(&mut self, place: Place<'_>, update: String) {
        self.update(place, update, Source::Listed, true);
        self.state.rows += 1;
        self.updates.row(self.state.rows, place.part, place.line);
    }

    /// A package whose state is known: that of one update, or the cumulative one.
    fn package(&mut self, place: Place<'_>, package: &str, source: Source, installed: bool) {
        if let Some(update) = package.strip_prefix("KB").and_then(update_number) {
            self.update(place, update, source, installed);
        } else if let Some(found) = rollup(package).filter(|_| installed)
            && self.rollup.as_ref().is_none_or(|(known, ..)| found > *known)
        {
            let fact = place.fact(full_build(found.0, Some(found.1)).unwrap_or_default());
            self.rollup = Some((found, place.rank, fact));
        }
    }

    /// The newest cumulative update says the revision of the build, where nothing else does. It is the same for all
    /// releases that are serviced together: 19041.3803 is that of 19045 too.
    fn take_rollup(&mut self) {
        let Some(((_, revision), rank, fact)) = self.rollup.take().filter(|(.., fact)| !fact.value.is_empty()) else {
            return;
        };
        match &mut self.build {
            None => self.build = Some((rank, fact)),
            Some((_, build)) if same_servicing(&build.value, &fact.value) && !has_revision(&build.value) => {
                *build = Fact { value: format!("{}.{revision}", build.value), ..fact };
            }
            Some(_) => {}
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

/// Puts a value where there is none, or a weaker one.
fn put(slot: &mut Option<(Rank, Fact)>, place: Place<'_>, value: Option<String>) {
    if let Some(value) = value
        && slot.as_ref().is_none_or(|(rank, _)| place.rank > *rank)
    {
        *slot = Some((place.rank, place.fact(value)));
    }
}
