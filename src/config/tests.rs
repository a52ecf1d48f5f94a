use super::*;

fn load_text(text: &str, given: Given) -> Result<Settings, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE);
    fs::write(&path, text).unwrap();
    load(Given { config: Some(path), ..given })
}

#[test]
fn file_beats_default_and_flag_beats_file() {
    let settings = load_text("limit = 9\n", Given::default()).unwrap();
    assert_eq!(settings.limit.value, 9);
    assert!(matches!(settings.limit.origin, Origin::File(_)));
    assert_eq!(settings.kb.value, [BUILTIN]);
    let given = Given { limit: Some(("2".into(), Origin::Flag)), ..Given::default() };
    assert_eq!(load_text("limit = 9\n", given).unwrap().limit, Setting { value: 2, origin: Origin::Flag });
}

#[track_caller]
fn check_bad_limit(file: &str, given: Option<(&str, Origin)>, origin: &str) {
    let given = Given { limit: given.map(|(text, origin)| (text.to_string(), origin)), ..Given::default() };
    let error = load_text(file, given).unwrap_err();
    assert!(matches!(error, ConfigError::Limit { .. }), "{error:?}");
    assert!(error.to_string().contains(origin), "{error}");
}

#[test]
fn limit_of_nothing_is_an_error_that_names_its_origin() {
    let variable = || Origin::Variable("CASEBOOK_LIMIT");
    check_bad_limit("limit = 0\n", None, FILE);
    check_bad_limit("limit = -1\n", None, FILE);
    check_bad_limit("limit = 0\n", Some(("3", Origin::Flag)), FILE);
    check_bad_limit("", Some(("0", variable())), "CASEBOOK_LIMIT");
    check_bad_limit("", Some(("many", variable())), "CASEBOOK_LIMIT");
    check_bad_limit("", Some(("", variable())), "CASEBOOK_LIMIT");
    let given = Given { limit: Some((" 7 ".into(), variable())), ..Given::default() };
    assert_eq!(load_text("", given).unwrap().limit, Setting { value: 7, origin: variable() });
}

#[test]
fn an_article_may_be_known_from_the_state_that_is_set() {
    let state = |text: &str| load_text(text, Given::default()).map(|settings| settings.known_from.value);
    assert_eq!(state("").unwrap(), ArticleStatus::NotValidated);
    assert_eq!(state("known_from = \"validated\"\n").unwrap(), ArticleStatus::Validated);
    assert!(state("known_from = \"archived\"\n").is_err());
}

#[test]
fn folders_in_a_file_are_relative_to_it() {
    let text = "kb = [\"builtin\", \"own\"]\nrules = [\"rules\"]\n";
    let settings = load_text(text, Given::default()).unwrap();
    assert_eq!(settings.kb.value[0], BUILTIN);
    assert!(settings.rules.value[0].is_absolute(), "{:?}", settings.rules.value);
    assert!(Path::new(&settings.kb.value[1]).is_absolute(), "{:?}", settings.kb.value);
}

#[test]
fn unknown_key_is_an_error_with_the_file() {
    let error = load_text("limits = 9\n", Given::default()).unwrap_err();
    assert!(error.to_string().contains(FILE));
}

#[test]
fn named_file_must_exist() {
    let given = Given { config: Some("/no/such/file.toml".into()), ..Given::default() };
    assert!(matches!(load(given), Err(ConfigError::Read { .. })));
}
