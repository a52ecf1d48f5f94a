//! What is known to mean nothing: listed, added, removed; the cases that it is about wait to be matched again.

use serde::Serialize;

use super::{App, tags::touch};
use crate::{
    article::{Article, normalize_signature},
    case::{CaseEvidence, chain::Chain, primary::primary},
    signature::{Signature, Standing},
    store::{CaseWork, StoreError, work::Noise},
};

/// Name and version of the JSON form.
pub const SCHEMA: &str = "casebook.noise/1";

/// What is silenced.
#[derive(Debug, Serialize)]
pub struct NoiseList {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// In the order in which it was added.
    pub noise: Vec<NoiseRow>,
}

/// One entry.
#[derive(Debug, Serialize)]
pub struct NoiseRow {
    /// The entry.
    #[serde(flatten)]
    pub noise: Noise,
    /// Whether its time is over.
    pub over: bool,
}

/// What of the list holds for one customer at one time.
pub(super) struct Silence<'n> {
    entries: Vec<&'n Noise>,
}

impl<'n> Silence<'n> {
    /// What holds at `now`, in seconds since 1970.
    pub(super) fn of(noise: &'n [Noise], customer: Option<&str>, now: i64) -> Self {
        Silence { entries: noise.iter().filter(|one| one.holds(customer, now)).collect() }
    }

    /// Why a signature is silenced, if it is.
    pub(super) fn of_signature(&self, signature: &Signature) -> Option<&'n str> {
        let found = self.entries.iter().find(|one| one.what.contains(':') && one.names(signature));
        found.map(|one| one.reason.as_str())
    }

    /// Why an article is silenced, by its own id or by that of a translation.
    pub(super) fn of_article(&self, article: &Article) -> Option<&'n str> {
        let names = |what: &str| article.id.0 == what || article.translations.iter().any(|id| id.0 == what);
        self.entries.iter().find(|one| names(&one.what)).map(|one| one.reason.as_str())
    }

    /// Takes silenced signatures out of evidence: they are seen and say nothing, and no chain begins with one.
    pub(super) fn apply(&self, evidence: &mut CaseEvidence) {
        let mut silenced = false;
        for one in &mut evidence.signatures {
            if self.of_signature(&one.signature).is_some() {
                one.standing = Standing::Denied;
                one.occurrences.iter_mut().for_each(|occurrence| occurrence.standing = Standing::Denied);
                silenced = true;
            }
        }
        if silenced {
            let is_heard = |chain: &Chain| chain.root().is_none_or(|root| self.of_signature(&root.signature).is_none());
            evidence.chains.retain(is_heard);
            evidence.primary = primary(&evidence.signatures, &evidence.chains, &evidence.parts);
        }
    }
}

/// The number of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddedNoise {
    /// It is new.
    New(i64),
    /// The same was there already, and stays as it is.
    Already(i64),
}

/// Why something cannot be silenced.
#[derive(Debug, thiserror::Error)]
pub enum NoiseError {
    /// It is neither a signature nor an article in use.
    #[error("`{0}` is neither a signature in normal form nor the id of an article")]
    Unknown(String),
    /// There is no entry of that number.
    #[error("there is no entry {0} in the list")]
    Missing(i64),
    /// The store refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// Silences a signature or an article. `noise.id` is not looked at; the number that it got is given back.
    ///
    /// # Errors
    /// When it is neither, or the store refuses.
    pub fn add_noise(&self, store: &mut dyn CaseWork, noise: Noise) -> Result<AddedNoise, NoiseError> {
        let unknown = || NoiseError::Unknown(noise.what.clone());
        let what = match noise.what.parse::<Signature>() {
            Ok(signature) => normalize_signature(&signature).ok_or_else(unknown)?.to_string(),
            Err(_) => self.library.find(&noise.what).ok_or_else(unknown)?.id.0.clone(),
        };
        let same = |one: &Noise| one.what == what && one.customer == noise.customer && one.until == noise.until;
        if let Some(there) = store.noise()?.into_iter().find(same) {
            return Ok(AddedNoise::Already(there.id));
        }
        touch(store, &what)?;
        Ok(AddedNoise::New(store.add_noise(&Noise { what, ..noise })?))
    }

    /// Hears something again.
    ///
    /// # Errors
    /// When there is no such entry, or the store refuses.
    pub fn remove_noise(store: &mut dyn CaseWork, id: i64) -> Result<Noise, NoiseError> {
        let found = store.noise()?.into_iter().find(|one| one.id == id).ok_or(NoiseError::Missing(id))?;
        touch(store, &found.what)?;
        store.remove_noise(id)?;
        Ok(found)
    }

    /// What is silenced, and what was.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn list_noise(store: &dyn CaseWork, now: i64) -> Result<NoiseList, NoiseError> {
        let row = |noise: Noise| NoiseRow { over: noise.until.is_some_and(|until| until <= now), noise };
        Ok(NoiseList { schema: SCHEMA, noise: store.noise()?.into_iter().map(row).collect() })
    }
}
