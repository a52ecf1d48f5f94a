//! The starter set: each article is found by its own examples and not claimed for what it rejects.

use casebook::app::kb_test::Tested;

use crate::support::{app, root};

#[test]
fn everything_known_is_tried_by_its_examples() {
    let report = app().test(Some(&root("corpus/healthy")), &|| ()).unwrap();
    let wrong: Vec<String> = report
        .failures
        .iter()
        .map(|one| format!("{}:{}: {}", one.file, one.line.unwrap_or_default(), one.message))
        .collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    for (tested, least) in [(Tested::Rules, 150), (Tested::Fields, 20), (Tested::Articles, 100), (Tested::Healthy, 7)] {
        assert!(report.tried[&tested] >= least, "only {} of {}", report.tried[&tested], tested.name());
    }
}
