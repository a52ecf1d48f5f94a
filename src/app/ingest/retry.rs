//! What was set aside, tried again: a later casebook may read what broke an earlier one.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{
    IngestError, IngestReport, Options, Reading, analyze,
    feed::{Unit, UnitKind},
    pipeline::{broken, said},
    sources::KnownSources,
};
use crate::{app::App, intake, store::CaseStore};

impl App {
    /// Reads again what was set aside, and takes out what can be read now. Each is taken in before it leaves. Old mail stays
    /// old mail, whether or not the options say so.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn retry(&self, store: &mut dyn CaseStore, options: Options) -> Result<IngestReport, IngestError> {
        let rules = self.field_rules()?;
        let sources = KnownSources::default();
        let reading = self.reading(&rules, &sources, options)?;
        let mut report = IngestReport::new(options.dry_run);
        for item in store.quarantined()? {
            let Some(raw) = store.quarantined_raw(item.id)? else { continue };
            let kind = if intake::is_whole(&raw) { UnitKind::Whole } else { UnitKind::Loose(Vec::new()) };
            let unit = Unit { part: item.part.clone(), raw, id: item.id, kind };
            report.units += 1;
            report.bytes += unit.raw.len() as u64;
            if unit.raw.len() as u64 > intake::MOST_MAIL {
                // Too large to be read, as it was.
                report.quarantined += 1;
                continue;
            }
            let reading = Reading { history: reading.history || item.history, ..reading };
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
                        store.quarantine(&broken(unit, said(&*cause), reading.now, reading.history))?;
                    }
                }
            }
        }
        store.refresh()?;
        Ok(report)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::ingest::{Rereader, Threads},
        config::{Given, load},
        store::{CaseWork, MessageHash, Quarantined, local::LocalStore, sqlite::Access},
    };

    #[test]
    fn what_can_be_read_now_is_taken_in_and_leaves() {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("casebook.toml");
        std::fs::write(&config, "").unwrap();
        let settings = load(Given { config: Some(config), ..Given::default() }).unwrap();
        let reader = Rereader::new(&settings).unwrap();
        let mut store = LocalStore::open(folder.path(), Access::Write, Box::new(reader)).unwrap().unwrap();
        for raw in [&b"From: a@example.com\nSubject: INC0000007 printer\n\nIt fails.\n"[..], b"a note, 0x80070005\n"] {
            let item = Quarantined {
                id: MessageHash::of(raw),
                raw: zstd::bulk::compress(raw, 3).unwrap(),
                part: "in/1".into(),
                error: "broke".into(),
                parser: "0".into(),
                at: 1,
                history: true,
            };
            store.quarantine(&item).unwrap();
        }
        let app = App::open(settings).unwrap();
        let options = Options { dry_run: true, threads: Threads(1), now: 5, until: None, history: false };
        let dry = app.retry(&mut store, options).unwrap();
        assert_eq!((dry.units, dry.created, store.quarantined().unwrap().len()), (2, 0, 2));
        let report = app.retry(&mut store, Options { dry_run: false, ..options }).unwrap();
        assert_eq!((report.units, report.created, report.quarantined), (2, 2, 0));
        assert_eq!(store.quarantined().unwrap(), []);
        let case = crate::store::CaseId("INC0000007".into());
        assert!(store.case(&case).unwrap().is_some());
        assert!(store.sqlite().is_quiet(&case).unwrap(), "old mail stays old mail");
    }
}
