//! The pages of a space that Confluence exported as XML: `entities.xml` of the archive.
//!
//! The file lists objects of its database: a `Page` has title, state and date, its text stands in a `BodyContent` before or behind
//! it. Both are kept until the end and joined. Earlier versions, drafts and what was deleted are left out, and so are comments.

use std::{
    collections::BTreeMap,
    io::{BufReader, Read},
};

use super::{
    Source, day, html, plain,
    xml::{self, Piece},
};

/// Most bytes of `entities.xml` that are read, and so of memory that its texts take.
pub const MAX_BYTES: u64 = 512 << 20;
/// Longest text of a page that is kept, in bytes: an article may have one sixteenth of it, so that a longer one is told as too long.
const LONGEST_TEXT: usize = 16 << 20;
/// Most pages and texts kept.
const MOST: usize = 500_000;

/// The name of the system in an article's `source`; the mapping of the REST interface uses the same, so that a page stays the same
/// article whichever way it comes.
const SYSTEM: &str = "confluence";

/// Classes of objects that are pages.
const PAGES: [&str; 2] = ["Page", "BlogPost"];

#[derive(Default)]
struct Page {
    title: String,
    status: String,
    /// It is an earlier version of another page.
    is_old: bool,
    updated: String,
    bodies: Vec<String>,
}

#[derive(Default)]
struct Object {
    class: String,
    id: String,
    page: Page,
    /// Of a text: the page that it belongs to.
    content: String,
    body: String,
}

/// Reads the pages of a space in the order of their numbers; what cannot be read further is told at the end, after the pages before it.
pub fn pages(entities: impl Read) -> (Vec<Source>, Option<String>) {
    let mut objects = Objects::default();
    let broken = xml::read(BufReader::new(entities.take(MAX_BYTES)), |piece| objects.take(&piece)).err();
    let mut sources = Vec::new();
    for (id, page) in objects.pages {
        if page.is_old || !matches!(page.status.as_str(), "" | "current") {
            continue;
        }
        let linked = page.bodies.iter().find_map(|id| objects.texts.remove(id));
        let Some(body) = linked.or_else(|| objects.bodies.remove(&id)) else { continue };
        // Within a section of data its end is written with a blank.
        let body = html::to_markdown(&plain(&body.replace("]] >", "]]>")));
        let path = format!("{SYSTEM}/{id}");
        let title = Some(page.title).filter(|title| !title.trim().is_empty());
        sources.push(Source { path, title, body, updated: day(&page.updated), ..Source::default() });
    }
    sources.sort_by_key(|source| {
        let number = source.path.rsplit('/').next().and_then(|id| id.parse::<u64>().ok());
        (number, source.path.clone())
    });
    (sources, broken.map(|error| error.to_string()))
}

#[derive(Default)]
struct Objects {
    pages: BTreeMap<String, Page>,
    /// Texts by the page that they name.
    bodies: BTreeMap<String, String>,
    /// Texts by their own number, for pages that name theirs.
    texts: BTreeMap<String, String>,
    open: Option<Object>,
    /// The property or collection that is open in the object.
    property: String,
    /// How deep the piece lies in the object: its own id at 1.
    depth: usize,
    text: String,
}

impl Objects {
    fn take(&mut self, piece: &Piece<'_>) {
        match piece {
            Piece::Open(element) => {
                self.text.clear();
                if self.open.is_some() {
                    self.depth += 1;
                    if matches!(element.name(), "property" | "collection") && self.depth == 1 {
                        self.property = element.get("name").unwrap_or_default();
                    }
                } else if element.name() == "object" {
                    let class = element.get("class").unwrap_or_default();
                    let class = class.rsplit('.').next().unwrap_or_default().to_string();
                    self.open = Some(Object { class, ..Object::default() });
                    self.depth = 0;
                }
            }
            Piece::Text(text) if self.open.is_some() && self.text.len() < LONGEST_TEXT => self.text.push_str(text),
            Piece::Text(_) => {}
            Piece::Close(name) => self.close(name),
        }
    }

    fn close(&mut self, name: &str) {
        let Some(object) = &mut self.open else { return };
        if self.depth == 0 {
            let object = self.open.take().unwrap_or_default();
            return self.keep(object);
        }
        let at = self.depth;
        self.depth -= 1;
        let text = || self.text.trim().to_string();
        match (name, at, self.property.as_str()) {
            ("id", 1, _) => object.id = text(),
            ("property", 1, "title") => object.page.title = text(),
            ("property", 1, "contentStatus") => object.page.status = text(),
            ("property", 1, "lastModificationDate") => object.page.updated = text(),
            ("property", 1, "body") => object.body = std::mem::take(&mut self.text),
            ("id", 2, "originalVersion") => object.page.is_old = true,
            ("id", 2, "content") => object.content = text(),
            ("id", 3, "bodyContents") => object.page.bodies.push(text()),
            _ => {}
        }
        self.text.clear();
        if at == 1 {
            self.property.clear();
        }
    }

    fn keep(&mut self, object: Object) {
        if self.pages.len() + self.bodies.len() + self.texts.len() >= MOST {
            return;
        }
        if PAGES.contains(&object.class.as_str()) {
            self.pages.insert(object.id, object.page);
        } else if object.class == "BodyContent" {
            if object.content.is_empty() {
                self.texts.insert(object.id, object.body);
            } else {
                self.bodies.insert(object.content, object.body);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPACE: &str = r#"<?xml version="1.0"?><hibernate-generic>
<object class="BodyContent" package="com.atlassian.confluence.core"><id name="id">7</id>
  <property name="body"><![CDATA[<h2>Symptoms</h2><p>The pump &amp; valve report 0x80070005.</p><ac:structured-macro ac:name="code"><ac:parameter ac:name="language">bash</ac:parameter><ac:plain-text-body><![CDATA[pump --restart < now]] ></ac:plain-text-body></ac:structured-macro>]]></property>
  <property name="content" class="Page"><id name="id">101</id></property></object>
<object class="Page"><id name="id">101</id><property name="title"><![CDATA[Pump & valve]]></property>
  <property name="contentStatus">current</property><property name="lastModificationDate">2024-05-06 10:00:00.000</property>
  <collection name="bodyContents"><element class="BodyContent"><id name="id">7</id></element></collection></object>
<object class="Page"><id name="id">99</id><property name="title">By number</property>
  <collection name="bodyContents"><element class="BodyContent"><id name="id">8</id></element></collection></object>
<object class="BodyContent"><id name="id">8</id><property name="body">&lt;p&gt;Linked.&lt;/p&gt;</property></object>
<object class="Page"><id name="id">90</id><property name="title">Old</property><property name="originalVersion"><id name="id">101</id></property></object>
<object class="Page"><id name="id">91</id><property name="title">Draft</property><property name="contentStatus">draft</property></object>
<object class="BodyContent"><id name="id">9</id><property name="body">x</property><property name="content"><id>90</id></property></object>
<object class="BodyContent"><id name="id">10</id><property name="body">x</property><property name="content"><id>91</id></property></object>
</hibernate-generic>"#;

    #[test]
    fn pages_are_joined_with_their_texts() {
        let (pages, broken) = pages(SPACE.as_bytes());
        assert_eq!(broken, None);
        let found: Vec<_> = pages.iter().map(|page| (page.path.as_str(), page.body.as_str())).collect();
        let text = "## Symptoms\n\nThe pump & valve report 0x80070005.\n\n```\npump --restart < now\n```\n";
        assert_eq!(found, [("confluence/99", "Linked.\n"), ("confluence/101", text)]);
        assert_eq!(pages[1].title.as_deref(), Some("Pump & valve"));
        assert_eq!(pages[1].updated.map(|day| day.to_string()).as_deref(), Some("2024-05-06"));
    }

    #[test]
    fn a_torn_export_gives_what_came_before() {
        let cut = SPACE.find("<object class=\"Page\"><id name=\"id\">90").unwrap();
        let (pages, broken) = pages(&SPACE.as_bytes()[..cut + 20]);
        assert_eq!(pages.len(), 2);
        assert!(broken.is_some());
        let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]><hibernate-generic><object class=\"Page\"><id>1</id>\
            <property name=\"title\">&b;&b;</property></object><object class=\"BodyContent\"><property name=\"content\"><id>1</id></property>\
            <property name=\"body\">x&b;</property></object></hibernate-generic>";
        let (pages, broken) = super::pages(bomb.as_bytes());
        assert_eq!((pages[0].body.as_str(), pages[0].title.clone(), broken), ("x\n", None, None));
        assert!(super::pages("<a>".repeat(10_000).as_bytes()).1.is_some());
    }
}
