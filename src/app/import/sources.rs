//! What there is to import, and reading it.

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    rc::Rc,
};

use super::{
    super::documents::{self, Document},
    ImportError,
    keep::{Keeper, Place},
};
use crate::{
    archive::{self, Budget, Limits},
    import::{
        self, Form, MAX_DOCUMENT_BYTES, SourceError, confluence,
        mapping::{self, Format, Given, Mapping},
    },
    parsed::Warning,
};

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Document(Form),
    /// An archive of documents, or of a space.
    Archive,
    /// The pages of a space.
    Entities,
    /// Records, which a mapping reads.
    Export,
}

/// The file of an exported space that has its pages.
const ENTITIES: &str = "entities.xml";

/// What an archive may unpack to: a space has its attachments in it, which are passed over.
const LIMITS: Limits = Limits { depth: 1, entries: 200_000, bytes: 8 << 30, ..Limits::USUAL };

/// Largest file that a document takes in.
const LARGEST_INCLUDE: u64 = 1 << 20;

/// Bytes of files that documents take in, and files, that are kept for the next document.
const MOST_KEPT: usize = 16 << 20;
const MOST_FILES_KEPT: usize = 10_000;

/// Warnings of one file that are told.
const MOST_WARNINGS: usize = 1_000;

/// The files to read, in the order of their names. Archives are opened where they are named themselves: one that lies among documents
/// is somebody's attachment.
pub(super) fn find(
    from: &Path,
    is_folder: bool,
    mapping: Option<&Mapping>,
    warnings: &mut Vec<Warning>,
) -> Result<Vec<Document<Kind>>, ImportError> {
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let read = |source| ImportError::Read { path: from.to_path_buf(), source };
    if !is_folder {
        let bytes = fs::metadata(from).map_err(read)?.len();
        let place = name(from);
        let kind = match mapping {
            Some(_) => Some(Kind::Export),
            None if place.to_lowercase().ends_with(".zip") => Some(Kind::Archive),
            None => kind(&place),
        };
        let one = |form| Document { path: from.to_path_buf(), place, form, bytes };
        return Ok(kind.map(one).into_iter().collect());
    }
    let joined: Vec<&str> = mapping.iter().flat_map(|mapping| mapping.joined_files()).collect();
    let form = |path: &Path| {
        let name = name(path);
        match mapping {
            Some(_) => (Format::of(&name).is_some() && !joined.contains(&name.as_str())).then_some(Kind::Export),
            None => kind(&name).filter(|_| !is_readme(&name)),
        }
    };
    let tell = &mut |_: &Path, place: &str, unread: documents::Unread| {
        warnings.push(Warning::new(place, unread.to_string()));
    };
    documents::find(from, &form, tell).map_err(read)
}

fn kind(name: &str) -> Option<Kind> {
    // Word keeps such a file beside a document that is open.
    if name.starts_with("~$") {
        return None;
    }
    Form::of(name).map(Kind::Document).or_else(|| name.eq_ignore_ascii_case(ENTITIES).then_some(Kind::Entities))
}

/// Tells about its folder.
fn is_readme(name: &str) -> bool {
    name.to_lowercase().starts_with("readme.")
}

/// The folder in which documents lie, for what they take in. Nothing outside of it is read, wherever a path or a link leads.
pub(super) struct Folder {
    root: Option<PathBuf>,
    taken: RefCell<HashSet<String>>,
    kept: RefCell<Kept>,
}

/// Files that were taken in, and places where there is none: the same ones are asked for again and again.
#[derive(Default)]
struct Kept {
    texts: HashMap<String, Option<Rc<str>>>,
    bytes: usize,
}

impl Kept {
    fn keep(&mut self, place: &str, text: Option<Rc<str>>) {
        let bytes = text.as_ref().map_or(0, |text| text.len());
        if self.bytes + bytes > MOST_KEPT || self.texts.len() >= MOST_FILES_KEPT {
            *self = Kept::default();
        }
        self.bytes += bytes;
        self.texts.insert(place.to_string(), text);
    }
}

impl Folder {
    /// The folder that is imported, or the one of a single document.
    pub(super) fn of(from: &Path, is_folder: bool) -> Folder {
        let root = if is_folder { Some(from) } else { from.parent() };
        let root = root.map(|root| if root.as_os_str().is_empty() { Path::new(".") } else { root });
        let root = root.and_then(|root| fs::canonicalize(root).ok());
        Folder { root, taken: RefCell::default(), kept: RefCell::default() }
    }

    /// No folder: what lies in an archive takes nothing in.
    fn none() -> Folder {
        Folder { root: None, taken: RefCell::default(), kept: RefCell::default() }
    }

    /// Whether a file was taken in by a document.
    pub(super) fn has_taken(&self, place: &str) -> bool {
        self.taken.borrow().contains(place)
    }

    /// The text of a file.
    fn text(&self, place: &str) -> Option<Rc<str>> {
        if let Some(text) = self.kept.borrow().texts.get(place) {
            return text.clone();
        }
        let text = self.read(place).map(Rc::from);
        if text.is_some() {
            self.taken.borrow_mut().insert(place.to_string());
        }
        self.kept.borrow_mut().keep(place, text.clone());
        text
    }

    fn read(&self, place: &str) -> Option<String> {
        let root = self.root.as_ref()?;
        let path = fs::canonicalize(root.join(place)).ok().filter(|path| path.starts_with(root) && path.is_file())?;
        let mut bytes = Vec::new();
        File::open(path).ok()?.take(LARGEST_INCLUDE + 1).read_to_end(&mut bytes).ok()?;
        if bytes.len() as u64 > LARGEST_INCLUDE || bytes.contains(&0) {
            return None;
        }
        Some(crate::logs::decode::decode(&bytes).value)
    }
}

/// Reads a file and keeps what it says.
///
/// # Errors
/// When an article cannot be written.
pub(super) fn read(
    document: &Document<Kind>,
    mapping: Option<&Mapping>,
    folder: &Folder,
    keeper: &mut Keeper<'_>,
) -> Result<(), ImportError> {
    let Document { path, place, form, bytes } = document;
    let at = Place::of(place);
    match form {
        Kind::Document(_) if *bytes > MAX_DOCUMENT_BYTES => {
            keeper.fail(&at, SourceError::Large { most: MAX_DOCUMENT_BYTES }.to_string());
            Ok(())
        }
        Kind::Document(form) => match fs::read(path) {
            Ok(bytes) => document_bytes(place, &at, &bytes, *form, folder, keeper),
            Err(error) => {
                keeper.fail(&at, format!("cannot be read: {error}"));
                Ok(())
            }
        },
        Kind::Entities => match File::open(path) {
            Ok(file) => space(&at, file, keeper),
            Err(error) => {
                keeper.fail(&at, format!("cannot be read: {error}"));
                Ok(())
            }
        },
        Kind::Archive => match File::open(path) {
            Ok(file) => archive(place, file, keeper),
            Err(error) => {
                keeper.fail(&at, format!("cannot be read: {error}"));
                Ok(())
            }
        },
        Kind::Export => mapping.map_or(Ok(()), |mapping| export(path, place, mapping, keeper)),
    }
}

fn document_bytes(
    name: &str,
    at: &Place,
    bytes: &[u8],
    form: Form,
    folder: &Folder,
    keeper: &mut Keeper<'_>,
) -> Result<(), ImportError> {
    match import::document(name, bytes, form, &|place| folder.text(place)) {
        Ok(read) => {
            for warning in read.warnings {
                keeper.warn(at, warning.message);
            }
            keeper.keep(read.value, at)
        }
        Err(SourceError::Index) => {
            keeper.leave_out();
            Ok(())
        }
        Err(error) => {
            keeper.fail(at, error.to_string());
            Ok(())
        }
    }
}

fn space(at: &Place, entities: impl Read, keeper: &mut Keeper<'_>) -> Result<(), ImportError> {
    let (pages, broken) = confluence::pages(entities);
    if pages.is_empty() && broken.is_none() {
        keeper.fail(at, "has no pages".to_string());
    }
    for page in pages {
        keeper.keep(page, at)?;
    }
    if let Some(error) = broken {
        keeper.fail(at, format!("is read as far as it is sound: {error}"));
    }
    Ok(())
}

/// The documents of an archive. Each is known by its path within: the archive of the next export has another name.
fn archive(place: &str, file: File, keeper: &mut Keeper<'_>) -> Result<(), ImportError> {
    let mut failed = None;
    let opened = archive::open(place, 0, file, &Budget::new(LIMITS), &mut |entry, reader| {
        let name = entry.name.rsplit('/').next().unwrap_or(&entry.name);
        let Some(kind) = kind(name).filter(|_| failed.is_none() && !is_readme(name)) else { return };
        let at = Place::of(&entry.part);
        let kept = match kind {
            Kind::Document(form) => {
                let mut bytes = Vec::new();
                // The reader gives no errors.
                let _ = reader.take(MAX_DOCUMENT_BYTES + 1).read_to_end(&mut bytes);
                document_bytes(&entry.name, &at, &bytes, form, &Folder::none(), keeper)
            }
            Kind::Entities => space(&at, reader, keeper),
            Kind::Archive | Kind::Export => Ok(()),
        };
        failed = kept.err();
    });
    for warning in opened.warnings {
        keeper.warn(&Place::of(&warning.part), warning.message);
    }
    failed.map_or(Ok(()), Err)
}

fn export(path: &Path, place: &str, mapping: &Mapping, keeper: &mut Keeper<'_>) -> Result<(), ImportError> {
    let open = |beside: Option<&str>| -> io::Result<Box<dyn Read>> {
        let path = beside.map_or(path.to_path_buf(), |name| path.with_file_name(name));
        match File::open(&path) {
            Ok(file) => Ok(Box::new(file)),
            Err(error) => Err(io::Error::new(error.kind(), format!("{}: {error}", path.display()))),
        }
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let failed = RefCell::new(None);
    let mut told = 0;
    let read = mapping::read(mapping, &name, &open, &mut |given| {
        if failed.borrow().is_some() {
            return;
        }
        match given {
            Given::Source(source, record, line) => {
                let at = Place { part: place.to_string(), line, record: Some(record) };
                if let Err(error) = keeper.keep(*source, &at) {
                    failed.replace(Some(error));
                }
            }
            Given::LeftOut => keeper.leave_out(),
            Given::Problem(problem) => {
                told += 1;
                let at = Place { part: place.to_string(), line: problem.line, record: Some(problem.record) };
                if told <= MOST_WARNINGS { keeper.fail(&at, problem.message) } else { keeper.count_failed() }
            }
        }
    });
    if let Some(error) = failed.into_inner() {
        return Err(error);
    }
    if told > MOST_WARNINGS {
        keeper.warn(&Place::of(place), format!("{} further records cannot be used", told - MOST_WARNINGS));
    }
    if let Err(error) = read {
        keeper.fail(&Place::of(place), error.to_string());
    }
    Ok(())
}
