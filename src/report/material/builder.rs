//! Takes cases as they come, from a store or made up: folds signatures that mean the same ([`catalog::equivalents`]) into one, named
//! by the form that most cases have, sets silenced ones apart, and finds whose the cases are that name no customer.

use std::collections::{HashMap, HashSet};

use super::{Class, ClassNo, Material, NameNo, ReportArticle, ReportCase, Sighting, Verdict};
use crate::{catalog, signature::Signature};

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
    /// Who has the problem, where it is named.
    pub customer: Option<&'c str>,
    /// What stands for who has the problem where nobody is named: the mail domain, or the address, of who opened it.
    pub sender: Option<&'c str>,
    /// Whether only machines wrote in it.
    pub by_machines: bool,
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
    /// When signatures came into it; those that are not named came when it was opened.
    pub since: &'c [Since],
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

/// When a signature came into a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Since {
    /// Which.
    pub form: FormNo,
    /// When the first message that brought it was sent.
    pub seen: i64,
    /// When the store had it.
    pub came: i64,
}

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
    /// Articles that are known in Chinese so far.
    chinese: HashSet<NameNo>,
    silences: HashMap<ClassNo, Vec<Option<String>>>,
    /// Whose a sender is, by the cases that name a customer; `None`: of several.
    senders: HashMap<String, Option<NameNo>>,
    /// Cases that name no customer, by their place.
    unnamed: Vec<usize>,
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

/// Forms that mean the same as one, seen when the first of them was; ascending.
fn fold(sightings: &mut Vec<Sighting>) {
    sightings.sort_unstable_by_key(|one| one.class);
    sightings.dedup_by(|next, one| {
        let same = next.class == one.class;
        if same {
            one.seen = one.seen.min(next.seen);
            one.came = one.came.min(next.came);
        }
        same
    });
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

    /// An article in use, with its title and language and the ids of its translations; before the cases.
    pub fn article<'s>(
        &mut self,
        id: &'s str,
        translations: impl IntoIterator<Item = &'s str>,
        (title, language): (&str, &str),
        signatures: impl IntoIterator<Item = &'s Signature>,
    ) {
        let chinese = language.starts_with("zh");
        let mut classes: Vec<ClassNo> = signatures.into_iter().map(|one| self.class_of(one)).collect();
        if let Some(known) = self.same_article.get(id).copied() {
            let Some(article) = self.material.articles.iter_mut().find(|article| article.name == known) else { return };
            article.classes.append(&mut classes);
            article.classes.sort_unstable();
            article.classes.dedup();
            if chinese {
                article.title_zh = Some(title.to_string());
            } else if self.chinese.remove(&known) {
                // It came first in Chinese: reports are in both languages, ids in one.
                article.title_zh = Some(std::mem::replace(&mut article.title, title.to_string()));
                self.material.names[known as usize] = id.to_string();
                self.names.insert(id.to_lowercase(), known);
            }
            return;
        }
        classes.sort_unstable();
        classes.dedup();
        let name = self.name(id);
        for id in [id].into_iter().chain(translations) {
            self.same_article.entry(id.to_string()).or_insert(name);
        }
        if chinese {
            self.chinese.insert(name);
        }
        self.material.articles.push(ReportArticle { name, title: title.to_string(), title_zh: None, classes });
    }

    fn article_name(&mut self, id: &str) -> NameNo {
        match self.same_article.get(id) {
            Some(name) => *name,
            None => self.name(id),
        }
    }

    /// Whether a class is silenced for a customer.
    fn is_silenced(&self, class: ClassNo, customer: Option<&str>) -> bool {
        let customer = customer.map(str::to_lowercase);
        self.silences.get(&class).is_some_and(|all| all.iter().any(|of| of.is_none() || *of == customer))
    }

    /// Whom the mail domain of a case without a customer belongs to, as other cases say: what one mail names and the next leaves out
    /// is one customer. What is silenced for the customer is silenced there too.
    fn name_customers(&mut self) {
        for place in std::mem::take(&mut self.unnamed) {
            let Some(sender) = self.material.cases[place].customer else { continue };
            let owner = self.senders.get(&self.material.name(sender).to_lowercase()).copied().flatten();
            let Some(owner) = owner.filter(|owner| *owner != sender) else { continue };
            let name = self.material.name(owner).to_string();
            let mut case = std::mem::take(&mut self.material.cases[place]);
            case.customer = Some(owner);
            let (silenced, counted): (Vec<Sighting>, Vec<Sighting>) =
                case.counted.iter().partition(|one| self.is_silenced(one.class, Some(&name)));
            case.counted = counted;
            case.silenced.extend(silenced);
            case.silenced.sort_unstable_by_key(|one| one.class);
            case.primary = case.primary.filter(|class| case.counts(*class));
            self.material.cases[place] = case;
        }
    }

    /// A case.
    pub fn case(&mut self, case: &NewCase<'_>) {
        let mut forms: Vec<FormNo> = case.failing.iter().copied().chain(case.primary).collect();
        forms.sort_unstable();
        forms.dedup();
        let customer = case.customer.or(case.sender);
        let (mut counted, mut silenced) = (Vec::new(), Vec::new());
        for number in forms {
            let form = &mut self.forms[number.0 as usize];
            form.cases += u64::from(!case.by_machines);
            let class = form.class;
            let opened = Since { form: number, seen: case.opened, came: case.opened };
            let Since { seen, came, .. } = *case.since.iter().find(|one| one.form == number).unwrap_or(&opened);
            let sightings = if self.is_silenced(class, customer) { &mut silenced } else { &mut counted };
            sightings.push(Sighting { class, seen, came });
        }
        [&mut counted, &mut silenced].into_iter().for_each(fold);
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
        let (severity, customer) = (case.severity.map(|text| self.name(text)), customer.map(|text| self.name(text)));
        let product = case.product.map(|text| self.name(text));
        let tags = case.tags.iter().map(|tag| self.name(tag)).collect();
        if !case.by_machines {
            match (case.customer, case.sender) {
                (Some(_), Some(sender)) => {
                    let owner = self.senders.entry(sender.to_lowercase()).or_insert(customer);
                    *owner = owner.filter(|owner| Some(*owner) == customer);
                }
                (None, Some(_)) => self.unnamed.push(self.material.cases.len()),
                (_, None) => {}
            }
        }
        if case.by_machines { &mut self.material.by_machines } else { &mut self.material.cases }.push(ReportCase {
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
            primary: primary.filter(|class| counted.iter().any(|one: &Sighting| one.class == *class)),
            counted,
            silenced,
            undated: case.undated,
            behind: case.behind,
            parsers: case.parsers,
        });
    }

    /// All of it. `set_aside`: things set aside in the span.
    pub fn finish(mut self, set_aside: u64) -> Material {
        self.name_customers();
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
        for cases in [&mut self.material.cases, &mut self.material.by_machines] {
            cases.sort_by(|a, b| (a.opened, &a.id).cmp(&(b.opened, &b.id)));
        }
        self.material.set_aside = set_aside;
        self.material
    }
}

#[cfg(test)]
mod tests;
