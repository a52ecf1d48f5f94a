//! What was set aside, tried again: a later casebook may read what broke an earlier one.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{
    IngestError, IngestReport, Options,
    analyze::{self, Reading},
    feed::{Unit, UnitKind},
    pipeline::broken,
    sources::KnownSources,
};
use crate::{app::App, intake, store::CaseStore};

impl App {
    /// Reads again what was set aside, and takes out what can be read now. Each is taken in before it leaves.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn retry(&self, store: &mut dyn CaseStore, options: Options) -> Result<IngestReport, IngestError> {
        let rules = self.field_rules()?;
        let sources = KnownSources::default();
        let reading = Reading {
            extractor: self.extractor()?,
            terms: &self.terms,
            rules: &rules,
            now: options.now,
            history: options.history,
            sources: &sources,
        };
        let mut report = IngestReport::new(options.dry_run);
        for item in store.quarantined()? {
            let Some(raw) = store.quarantined_raw(item.id)? else { continue };
            let kind = if intake::is_whole(&raw) { UnitKind::Whole } else { UnitKind::Loose(Vec::new()) };
            let unit = Unit { part: item.part.clone(), raw, kind };
            report.units += 1;
            report.bytes += unit.raw.len() as u64;
            match catch_unwind(AssertUnwindSafe(|| analyze::unit(&unit, reading))) {
                Ok(analyzed) => {
                    analyzed.warnings.into_iter().for_each(|warning| report.warn(warning));
                    if !options.dry_run && !analyzed.messages.is_empty() {
                        report.count(&store.add(&analyzed.messages)?);
                        store.release(item.id)?;
                    }
                }
                Err(cause) => {
                    report.quarantined += 1;
                    if !options.dry_run {
                        store.quarantine(&broken(unit, &*cause, options.now))?;
                    }
                }
            }
        }
        store.refresh()?;
        Ok(report)
    }
}
