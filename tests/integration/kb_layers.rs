//! Layers of knowledge, and sets that travel.

use std::fs;

use crate::kb::{PUMP, Place, other};

const MAIL: &str = "From: Ann <ann@example.com>\nTo: s@example.org\nSubject: [CAS-00001-AAAAAA] Pump\nMessage-ID: <1@example.com>\n\
    Date: Tue, 10 Sep 2024 14:32:00 +0000\n\nThe pump service failed with error 5: access is denied, code PUMP-77.\n";

const RULE: &str = "[[rule]]\nid = \"pump-code\"\nkind = \"app\"\nregex = 'PUMP-\\d+'\nmatches = [{ text = \"PUMP-1\", value = \"pump-code/PUMP-1\" }]\nrejects = [\"PUMP\"]\n";

#[test]
fn upper_layers_replace_and_switch_off_lower_ones() {
    let place = Place::new();
    place.write("kb/pump.md", PUMP);
    place.write("kb/rules/pump.toml", RULE);
    place.write("bank/layer.toml", "layer = \"customer\"\nname = \"Example Bank\"\n");
    place.write("bank/pump.md", &PUMP.replace("Give the rights back.", "Ask the bank's own team."));
    let mail = place.write("mail.eml", MAIL);
    // In which order the folders are named does not matter.
    let both = ["--kb", "bank", "--kb", "kb", "--kb", "builtin"];
    let run = |arguments: &[&str], status: i32, words: &[&str]| {
        let output =
            crate::support::program().current_dir(place.path(".")).args(both).args(arguments).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {text}");
        for word in words {
            assert!(text.contains(word), "{arguments:?}: no `{word}` in\n{text}");
        }
        text
    };
    run(&["kb", "list"], 0, &["customer", "starter", "pump-stuck of layer company is replaced by bank/pump.md"]);
    run(&["kb", "show", "pump-stuck"], 0, &["Ask the bank's own team."]);
    // The rules of a layer come with it.
    assert!(run(&["triage", &mail], 0, &["Verdict: KNOWN"]).contains("PUMP-77"));
    place.write(
        "bank/layer.toml",
        "layer = \"customer\"\n[disable]\narticles = [\"access-denied-generic-0x80070005\", \"gone\"]\nrules = [\"pump-code\"]\ntags = [\"product-by-machine\"]\n",
    );
    let listed = run(
        &["kb", "list"],
        0,
        &[
            "access-denied-generic-0x80070005 of layer starter is switched off by bank/layer.toml",
            "switches off article `gone`",
        ],
    );
    assert!(listed.contains("pump-stuck"), "{listed}");
    run(&["kb", "show", "access-denied-generic-0x80070005"], 1, &[]);
    let signatures = run(&["signatures", &mail], 0, &["win32"]);
    assert!(!signatures.contains("pump-code"), "{signatures}");
    let tags = run(&["tag", "list", "--data", "data"], 0, &[]);
    assert!(!tags.contains("product-by-machine"), "{tags}");
    place.write("bank/layer.toml", "layer = \"planet\"\n");
    run(&["kb", "list"], 2, &["does not tell of a layer", "hint:  it may set layer"]);
}

#[test]
fn a_set_travels_signed_and_lists_what_it_changes() {
    let place = Place::new();
    place.write("kb/other.md", &other());
    place.write("mail/1.eml", MAIL);
    place.check(&["ingest", "mail"], 0, &[]);
    place.write("set/articles/pump.md", PUMP);
    place.write("set/rules/pump.toml", RULE);
    place.write("set/README.md", "About the set.\n");
    place.write("set/notes.toml", "not = \"taken\"\n");
    place.check(&["kb", "pack", "--new-key", "team.key"], 0, &["keep it secret", "team.key.pub"]);
    place.check(&["kb", "pack", "--new-key", "team.key"], 2, &["cannot write"]);
    place.check(&["kb", "pack", "--new-key", "other.key"], 0, &[]);
    let pack = ["kb", "pack", "set", "--name", "acme", "--key", "team.key", "-o", "acme.pack"];
    place.check(&pack, 0, &["acme.pack", "1 article in 3 files"]);
    place.check(&pack, 2, &["cannot write `acme.pack`"]);
    let public = pack.map(|word| if word == "team.key" { "team.key.pub" } else { word });
    place.check(&public, 2, &["`team.key.pub` is a public key", "without `.pub`"]);
    let install = |key: &str, more: &[&str], status: i32, words: &[&str]| {
        place.check(&[&["kb", "install", "acme.pack", "--key", key][..], more].concat(), status, words)
    };
    install("other.key.pub", &[], 2, &["is not signed by this key"]);
    install("team.key", &[], 2, &["`team.key` is a private key", "with `.pub`"]);
    install("team.key.pub", &["--dry-run"], 0, &["would be installed", "gained", "to use it, name the folder"]);
    assert!(!place.path("data/kb/acme").exists());
    install("team.key.pub", &[], 0, &["known pump-stuck", "installed: 3 files"]);
    assert!(place.path("data/kb/acme/articles/pump.md").exists() && !place.path("data/kb/acme/notes.toml").exists());
    let output = place.run(&["--kb", "data/kb/acme", "triage", "mail"]);
    assert!(output.1.contains("KNOWN") && output.1.contains("PUMP-77"), "{output:?}");
    // Again, and in use: nothing differs.
    let again = place.check(
        &["--kb", "data/kb/acme", "kb", "install", "acme.pack", "--key", "team.key.pub"],
        1,
        &["nothing to do"],
    );
    assert!(!again.contains("to use it") && !again.contains("known pump-stuck"), "{again}");
    // What is newer stays, and what is no set is not touched.
    let manifest = place.path("data/kb/acme/.casebook-pack.json");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replacen("\"date\": \"2", "\"date\": \"3", 1)).unwrap();
    install("team.key.pub", &[], 2, &["is newer than the one of"]);
    install("team.key.pub", &["--older"], 0, &["installed: 3 files"]);
    install("team.key.pub", &["--to", "kb"], 2, &["is no installed set"]);
    assert!(place.path("kb/other.md").exists());
    #[cfg(unix)]
    {
        // A link stays one: what it leads to becomes the set.
        fs::create_dir(place.path("real")).unwrap();
        std::os::unix::fs::symlink(place.path("real"), place.path("link")).unwrap();
        install("team.key.pub", &["--to", "link"], 0, &["installed: 3 files"]);
        assert!(fs::symlink_metadata(place.path("link")).unwrap().is_symlink());
        assert!(place.path("real/articles/pump.md").exists());
        std::os::unix::fs::symlink(place.path("nowhere"), place.path("dead")).unwrap();
        install("team.key.pub", &["--to", "dead"], 2, &["cannot read"]);
    }
    // A changed byte is noticed, wherever it stands.
    let mut bytes = fs::read(place.path("acme.pack")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(place.path("acme.pack"), bytes).unwrap();
    place.check(&["kb", "install", "acme.pack", "--key", "team.key.pub"], 2, &["cannot be used"]);
    place.write("broken/a.md", "no article");
    place.check(
        &["kb", "pack", "broken", "--name", "acme", "--key", "team.key", "-o", "b.pack"],
        2,
        &["broken article"],
    );
    // A rule that is wrong is found where it is packed, not where it is installed.
    place.write("ill/a.md", PUMP);
    place.write("ill/rules/own.toml", &format!("{RULE}\n[[rule]]\nid = \"bad\"\n"));
    let pack_ill = ["kb", "pack", "ill", "--name", "acme", "--key", "team.key", "-o", "ill.pack"];
    place.check(&pack_ill, 2, &["bad rule: `rules/own.toml` line ", "hint:  mend the rule"]);
    assert!(!place.path("ill.pack").exists());
    place.check(&["kb", "pack", "set", "--name", "../x", "--key", "team.key", "-o", "c.pack"], 2, &["has the name"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(place.path("team.key"), fs::Permissions::from_mode(0o644)).unwrap();
        place.check(
            &["kb", "pack", "set", "--name", "acme", "--key", "team.key", "-o", "d.pack"],
            2,
            &["others may read the key"],
        );
    }
}
