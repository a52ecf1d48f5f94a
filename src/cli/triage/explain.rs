//! What a score is made of, in lines.

use super::super::output::clean_line;
use crate::{
    app::triage::Explained,
    matching::{
        parts::{Applies, DrawnParts, Parts},
        score,
    },
};

/// The parts of a match, a line each; what belongs to the line before is indented.
pub(super) fn lines(found: &Explained) -> Vec<String> {
    let parts = &found.parts;
    let mut lines = match &parts.drawn {
        Some(drawn) => drawn_lines(drawn),
        None => score_lines(parts),
    };
    for cap in &parts.caps {
        lines.push(format!("at most {:.2}: {}", cap.at(), cap.why()));
    }
    let fitting = &parts.fitting;
    let component = match &fitting.component {
        Some(component) => format!("the case is about {}", clean_line(component)),
        None => "the case is about none that is named".to_string(),
    };
    lines.push(format!("products: {}; components: {component}; odds × {:.2}", fitting.product.words(), fitting.odds));
    lines.push(match parts.applies {
        Applies::Fits => "applies_to: fits this machine".to_string(),
        Applies::CannotTell => "applies_to: nothing speaks for or against this machine".to_string(),
        Applies::Contradicts => "applies_to: contradicted by the machine".to_string(),
    });
    lines.push(format!("confidence {:.3}: {}", parts.confidence(), found.verdict.name()));
    lines
}

fn score_lines(parts: &Parts) -> Vec<String> {
    let mut lines = vec![format!(
        "score {:.3} = 1 - (1 - S)(1 - {:.2} T), S = {:.3}, T = {:.3}, times the odds of product and component",
        parts.score(),
        score::TEXT,
        parts.together(),
        parts.words
    )];
    lines.extend(parts.signatures.iter().map(|one| {
        format!(
            "  {:.3} = {} {:.2} × rarity {:.2} (named by {}) × {} {:.2} × {} {:.2}  {}",
            one.weight(),
            if one.strong { "strong" } else { "weak" },
            one.base,
            one.rarity,
            one.named_by,
            one.standing.name(),
            one.standing_worth,
            if one.equivalence < 1.0 { "equivalent" } else { "as such" },
            one.equivalence,
            clean_line(&one.signature.to_string())
        )
    }));
    lines.push(parts.condition.rule());
    lines
}

fn drawn_lines(drawn: &DrawnParts) -> Vec<String> {
    let mut lines = vec![format!("score {:.3} = sum of weight × feature", drawn.score())];
    let rows = drawn.features.named().into_iter().zip(drawn.weights.values());
    lines.extend(
        rows.map(|((name, value), weight)| format!("  {:.3} = {weight:.3} × {value:.3}  {name}", weight * value)),
    );
    lines.push(format!(
        "confidence = probability that any imported article answers {:.3} × share of this one {:.3}",
        drawn.answered, drawn.share
    ));
    lines
}
