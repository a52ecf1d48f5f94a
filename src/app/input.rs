//! What the services do with an [`Input`]: name it and read it.

use std::{fmt, io};

use super::triage::Input;
use crate::{case::Sink, intake};

/// As in messages: a path in backticks, or `standard input`.
impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Input::Path(path) => write!(f, "`{}`", path.display()),
            Input::Stdin => f.write_str("standard input"),
        }
    }
}

impl Input {
    /// The name of its part in the output: the file's own name.
    pub(super) fn part(&self) -> String {
        match self {
            Input::Path(path) => {
                path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into())
            }
            Input::Stdin => "standard input".into(),
        }
    }

    /// Reads it into a sink; `tap` is told of the bytes read.
    pub(super) fn read(&self, tap: &intake::Tap<'_>, sink: &mut dyn Sink) {
        match self {
            Input::Path(path) => intake::read_path(path, tap, sink),
            Input::Stdin => intake::read_stdin(io::stdin().lock(), tap, sink),
        }
    }
}
