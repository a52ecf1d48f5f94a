//! What the search engine says when it fails, in words for people: it tells of files by the debug form of their errors.

use std::fmt;

use tantivy::{
    TantivyError,
    directory::error::{OpenDirectoryError, OpenReadError, OpenWriteError},
};

/// Why the engine cannot build, open or ask an index.
#[derive(Debug)]
pub struct EngineError(TantivyError);

impl From<TantivyError> for EngineError {
    fn from(error: TantivyError) -> Self {
        EngineError(error)
    }
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            TantivyError::OpenDirectoryError(OpenDirectoryError::IoError { io_error, directory_path }) => {
                write!(f, "cannot open the folder `{}`: {io_error}", directory_path.display())
            }
            TantivyError::OpenReadError(OpenReadError::IoError { io_error, filepath }) => {
                write!(f, "cannot read `{}`: {io_error}", filepath.display())
            }
            TantivyError::OpenReadError(OpenReadError::FileDoesNotExist(path)) => {
                write!(f, "`{}` is not there", path.display())
            }
            TantivyError::OpenWriteError(OpenWriteError::IoError { io_error, filepath }) => {
                write!(f, "cannot write `{}`: {io_error}", filepath.display())
            }
            TantivyError::OpenDirectoryError(error) => error.fmt(f),
            TantivyError::OpenReadError(error) => error.fmt(f),
            TantivyError::OpenWriteError(error) => error.fmt(f),
            error => error.fmt(f),
        }
    }
}

impl std::error::Error for EngineError {}

#[cfg(test)]
mod tests {
    use std::{io, sync::Arc};

    use super::*;

    #[test]
    fn errors_of_files_are_told_in_words() {
        let io_error = Arc::new(io::Error::from(io::ErrorKind::PermissionDenied));
        let error = OpenReadError::IoError { io_error, filepath: "meta.json".into() };
        assert_eq!(EngineError(error.into()).to_string(), "cannot read `meta.json`: permission denied");
        let error = OpenDirectoryError::DoesNotExist("x".into());
        assert_eq!(EngineError(error.into()).to_string(), "Directory does not exist: 'x'.");
    }
}
