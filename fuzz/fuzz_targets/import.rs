//! Any bytes as a document of another system; what it gives is an article.
#![no_main]

use std::sync::LazyLock;

use casebook::{
    article,
    import::{self, Form, confluence},
    signature::extract::Extractor,
};

static EXTRACTOR: LazyLock<Extractor> = LazyLock::new(Extractor::new);

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let (pages, _) = confluence::pages(bytes);
    // Every include is the document itself.
    let text = String::from_utf8_lossy(bytes);
    let includes = |_: &str| Some(std::rc::Rc::from(&*text));
    let documents = [Form::Markdown, Form::Html, Form::Docx]
        .into_iter()
        .filter_map(|form| import::document("fuzz", bytes, form, &includes).ok())
        .map(|read| read.value);
    for source in documents.chain(pages) {
        // A refusal is an ordinary answer.
        let Ok(imported) = import::compose(source, &EXTRACTOR) else { continue };
        assert!(article::parse("fuzz.md", &imported.text).is_ok(), "{}", imported.text);
        assert_eq!(import::touched(&imported.text), import::Touched::No);
    }
});
