//! Makes the tables that the catalog reads in place from the files kept by hand in `src/catalog/tables/`.
//!
//! Reading them when the program starts would cost more than everything else that `casebook code` does. A line that
//! cannot be read stops the build and is named.

use std::{
    error::Error,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

#[path = "../src/catalog/files.rs"]
mod files;
#[path = "../src/catalog/notation.rs"]
mod notation;

use files::{FAMILIES, FILES};
use notation::{lines, parse_number};

/// First bytes of a table: name and version of the layout, see `src/catalog/table.rs`.
const MAGIC: &[u8; 8] = b"CBCODES1";

/// A row: number, place of the family in [`FAMILIES`], text.
struct Row {
    number: u32,
    family: u8,
    text: String,
}

/// Writes `hand.bin`, `meanings.bin` and `pairs.rs`.
pub fn write(out: &Path) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=src/catalog/files.rs");
    println!("cargo::rerun-if-changed=src/catalog/notation.rs");
    let mut rows = Vec::new();
    let mut meanings = Vec::new();
    for &(family, file) in FILES {
        for line in table(file)?.lines {
            let parse = || {
                let (number, rest) = line.split_once('\t')?;
                let (name, meaning) = rest.split_once('\t').map_or((rest, None), |(name, rest)| (name, Some(rest)));
                // A meaning is English and Chinese.
                let meaning = match meaning {
                    Some(text) if text.split('\t').count() == 2 => Some(row(family, number, text)?),
                    Some(_) => return None,
                    None => None,
                };
                Some((row(family, number, name)?, meaning))
            };
            let (code, meaning) =
                parse().ok_or_else(|| format!("tables/{file}: `{line}` is no row of family {family}"))?;
            rows.push(code);
            meanings.extend(meaning);
        }
    }
    fs::write(out.join("hand.bin"), render(rows)?)?;

    let mut rows = meanings;
    for line in table("meanings.tsv")?.lines {
        let row = || {
            let (family, rest) = line.split_once('\t')?;
            let (number, text) = rest.split_once('\t')?;
            row(family, number, text)
        };
        rows.push(row().ok_or_else(|| format!("tables/meanings.tsv: `{line}` is no row"))?);
    }
    fs::write(out.join("meanings.bin"), render(rows)?)?;

    fs::write(out.join("pairs.rs"), pairs()?)?;
    Ok(())
}

/// The data lines of a table.
struct Table {
    lines: Vec<String>,
}

fn table(file: &str) -> Result<Table, Box<dyn Error>> {
    let path = PathBuf::from("src/catalog/tables").join(file);
    println!("cargo::rerun-if-changed={}", path.display());
    let text = fs::read_to_string(&path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))?;
    Ok(Table { lines: lines(&text).map(str::to_string).collect() })
}

fn row(family: &str, number: &str, text: &str) -> Option<Row> {
    let number = parse_number(family, number)?;
    let family = u8::try_from(FAMILIES.iter().position(|name| *name == family)?).ok()?;
    Some(Row { number, family, text: text.to_string() })
}

/// The rows in the layout that `src/catalog/table.rs` describes.
fn render(rows: Vec<Row>) -> Result<Vec<u8>, Box<dyn Error>> {
    let count = u16::try_from(rows.len()).map_err(|_| "a table has more than 65,535 rows")?;
    let mut by_name: Vec<usize> = (0..rows.len()).collect();
    by_name.sort_by_key(|&place| rows.get(place).map(|row| (row.text.to_ascii_uppercase(), row.family, row.number)));
    // Position in the order of names, for each row of the files.
    let mut position = vec![0_u16; rows.len()];
    let mut bytes = MAGIC.to_vec();
    bytes.extend(u32::from(count).to_le_bytes());
    let mut names = String::new();
    for (place, &index) in by_name.iter().enumerate() {
        let (Some(row), Some(slot)) = (rows.get(index), position.get_mut(index)) else { continue };
        *slot = u16::try_from(place)?;
        let start = u32::try_from(names.len()).ok().filter(|start| *start < 1 << 24).ok_or("a table has 16 MB")?;
        bytes.extend(row.number.to_le_bytes());
        bytes.extend(start.to_le_bytes().iter().take(3));
        bytes.push(row.family);
        names.push_str(&row.text);
    }
    // Where a number has two names, the order of the files decides: the sort is stable.
    let mut by_number: Vec<(u32, u16)> = rows.iter().zip(&position).map(|(row, &place)| (row.number, place)).collect();
    by_number.sort_by_key(|(number, _)| *number);
    for (_, place) in by_number {
        bytes.extend(place.to_le_bytes());
    }
    bytes.extend(names.bytes());
    Ok(bytes)
}

/// The pairs of NTSTATUS and Win32 errors, sorted both ways.
fn pairs() -> Result<String, Box<dyn Error>> {
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    for line in table("ntstatus_win32.tsv")?.lines {
        let pair = || {
            let (status, error) = line.split_once('\t')?;
            Some((parse_number("ntstatus", status)?, parse_number("win32", error)?))
        };
        pairs.push(pair().ok_or_else(|| format!("tables/ntstatus_win32.tsv: `{line}` is no pair"))?);
    }
    let mut text = String::new();
    pairs.sort_unstable();
    list(&mut text, "TO_WIN32", "NTSTATUS and the Win32 error that means the same, by status", &pairs)?;
    let mut turned: Vec<(u32, u32)> = pairs.iter().map(|&(status, error)| (error, status)).collect();
    turned.sort_unstable();
    list(&mut text, "TO_NTSTATUS", "Win32 error and the NTSTATUS that means the same, by error", &turned)?;
    Ok(text)
}

fn list(text: &mut String, name: &str, what: &str, pairs: &[(u32, u32)]) -> Result<(), Box<dyn Error>> {
    if let Some(twice) = pairs.windows(2).find(|pair| pair.first().map(|one| one.0) == pair.last().map(|one| one.0)) {
        return Err(format!("tables/ntstatus_win32.tsv: {twice:X?} are not one to one").into());
    }
    writeln!(text, "/// {what}.\nstatic {name}: &[(u32, u32)] = &{pairs:?};")?;
    Ok(())
}
