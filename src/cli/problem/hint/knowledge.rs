//! What to try when knowledge cannot be imported, packed, tried or drafted.

use std::error::Error;

use crate::{
    app::{
        draft::DraftError, git::GitError, import::ImportError, kb_new::NewArticleError, kb_try::TryError,
        packs::PacksError,
    },
    import::mapping::MappingError,
    pack::{KeyError, PackError},
};

/// What to try by one cause; `None`: it is none of these, or says all.
pub(super) fn of_cause(cause: &(dyn Error + 'static)) -> Option<&'static str> {
    let import = || cause.downcast_ref().and_then(of_import);
    let packs = || cause.downcast_ref().and_then(of_packs);
    let tried = || cause.downcast_ref().and_then(of_try);
    let draft = || cause.downcast_ref().and_then(of_draft);
    let new = || cause.downcast_ref().and_then(of_new);
    let key = || cause.downcast_ref().map(of_key);
    import().or_else(packs).or_else(tried).or_else(draft).or_else(new).or_else(key)
}

fn of_import(error: &ImportError) -> Option<&'static str> {
    match error {
        ImportError::Among { .. } => Some("name a folder outside of the documents with --to"),
        ImportError::Nothing { .. } => Some("name a folder of documents, a document, or an export with --mapping"),
        ImportError::NoMapping { .. } => {
            Some("`casebook kb import --list-mappings` shows them; docs/import.md, how one is written")
        }
        ImportError::Mapping { source: MappingError::Toml { .. } | MappingError::Wrong { .. } } => {
            Some("mend the place named; docs/import.md shows a mapping, kb/mappings/ those that are built in")
        }
        ImportError::App(error) => super::of_app(error),
        ImportError::Read { .. } | ImportError::Write { .. } => None,
    }
}

fn of_packs(error: &PacksError) -> Option<&'static str> {
    match error {
        PacksError::Public(_) => Some("name the file without `.pub`, which `--new-key` made beside it"),
        PacksError::Private(_) => Some("name the file with `.pub`; the private key stays with whoever packs"),
        PacksError::Open(_) => Some("take the right away from them: chmod 600"),
        PacksError::Pack { source, .. } => of_pack(source),
        PacksError::Rules(_) => Some("mend the rule; `casebook kb test --rules FILE` tries it"),
        PacksError::Empty(_) => Some("name the folder that holds the Markdown files of the articles"),
        PacksError::Foreign(_) => Some("name another folder with --to, or move away what is there"),
        PacksError::Changed(_) => Some("keep the change elsewhere, such as in a layer above, and remove it here"),
        PacksError::OtherName { .. } => Some("name another folder with --to"),
        PacksError::Older { .. } => Some("--older installs it all the same"),
        PacksError::NoFolder => Some("name one with --to, or a case store with --data"),
        // Their causes say what is wrong and where.
        PacksError::Read { .. } | PacksError::Write { .. } | PacksError::Key { .. } | PacksError::Article(_) => None,
        PacksError::Library(error) => Some(super::of_library(error)),
    }
}

fn of_pack(error: &PackError) -> Option<&'static str> {
    match error {
        PackError::Signature => Some("check that the public key is that of who packed it, and get the pack anew"),
        PackError::Archive(_)
        | PackError::Damaged(_)
        | PackError::Missing(_)
        | PackError::File(_)
        | PackError::Unlisted => Some("get the pack anew: it was changed or damaged on its way"),
        PackError::Format(_) => Some("install it with a newer casebook"),
        PackError::Name(_) => Some("name it like --name acme-windows"),
        PackError::TooLarge { .. } => Some("split the set in two, each with its own name"),
        PackError::Twice(_) => Some("rename one of the two"),
        PackError::Path(_) => Some("give the file a name that every system can write"),
        PackError::Manifest(_) | PackError::Date(_) => None,
    }
}

fn of_key(_: &KeyError) -> &'static str {
    "`casebook kb pack --new-key FILE` makes a pair; the private one packs, the one with .pub installs"
}

fn of_try(error: &TryError) -> Option<&'static str> {
    match error {
        TryError::Missing(_) => Some("name the file of an article, or an id that `casebook kb list` shows"),
        TryError::NoFolder => Some("name the folder of your articles with --kb"),
        TryError::Library(error) => Some(super::of_library(error)),
        TryError::Git(error) => Some(of_git(error)),
        // Their causes say what is wrong.
        TryError::Read { .. } | TryError::Article(_) => None,
    }
}

fn of_git(error: &GitError) -> &'static str {
    match error {
        GitError::NoGit(_) => "install git, or compare a single article with `casebook kb try`",
        GitError::Refused { .. } => "name a revision that `git log` shows in the folder of the articles",
        GitError::Unreadable { .. } => "`git fsck` tells what is lost; `git fetch` may bring it again",
        GitError::Broken(_) => "run it again; `git fsck` tells whether the repository is whole",
    }
}

fn of_draft(error: &DraftError) -> Option<&'static str> {
    match error {
        DraftError::Id(_) => Some("write it like --id spooler-access-denied"),
        DraftError::App(error) => super::of_app(error),
        DraftError::Case(error) => super::of_case(error),
        DraftError::Store(error) => Some(super::of_store(error)),
    }
}

fn of_new(error: &NewArticleError) -> Option<&'static str> {
    match error {
        NewArticleError::Exists { .. } => Some("choose another id, or edit what is there"),
        NewArticleError::Id(_) | NewArticleError::Write { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_to_try_is_said() {
        let check = |error: anyhow::Error, words: &str| {
            let hint = super::super::of(&error);
            assert!(hint.is_some_and(|hint| hint.contains(words)), "{hint:?} for {error:#}");
        };
        check(PacksError::NoFolder.into(), "--to");
        check(PacksError::Pack { path: "x".into(), source: PackError::Signature }.into(), "public key");
        check(TryError::Git(GitError::Broken("x".into())).into(), "git fsck");
        check(TryError::NoFolder.into(), "--kb");
        check(DraftError::Id("A b".into()).into(), "--id");
        check(ImportError::Among { to: "x".into() }.into(), "outside");
    }
}
