//! Writes the lists of the starter articles and of the rule files that are built into the program, the tables of
//! subjects, and the tables of the catalog.
//!
//! A list holds file names only; the texts come in by `include_str!`, so that the result is the
//! same on every machine and a changed file is noticed by the compiler itself.

use std::{
    env,
    error::Error,
    fmt::Write,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
};

#[path = "build/codes.rs"]
mod codes;
#[path = "build/listings.rs"]
mod listings;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    let out = env::var("OUT_DIR")?;
    codes::write(Path::new(&out))?;
    let names = names("kb/articles", ".md")?;
    let articles = entries("kb/articles", &names, |name| name.to_string())?;
    fs::write(Path::new(&out).join("articles.rs"), format!("&{articles}\n"))?;
    let mut listings = String::new();
    for name in &names {
        let file = format!("kb/articles/{name}");
        println!("cargo::rerun-if-changed={file}");
        for line in listings::of_article(&file, &fs::read_to_string(&file)?)? {
            writeln!(listings, "{line}")?;
        }
    }
    fs::write(Path::new(&out).join("listings.tsv"), listings)?;
    println!("cargo::rustc-env=CASEBOOK_ARTICLES={:016x}", hash_of("kb/articles", &names)?);
    let rules = entries("kb/rules", &self::names("kb/rules", ".toml")?, |name| format!("kb/rules/{name}"))?;
    let list = format!("/// The built-in rule files: name and text.\nstatic FILES: &[(&str, &str)] = &{rules};\n");
    fs::write(Path::new(&out).join("rules.rs"), list)?;
    let subjects = entries("kb/subjects", &self::names("kb/subjects", ".toml")?, |name| format!("kb/subjects/{name}"))?;
    let list =
        format!("/// The built-in tables of subjects: name and text.\nstatic FILES: &[(&str, &str)] = &{subjects};\n");
    fs::write(Path::new(&out).join("subjects.rs"), list)?;
    println!("cargo::rustc-env=CASEBOOK_ANALYSIS={:016x}", analysis()?);
    Ok(())
}

/// A hash of all that decides how articles and rules are read, cut into terms and indexed: what was derived by another one is of no use.
fn analysis() -> Result<u64, Box<dyn Error>> {
    let mut hasher = DefaultHasher::new();
    let mut left = [
        "src/text",
        "src/index",
        "src/article",
        "src/signature",
        "src/catalog",
        "src/logs/kind.rs",
        "src/matching/profile.rs",
        "kb/terms.toml",
        "kb/glossary.toml",
        "kb/rules",
        "kb/subjects",
    ]
    .map(Into::into)
    .to_vec();
    while let Some(path) = left.pop() {
        let path: std::path::PathBuf = path;
        println!("cargo::rerun-if-changed={}", path.display());
        if path.is_dir() {
            let mut inside: Vec<_> =
                fs::read_dir(&path)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
            inside.sort();
            left.extend(inside);
        } else {
            fs::read(&path)?.hash(&mut hasher);
        }
    }
    Ok(hasher.finish())
}

/// A hash of files of a folder, with their names.
fn hash_of(folder: &str, names: &[String]) -> Result<u64, Box<dyn Error>> {
    let mut hasher = DefaultHasher::new();
    for name in names {
        (name, fs::read(format!("{folder}/{name}"))?).hash(&mut hasher);
    }
    Ok(hasher.finish())
}

/// The names of the files of a folder with an ending, sorted.
fn names(folder: &str, ending: &str) -> Result<Vec<String>, Box<dyn Error>> {
    println!("cargo::rerun-if-changed={folder}");
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().into_string().map_err(|name| format!("file name {name:?} is not UTF-8"))?;
        if name.ends_with(ending) {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// The files of a folder as an array of pairs: the name that `shown` makes of the file's, and its text.
fn entries(folder: &str, names: &[String], shown: impl Fn(&str) -> String) -> Result<String, Box<dyn Error>> {
    let mut list = String::from("[\n");
    for name in names {
        let path = format!("/{folder}/{name}");
        let shown = shown(name);
        writeln!(list, "    ({shown:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {path:?}))),")?;
    }
    list.push(']');
    Ok(list)
}
