//! Mappings by name or file.

use std::{io, path::Path};

use serde::Serialize;

use super::{super::read_bytes, ImportError};
use crate::{
    import::mapping::{Mapping, builtin_names},
    utf8,
};

/// Name and version of the JSON form.
const SCHEMA: &str = "casebook.kb-mappings/1";
/// Largest mapping file, in bytes.
const LARGEST: usize = 1 << 20;

/// The mappings that are built in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MappingList {
    /// Name and version of this form.
    pub schema: &'static str,
    /// By name.
    pub mappings: Vec<ListedMapping>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListedMapping {
    /// Its name.
    pub name: String,
    /// The form of the export; `None`: by the ending of the file.
    pub format: Option<&'static str>,
    /// What it reads.
    pub description: String,
}

/// The mappings that are built in.
pub fn list_mappings() -> MappingList {
    let listed = |mapping: Mapping| ListedMapping {
        name: mapping.name,
        format: mapping.format.map(|format| format.name()),
        description: mapping.description,
    };
    MappingList { schema: SCHEMA, mappings: builtin_names().filter_map(Mapping::builtin).map(listed).collect() }
}

/// The mapping of that name, or in that file.
///
/// # Errors
/// When there is none, or it is wrong.
pub fn load_mapping(name: &str) -> Result<Mapping, ImportError> {
    if let Some(mapping) = Mapping::builtin(name) {
        return Ok(mapping);
    }
    let path = Path::new(name);
    let read = |source| ImportError::Read { path: path.to_path_buf(), source };
    let bytes = read_bytes(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            let known = builtin_names().collect::<Vec<_>>().join(", ");
            ImportError::NoMapping { name: name.to_string(), known }
        }
        _ => read(error),
    })?;
    if bytes.len() > LARGEST {
        return Err(read(io::Error::other(format!("a mapping has {LARGEST} bytes at most"))));
    }
    let text = utf8::text(bytes).map_err(|error| read(error.into()))?;
    Ok(Mapping::parse(name, &text)?)
}
