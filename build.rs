//! Writes the list of the starter articles that are built into the program.
//!
//! The list holds file names only; the texts come in by `include_str!`, so that the result is the
//! same on every machine and a changed article is noticed by the compiler itself.

use std::{env, error::Error, fmt::Write, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=kb/articles");
    let mut names = Vec::new();
    for entry in fs::read_dir("kb/articles")? {
        let name = entry?.file_name().into_string().map_err(|name| format!("file name {name:?} is not UTF-8"))?;
        if name.ends_with(".md") {
            names.push(name);
        }
    }
    names.sort();
    let mut list = String::from("&[\n");
    for name in names {
        let path = format!("/kb/articles/{name}");
        writeln!(list, "    ({name:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {path:?}))),")?;
    }
    list.push_str("]\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("articles.rs"), list)?;
    Ok(())
}
