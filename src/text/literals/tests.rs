use proptest::prelude::*;

use super::*;

const WORDS: &[&str] = &["0x", "err", "error", "error code", "EIO", "错误", "错误代码", "kb", "%%", "b_c"];

fn all(text: &str) -> Vec<(usize, &str)> {
    let literals = Literals::new(WORDS.iter().map(|&word| word.into()).collect(), |_| true);
    literals.find_iter(text.as_bytes(), 0..text.len()).map(|(place, range)| (place, &text[range])).collect()
}

#[test]
fn the_longest_wins_and_case_does_not_matter() {
    assert_eq!(all("An ERROR Code, eio"), [(3, "ERROR Code"), (4, "eio")]);
    assert_eq!(all("错误代码：0X5"), [(6, "错误代码"), (0, "0X")]);
}

#[test]
fn the_last_bytes_count() {
    assert_eq!(all("kb"), [(7, "kb")]);
    assert_eq!(all("xEIO"), [(4, "EIO")]);
    assert_eq!(all(""), []);
}

#[test]
fn of_equal_literals_the_first_is_found() {
    let literals = Literals::new(["err", "kb", "kb"].map(Box::from).to_vec(), |_| true);
    let text = "kb err ".repeat(100);
    let found: Vec<usize> = literals.find_iter(text.as_bytes(), 0..text.len()).map(|(place, _)| place).collect();
    assert_eq!(found, [1, 0].repeat(100));
}

#[test]
fn bytes_that_fold_alike_are_told_apart() {
    assert_eq!(all("B\u{7F}C"), []);
}

/// The literals in a part of a text, by each filter.
fn every_way(words: &[&str], bytes: &[u8], part: Range<usize>) -> Vec<Vec<(usize, Range<usize>)>> {
    let mut found = Vec::new();
    for nth in 0..3 {
        let literals = Literals::new(words.iter().map(|&word| word.into()).collect(), |_| true);
        let mut ways = Filter::all(&literals.words, &literals.behind);
        let made = ways.len();
        if nth < made {
            let way = Search::new(&literals.words, &literals.behind, ways.swap_remove(nth));
            literals.filtered.set(way).expect("nothing was searched yet");
        }
        if nth >= made {
            break;
        }
        if nth > 0 {
            let way = literals.way(0).expect("it was set");
            let listed = way.filter.list(way.sieve.heads(), &[b'~'; WINDOW + 8], 0, WINDOW, &mut [0; WINDOW]);
            // Or nothing would be tried here.
            assert_eq!(listed, 0, "nothing begins with a tilde");
        }
        found.push(literals.find_iter(bytes, part.clone()).collect());
    }
    assert!(found.len() >= 2);
    if part.len() <= TYPED {
        let literals = Literals::new(words.iter().map(|&word| word.into()).collect(), |_| true);
        found.push(literals.find_iter(bytes, part).collect());
        assert!(literals.plain.get().is_none() && literals.filtered.get().is_none());
    }
    found
}

#[test]
fn vectors_find_what_stands_over_the_edges_of_masks_and_windows() {
    for at in [0, 60, 63, 64, 509, 512, WINDOW - 6, WINDOW - 1, WINDOW, 2 * WINDOW - 3] {
        for behind in [0, 1, 5, 70, 600, WINDOW] {
            let text = [".".repeat(at), "error code".into(), "-".repeat(behind)].concat();
            for found in every_way(WORDS, text.as_bytes(), 0..text.len()) {
                assert_eq!(found, [(3, at..at + 10)], "{behind} bytes behind {at}");
            }
        }
    }
}

#[test]
fn a_byte_alone_is_found_as_it_is() {
    for found in every_way(&["o", "0x"], b"O o 0X", 0..6) {
        assert_eq!(found, [(0, 2..3), (1, 4..6)]);
    }
}

proptest! {
    #[test]
    fn it_finds_what_an_automaton_finds(text in "[eErRoO cdKkbB0xX%_错误代码]{0,40}") {
        let automaton = aho_corasick::AhoCorasick::builder()
            .match_kind(aho_corasick::MatchKind::LeftmostLongest)
            .ascii_case_insensitive(true)
            .build(WORDS)
            .expect("few words");
        let expected: Vec<_> = automaton.find_iter(&text).map(|hit| (hit.pattern().as_usize(), hit.range())).collect();
        for found in every_way(WORDS, text.as_bytes(), 0..text.len()) {
            prop_assert_eq!(&found, &expected);
        }
    }

    #[test]
    fn it_finds_all_that_overlap(text in "[eErRoO cdKkbB0xX%_错误代码]{0,40}") {
        let literals = Literals::new(WORDS.iter().map(|&word| word.into()).collect(), |_| true);
        let mut found = literals.find_overlapping(text.as_bytes());
        let automaton = aho_corasick::AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(WORDS)
            .expect("few words");
        let overlapping = automaton.find_overlapping_iter(&text);
        let mut expected: Vec<_> = overlapping.map(|hit| (hit.pattern().as_usize(), hit.range())).collect();
        prop_assert!(found.is_sorted_by_key(|(_, range)| range.end));
        found.sort_by_key(|(place, range)| (*place, range.start));
        expected.sort_by_key(|(place, range)| (*place, range.start));
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn vectors_find_the_same(
        pieces in proptest::collection::vec("[ -~错误代码\u{0}-\u{1f}]{0,40}|error( code)?|EIO|0x|b_c|kb", 0..160),
        words in proptest::collection::vec("[a-z0-9 :_.%]{1,12}|错误|出错", 1..60),
        from in 0usize..300,
        cut in 0usize..300,
    ) {
        let text = pieces.concat();
        let words: Vec<&str> =
            words.iter().map(String::as_str).chain(WORDS.iter().copied()).collect();
        let part = from.min(text.len())..text.len().saturating_sub(cut).max(from.min(text.len()));
        let found = every_way(&words, text.as_bytes(), part);
        prop_assert!(found.iter().all(|by_filter| *by_filter == found[0]), "{found:?}");
    }
}
