//! Makes `src/catalog/tables/windows.bin` from the Win32 metadata.
//!
//! The metadata file stands in the crate `windows-bindgen`, pinned to the last version that carries
//! it. Numbers and names are taken, nothing else. The same source gives the same bytes.
//!
//! Layout, all numbers little-endian, described once more at the reader (`src/catalog/table.rs`):
//! magic (8 bytes), count (u32), then `count` records sorted by upper-case name: number (u32),
//! start of the name (u24), family (u8); then `count` u16 record positions sorted by number; then
//! the names, one after the other.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};
use windows_metadata::{
    Type, Value,
    reader::{Field, Index, TypeCategory, TypeDef},
};

/// First bytes of the file: name and version of the layout.
const MAGIC: &[u8; 8] = b"CBCODES1";

/// Families by their number in the file; `Family::from_table` in the catalog reads them back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
enum Family {
    Hresult = 0,
    Ntstatus = 1,
    Win32 = 2,
    Bugcheck = 3,
    Ldap = 4,
    ConfigManager = 5,
    DeviceProblem = 6,
    Pdh = 7,
    Jet = 8,
    Http = 9,
    Ras = 10,
    Wlan = 11,
}

/// Writes the table and says on standard error what went into it.
pub fn make() -> Result<()> {
    let source = metadata_file()?;
    let index = Index::read(&source).with_context(|| format!("cannot read `{}`", source.display()))?;
    let mut names: BTreeMap<(String, Family, u32), String> = BTreeMap::new();
    for ty in index.types() {
        for field in ty.fields() {
            let Some(number) = number_of(&field) else { continue };
            let Some(family) = family_of(&ty, &field, number) else { continue };
            names.insert((field.name().to_ascii_uppercase(), family, number), field.name().to_string());
        }
    }
    // An RPC or Winsock name stands both in its own enum and among the system errors: same key, one row.
    let bytes = render(&names)?;
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src/catalog/tables/windows.bin");
    fs::write(&target, &bytes).with_context(|| format!("cannot write `{}`", target.display()))?;
    let mut counts: BTreeMap<Family, usize> = BTreeMap::new();
    for (_, family, _) in names.keys() {
        *counts.entry(*family).or_default() += 1;
    }
    eprintln!("{} names, {} bytes, {counts:?}", names.len(), bytes.len());
    Ok(())
}

/// Where cargo keeps the metadata file on this machine.
fn metadata_file() -> Result<PathBuf> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--format-version", "1"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .context("cannot run `cargo metadata`")?;
    ensure!(output.status.success(), "`cargo metadata` failed: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value =
        serde_json::from_slice(&output.stdout).context("`cargo metadata` gave no JSON")?;
    let packages = metadata["packages"].as_array().context("`cargo metadata` lists no packages")?;
    let manifest = packages
        .iter()
        .find(|package| package["name"] == "windows-bindgen")
        .and_then(|package| package["manifest_path"].as_str())
        .context("windows-bindgen is not among the packages")?;
    Ok(Path::new(manifest).with_file_name("default").join("Windows.Win32.winmd"))
}

/// The field's value as 32 bits, where it is a 32-bit number.
fn number_of(field: &Field) -> Option<u32> {
    match field.constant()?.value() {
        Value::I32(value) => Some(value.cast_unsigned()),
        Value::U32(value) => Some(value),
        _ => None,
    }
}

/// The family by the type of the field or the enum that it stands in; bare integers need rules by
/// name, because the headers declare them as plain macros.
fn family_of(ty: &TypeDef, field: &Field, number: u32) -> Option<Family> {
    let name = field.name();
    if ty.category() == TypeCategory::Enum {
        return match ty.name() {
            "WIN32_ERROR" | "WSA_ERROR" | "RPC_STATUS" => Some(Family::Win32),
            "BUGCHECK_ERROR" => Some(Family::Bugcheck),
            "WBEMSTATUS" => Some(Family::Hresult),
            "LDAP_RETCODE" => Some(Family::Ldap),
            "CONFIGRET" => Some(Family::ConfigManager),
            // The one wait result that programs report as their error.
            "WAIT_EVENT" if name == "WAIT_TIMEOUT" => Some(Family::Win32),
            "CM_PROB" => Some(Family::DeviceProblem),
            _ => None,
        };
    }
    match field.ty() {
        Type::ValueName(ty) if ty.name == "HRESULT" => Some(Family::Hresult),
        Type::ValueName(ty) if ty.name == "NTSTATUS" => Some(Family::Ntstatus),
        Type::U32 | Type::I32 => bare_family(ty.namespace(), name, number),
        _ => None,
    }
}

/// The family of a bare integer constant. Names of ranges (`NERR_BASE`, `CO_E_FIRST`) are no codes.
fn bare_family(namespace: &str, name: &str, number: u32) -> Option<Family> {
    let ends = ["_FIRST", "_LAST", "_BASE", "_END", "_MAX", "BASE", "BASEEND"];
    if ends.iter().any(|end| name.ends_with(end)) {
        return None;
    }
    let has = |prefix: &str| name.starts_with(prefix);
    let place = namespace.strip_prefix("Windows.Win32.")?;
    match place {
        "NetworkManagement.NetManagement" if has("NERR_") => Some(Family::Win32),
        "NetworkManagement.Rras" if has("ERROR_") => Some(Family::Ras),
        "NetworkManagement.Dhcp" if has("ERROR_DHCP_") || has("ERROR_DDS_") => Some(Family::Win32),
        "NetworkManagement.WiFi" if has("WLAN_REASON_CODE_") => Some(Family::Wlan),
        "Networking.WinInet" if has("ERROR_INTERNET_") || has("ERROR_HTTP_") || has("ERROR_FTP_") => {
            Some(Family::Win32)
        }
        "Networking.WinHttp" if has("ERROR_WINHTTP_") => Some(Family::Win32),
        "Networking.WinHttp" if has("HTTP_STATUS_") => Some(Family::Http),
        "System.Performance" if has("PDH_") && (0x8000_0000..0xFFFF_0000).contains(&number) => Some(Family::Pdh),
        "Storage.Jet" if has("JET_err") || has("JET_wrn") => Some(Family::Jet),
        "System.RemoteManagement" if has("ERROR_WSMAN_") || has("ERROR_WINRS_") => Some(Family::Hresult),
        "Foundation"
            if has("FRS_ERR_") || has("PEERDIST_ERROR_") || has("DNS_") || has("STORE_ERROR_") || has("RPC_X_") =>
        {
            Some(Family::Win32)
        }
        // Names of the search gatherer share the range 0x8004xxxx with COM and are never seen in mail.
        "System.Search" => None,
        _ if (0x8000_0000..0xF000_0000).contains(&number) && has_error_infix(name) => Some(Family::Hresult),
        _ => None,
    }
}

/// Whether a name has the form of an HRESULT failure, `AREA_E_WHAT`.
fn has_error_infix(name: &str) -> bool {
    name.split_once("_E_").is_some_and(|(area, what)| !area.is_empty() && !what.is_empty())
        && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

/// The bytes of the file.
fn render(names: &BTreeMap<(String, Family, u32), String>) -> Result<Vec<u8>> {
    let count = names.len();
    if count > usize::from(u16::MAX) {
        bail!("{count} names do not fit into 16-bit positions");
    }
    let mut text = String::new();
    let mut out = MAGIC.to_vec();
    out.extend(u32::try_from(count)?.to_le_bytes());
    for ((_, family, number), name) in names {
        ensure!(name.is_ascii() && !name.is_empty(), "`{name}` is not ASCII");
        let start = u32::try_from(text.len())?.to_le_bytes();
        ensure!(start[3] == 0, "the names do not fit into 24-bit positions");
        out.extend(number.to_le_bytes());
        out.extend(&start[..3]);
        out.push(*family as u8);
        text.push_str(name);
    }
    let mut by_number: Vec<(u32, u16)> =
        names.keys().enumerate().map(|(position, key)| (key.2, u16::try_from(position).unwrap_or(u16::MAX))).collect();
    by_number.sort_unstable();
    for (_, position) in by_number {
        out.extend(position.to_le_bytes());
    }
    out.extend(text.as_bytes());
    Ok(out)
}
