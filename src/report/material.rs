//! What a report is made of: cases in a few words, with their signatures folded by meaning.
//!
//! [`Builder`] takes cases as they come, from a store or made up, and folds signatures that mean the same
//! ([`catalog::equivalents`]) into one, named by the form that most cases have.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use crate::{catalog, signature::Signature};

/// Number of a name in [`Material::names`].
pub type NameNo = u32;

/// Number of a class of signatures in [`Material::classes`].
pub type ClassNo = u32;

/// Everything that a report is made of.
#[derive(Debug, Default)]
pub struct Material {
    /// Customers, products, tags, articles and severities.
    pub names: Vec<String>,
    /// In order of opening.
    pub cases: Vec<ReportCase>,
    /// Signatures that mean the same, as one.
    pub classes: Vec<Class>,
    /// The articles in use.
    pub articles: Vec<ReportArticle>,
    /// Things set aside in the span because they could not be read.
    pub set_aside: u64,
}

impl Material {
    /// A name by its number.
    pub fn name(&self, number: NameNo) -> &str {
        self.names.get(number as usize).map_or("", String::as_str)
    }

    /// A class by its number.
    pub fn class(&self, number: ClassNo) -> &Class {
        &self.classes[number as usize]
    }
}

/// Signatures that mean the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// The form that most cases have.
    pub name: Signature,
    /// The other forms that were seen.
    pub also: Vec<Signature>,
}

/// What matching said of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// An article explains it.
    Known,
    /// One may.
    Possible,
    /// None does.
    Unknown,
}

/// A case in a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportCase {
    /// Its id.
    pub id: Arc<str>,
    /// When it began, in seconds since 1970.
    pub opened: i64,
    /// When it was closed last.
    pub closed: Option<i64>,
    /// `P1` to `P4`.
    pub severity: Option<NameNo>,
    /// Who has the problem.
    pub customer: Option<NameNo>,
    /// Product.
    pub product: Option<NameNo>,
    /// Tags in force.
    pub tags: Vec<NameNo>,
    /// What matching said; `None`: nothing yet.
    pub verdict: Option<Verdict>,
    /// The article that it was closed with; only of a closed case.
    pub article: Option<NameNo>,
    /// Articles that match, best first, and whether each explains it.
    pub matches: Vec<(NameNo, bool)>,
    /// Articles that people accepted, and when.
    pub accepted: Vec<(NameNo, i64)>,
    /// Articles that people rejected, and when.
    pub rejected: Vec<(NameNo, i64)>,
    /// The signature that it is about, if it is not silenced.
    pub primary: Option<ClassNo>,
    /// Signatures that count: failing ones and the primary one, ascending, each once.
    pub counted: Vec<ClassNo>,
    /// Those that would count but are silenced for its customer.
    pub silenced: Vec<ClassNo>,
    /// Whether a message bears no date.
    pub undated: bool,
    /// Whether it was matched with other articles or rules than those in use.
    pub behind: bool,
    /// The least and greatest version of the reader of its messages.
    pub parsers: (u32, u32),
}

/// An article in use. Its translations are the same article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportArticle {
    /// Its id; of translations the first.
    pub name: NameNo,
    /// Its title.
    pub title: String,
    /// Signatures that it names, as classes that cases have.
    pub classes: Vec<ClassNo>,
}

/// A case as it is handed over.
#[derive(Debug, Clone, Default)]
pub struct NewCase<'c> {
    /// Its id.
    pub id: &'c str,
    /// When it began.
    pub opened: i64,
    /// When it was closed last.
    pub closed: Option<i64>,
    /// `P1` to `P4`.
    pub severity: Option<&'c str>,
    /// Who has the problem.
    pub customer: Option<&'c str>,
    /// Product.
    pub product: Option<&'c str>,
    /// Tags in force.
    pub tags: &'c [&'c str],
    /// What matching said.
    pub verdict: Option<Verdict>,
    /// The article that it was closed with.
    pub article: Option<&'c str>,
    /// Articles that match, best first, and whether each explains it.
    pub matches: Vec<(&'c str, bool)>,
    /// Articles that people accepted, and when.
    pub accepted: Vec<(&'c str, i64)>,
    /// Articles that people rejected, and when.
    pub rejected: Vec<(&'c str, i64)>,
    /// The signature that it is about.
    pub primary: Option<FormNo>,
    /// Failing signatures.
    pub failing: &'c [FormNo],
    /// Whether a message bears no date.
    pub undated: bool,
    /// Whether it was matched with other knowledge than that in use.
    pub behind: bool,
    /// The least and greatest version of the reader of its messages.
    pub parsers: (u32, u32),
}

/// Number of a signature as it was written, before folding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FormNo(u32);

/// Something that is silenced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silence {
    /// The signature; those that mean the same are silenced with it.
    pub signature: Signature,
    /// For this customer, case ignored; `None`: for all.
    pub customer: Option<String>,
}

struct Form {
    signature: Signature,
    class: ClassNo,
    cases: u64,
}

/// Puts material together.
#[derive(Default)]
pub struct Builder {
    material: Material,
    names: HashMap<String, NameNo>,
    forms: Vec<Form>,
    by_signature: HashMap<(crate::signature::SignatureKind, String), FormNo>,
    classes: HashMap<(crate::signature::SignatureKind, String), ClassNo>,
    /// Articles by each of their ids, with translations.
    same_article: HashMap<String, NameNo>,
    silences: HashMap<ClassNo, Vec<Option<String>>>,
}

fn key(signature: &Signature) -> (crate::signature::SignatureKind, String) {
    (signature.kind, signature.value.to_lowercase())
}

/// The one that stands for all that mean the same: the least of them. What only says the same in part does not count, such as the
/// result in a result with a phase: many phases would become one.
fn representative(signature: &Signature) -> Signature {
    let same = catalog::equivalents(signature);
    let mutual = same.into_iter().filter(|other| catalog::equivalents(other).contains(signature));
    mutual.chain([signature.clone()]).min().unwrap_or_else(|| signature.clone())
}

impl Builder {
    /// The number of a name, in any case of letters; it is shown as it was first written.
    pub fn name(&mut self, text: &str) -> NameNo {
        let key = text.to_lowercase();
        if let Some(number) = self.names.get(&key) {
            return *number;
        }
        let number = u32::try_from(self.material.names.len()).unwrap_or(u32::MAX);
        self.material.names.push(text.to_string());
        self.names.insert(key, number);
        number
    }

    /// The number of a signature.
    pub fn signature(&mut self, signature: &Signature) -> FormNo {
        if let Some(number) = self.by_signature.get(&key(signature)) {
            return *number;
        }
        let class = self.class_of(signature);
        let number = FormNo(u32::try_from(self.forms.len()).unwrap_or(u32::MAX));
        self.forms.push(Form { signature: signature.clone(), class, cases: 0 });
        self.by_signature.insert(key(signature), number);
        number
    }

    fn class_of(&mut self, signature: &Signature) -> ClassNo {
        let next = u32::try_from(self.material.classes.len()).unwrap_or(u32::MAX);
        let class = *self.classes.entry(key(&representative(signature))).or_insert(next);
        if class == next {
            self.material.classes.push(Class { name: signature.clone(), also: Vec::new() });
        }
        class
    }

    /// Silences a signature; before the cases that it is about.
    pub fn silence(&mut self, silence: &Silence) {
        let class = self.class_of(&silence.signature);
        let customer = silence.customer.as_deref().map(str::to_lowercase);
        self.silences.entry(class).or_default().push(customer);
    }

    /// An article in use, with the ids of its translations; before the cases.
    pub fn article<'s>(
        &mut self,
        id: &'s str,
        translations: impl IntoIterator<Item = &'s str>,
        title: &str,
        signatures: impl IntoIterator<Item = &'s Signature>,
    ) {
        let mut classes: Vec<ClassNo> = signatures.into_iter().map(|one| self.class_of(one)).collect();
        if let Some(known) = self.same_article.get(id) {
            let known = *known;
            if let Some(article) = self.material.articles.iter_mut().find(|article| article.name == known) {
                article.classes.append(&mut classes);
                article.classes.sort_unstable();
                article.classes.dedup();
            }
            return;
        }
        classes.sort_unstable();
        classes.dedup();
        let name = self.name(id);
        for id in [id].into_iter().chain(translations) {
            self.same_article.entry(id.to_string()).or_insert(name);
        }
        self.material.articles.push(ReportArticle { name, title: title.to_string(), classes });
    }

    fn article_name(&mut self, id: &str) -> NameNo {
        match self.same_article.get(id) {
            Some(name) => *name,
            None => self.name(id),
        }
    }

    /// A case.
    pub fn case(&mut self, case: &NewCase<'_>) {
        let mut forms: Vec<FormNo> = case.failing.iter().copied().chain(case.primary).collect();
        forms.sort_unstable();
        forms.dedup();
        let silenced_for = case.customer.map(str::to_lowercase);
        let is_silenced = |silences: &HashMap<ClassNo, Vec<Option<String>>>, class: ClassNo| {
            silences
                .get(&class)
                .is_some_and(|all| all.iter().any(|of| of.is_none() || (of.is_some() && *of == silenced_for)))
        };
        let (mut counted, mut silenced) = (Vec::new(), Vec::new());
        for form in forms {
            let form = &mut self.forms[form.0 as usize];
            form.cases += 1;
            if is_silenced(&self.silences, form.class) { &mut silenced } else { &mut counted }.push(form.class);
        }
        for classes in [&mut counted, &mut silenced] {
            classes.sort_unstable();
            classes.dedup();
        }
        let primary = case.primary.map(|form| self.forms[form.0 as usize].class);
        let mut articles = |all: &[(&str, i64)]| -> Vec<(NameNo, i64)> {
            all.iter().map(|(id, at)| (self.article_name(id), *at)).collect()
        };
        let (accepted, rejected) = (articles(&case.accepted), articles(&case.rejected));
        let mut seen = HashSet::new();
        let matches: Vec<(NameNo, bool)> = case
            .matches
            .iter()
            .map(|(id, known)| (self.article_name(id), *known))
            .filter(|(id, _)| seen.insert(*id))
            .collect();
        // Clocks differ: a case that was closed before it began was closed at once.
        let closed = case.closed.map(|at| at.max(case.opened));
        let article = case.article.filter(|_| closed.is_some()).map(|id| self.article_name(id));
        let (severity, customer) =
            (case.severity.map(|text| self.name(text)), case.customer.map(|text| self.name(text)));
        let product = case.product.map(|text| self.name(text));
        let tags = case.tags.iter().map(|tag| self.name(tag)).collect();
        self.material.cases.push(ReportCase {
            id: case.id.into(),
            opened: case.opened,
            closed,
            severity,
            customer,
            product,
            tags,
            verdict: case.verdict,
            article,
            matches,
            accepted,
            rejected,
            primary: primary.filter(|class| !silenced.contains(class)),
            counted,
            silenced,
            undated: case.undated,
            behind: case.behind,
            parsers: case.parsers,
        });
    }

    /// All of it. `set_aside`: things set aside in the span.
    pub fn finish(mut self, set_aside: u64) -> Material {
        let mut forms = self.forms;
        // The form that most cases have names its class.
        forms.sort_by(|a, b| (a.class, b.cases, &a.signature).cmp(&(b.class, a.cases, &b.signature)));
        let mut last = None;
        for form in forms {
            let class = &mut self.material.classes[form.class as usize];
            if last == Some(form.class) {
                class.also.push(form.signature);
            } else {
                class.name = form.signature;
                last = Some(form.class);
            }
        }
        self.material.cases.sort_by(|a, b| (a.opened, &a.id).cmp(&(b.opened, &b.id)));
        self.material.set_aside = set_aside;
        self.material
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn build(cases: &[(&str, &[&str], Option<&str>)], silences: &[(&str, Option<&str>)]) -> Material {
        let mut builder = Builder::default();
        for (signature, customer) in silences {
            builder.silence(&Silence { signature: signature.parse().unwrap(), customer: customer.map(str::to_string) });
        }
        for (number, (customer, failing, primary)) in (0..).zip(cases) {
            let id = format!("C{number}");
            let mut form = |text: &&str| builder.signature(&text.parse().unwrap());
            let failing: Vec<FormNo> = failing.iter().map(&mut form).collect();
            let primary = primary.as_ref().map(&mut form);
            let customer = Some(*customer);
            builder.case(&NewCase {
                id: &id,
                opened: number,
                customer,
                failing: &failing,
                primary,
                ..NewCase::default()
            });
        }
        builder.finish(0)
    }

    #[test]
    fn what_means_the_same_is_one_and_named_by_the_most_common_form() {
        let material = build(
            &[
                ("a", &["hresult:0x80070005", "win32:5"], Some("win32:5")),
                ("a", &["win32:5"], None),
                ("b", &["ntstatus:0xC0000022"], Some("file:a.sys")),
            ],
            &[],
        );
        let class = material.class(material.cases[0].counted[0]);
        assert_eq!(class.name.to_string(), "win32:5");
        assert_eq!(class.also.len(), 2);
        assert_eq!(material.cases[0].counted.len(), 1);
        assert_eq!(material.cases[2].counted.len(), 2, "the primary signature counts where nothing proves it");
        assert_eq!(material.class(material.cases[2].primary.unwrap()).name.to_string(), "file:a.sys");
    }

    #[test]
    fn phases_of_one_result_stay_apart() {
        let material =
            build(&[("a", &["setup:0xC1900101-0x20017", "setup:0xC1900101-0x30018", "hresult:0xC1900101"], None)], &[]);
        assert_eq!(material.cases[0].counted.len(), 3);
    }

    #[test]
    fn what_is_silenced_counts_apart_for_its_customer() {
        let material = build(
            &[("Northwind", &["win32:5"], Some("win32:5")), ("Contoso", &["win32:5"], Some("win32:5"))],
            &[("hresult:0x80070005", Some("NORTHWIND"))],
        );
        let [northwind, contoso] = &material.cases[..] else { panic!() };
        assert_eq!((northwind.counted.len(), northwind.silenced.len(), northwind.primary), (0, 1, None));
        assert_eq!((contoso.counted.len(), contoso.silenced.len()), (1, 0));
    }

    #[test]
    fn translations_are_one_article_and_a_close_before_the_opening_is_at_once() {
        let mut builder = Builder::default();
        let signature: Signature = "win32:5".parse().unwrap();
        builder.article("one-en", ["one-zh"], "One", [&signature]);
        builder.article("one-zh", ["one-en"], "一", [&signature]);
        let matches = vec![("one-zh", true), ("one-en", true), ("two", false)];
        let case =
            NewCase { id: "C", opened: 10, closed: Some(5), article: Some("one-zh"), matches, ..NewCase::default() };
        builder.case(&case);
        let material = builder.finish(0);
        assert_eq!(material.articles.len(), 1);
        let case = &material.cases[0];
        assert_eq!((case.closed, case.article.map(|name| material.name(name))), (Some(10), Some("one-en")));
        assert_eq!(case.matches.len(), 2);
    }
}
