//! Writes the lists of the starter articles and of the rule files that are built into the program.
//!
//! A list holds file names only; the texts come in by `include_str!`, so that the result is the
//! same on every machine and a changed file is noticed by the compiler itself.

use std::{env, error::Error, fmt::Write, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let articles = entries("kb/articles", ".md", |name| name.to_string())?;
    let out = env::var("OUT_DIR")?;
    fs::write(Path::new(&out).join("articles.rs"), format!("&{articles}\n"))?;
    let rules = entries("kb/rules", ".toml", |name| format!("kb/rules/{name}"))?;
    let list = format!("/// The built-in rule files: name and text.\nstatic FILES: &[(&str, &str)] = &{rules};\n");
    fs::write(Path::new(&out).join("rules.rs"), list)?;
    Ok(())
}

/// The files of a folder with an ending, as an array of pairs: the name that `shown` makes of the file's, and its text.
fn entries(folder: &str, ending: &str, shown: impl Fn(&str) -> String) -> Result<String, Box<dyn Error>> {
    println!("cargo::rerun-if-changed={folder}");
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().into_string().map_err(|name| format!("file name {name:?} is not UTF-8"))?;
        if name.ends_with(ending) {
            names.push(name);
        }
    }
    names.sort();
    let mut list = String::from("[\n");
    for name in names {
        let path = format!("/{folder}/{name}");
        let shown = shown(&name);
        writeln!(list, "    ({shown:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {path:?}))),")?;
    }
    list.push(']');
    Ok(list)
}
