//! Which articles explain a case: score, confidence, evidence, verdict.
