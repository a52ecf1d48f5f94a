use super::*;

fn index() -> PassageIndex {
    let long = "The pump is described here in general words. ".repeat(80);
    let texts = [
        ("Node clock skew", vec![("Meaning", "The clock of a node runs ahead of the others by half a second")]),
        (
            "Manual of the pump",
            vec![("Overview", long.as_str()), ("Valve sticks", "The relief valve sticks after a cold night")],
        ),
        ("补丁回滚", vec![("现象", "安装补丁后重启回滚，提示拒绝访问")]),
    ];
    let section = |(heading, text)| DocumentSection { heading, text, symptoms: heading == "现象" };
    let documents = texts.map(|(title, sections): (_, Vec<(&str, &str)>)| Document {
        title,
        sections: sections.into_iter().map(section).collect(),
        spoken: if title == "Node clock skew" { vec!["tokens are refused as not yet valid"] } else { Vec::new() },
    });
    PassageIndex::build(documents, Terms::builtin())
}

fn said(text: &str) -> Asked<'_> {
    Asked { text, strength: 1.0, subject: false }
}

fn best(text: &str) -> (usize, Ranked) {
    let ranked = index().rank([said(text)], Terms::builtin()).documents;
    let best = ranked.iter().enumerate().max_by(|a, b| a.1.passage.total_cmp(&b.1.passage)).unwrap();
    (best.0, *best.1)
}

#[test]
fn one_passage_of_a_long_document_is_found() {
    let (document, ranked) = best("after a cold night the relief valve is stuck");
    assert_eq!((document, ranked.section), (1, Some(1)));
    assert_eq!(best("the node's clock is ahead").0, 0);
}

#[test]
fn words_for_the_subject_explain_and_change_no_other_score() {
    let rank = |text| index().rank([said(text)], Terms::builtin()).documents[0];
    let (with, without) =
        (rank("the clock runs ahead, tokens are refused"), rank("the clock runs ahead, valves stick"));
    assert!(with.explained > without.explained + 0.1, "{with:?} {without:?}");
    assert!((with.passage - without.passage).abs() < 1e-6);
    assert!(rank("the clock runs ahead").explained <= 1.0 + 1e-9);
}

#[test]
fn languages_meet_in_concepts() {
    assert_eq!(best("the patch rolls back with access denied").0, 2);
}

#[test]
fn nothing_in_common_scores_nothing() {
    let ranked = index().rank([said("zebra quagga")], Terms::builtin());
    assert!(ranked.documents.iter().all(|ranked| *ranked == Ranked::default()), "{ranked:?}");
    assert_eq!(ranked.terms(), 2);
    assert!(index().met(&ranked, 0, 1.0).matched.is_empty());
    assert!(PassageIndex::default().rank([said("zebra")], Terms::builtin()).documents.is_empty());
    assert!(index().rank([], Terms::builtin()).documents.iter().all(|ranked| ranked.explained == 0.0));
}

#[test]
fn subjects_titles_and_symptoms_are_told_apart() {
    let subject = Asked { subject: true, ..said("the pump's manual") };
    let ranked = index().rank([subject, said("回滚")], Terms::builtin()).documents;
    assert!(ranked[1].subject > 0.0 && ranked[1].title > 0.0 && ranked[2].subject == 0.0);
    assert!(ranked[2].symptoms > ranked[2].title && ranked[2].title > 0.0);
}

#[test]
fn what_met_is_named_with_its_share() {
    let index = index();
    let ranking = index.rank([said("the relief valve squeaks")], Terms::builtin());
    let met = index.met(&ranking, 1, 0.7);
    let terms: Vec<&str> = met.matched.iter().map(|one| one.term.as_str()).collect();
    assert!(terms.contains(&"valv") && !terms.iter().any(|term| term.starts_with("squeak")), "{terms:?}");
    assert!((0.3..1.0).contains(&ranking.documents[1].explained), "{ranking:?}");
}
