//! The engine takes its files for what it wrote: over damaged ones it may panic. Here that becomes an error.

use std::{
    any::Any,
    cell::Cell,
    panic::{self, AssertUnwindSafe, catch_unwind},
    sync::Once,
};

use super::{CaseIndexError, Result};

thread_local! {
    /// Whether what panics in this thread is told by an error, so that nothing is printed.
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs what reads the files of the index; a panic becomes [`CaseIndexError::Damaged`].
pub(super) fn guarded<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !GUARDED.get() {
                before(info);
            }
        }));
    });
    let before = GUARDED.replace(true);
    let outcome = catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(before);
    outcome.unwrap_or_else(|panic| Err(CaseIndexError::Damaged(said(&*panic).into())))
}

fn said(panic: &(dyn Any + Send)) -> String {
    let said = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    said.unwrap_or("the engine broke").to_owned()
}
