//! Text analysis for mixed English and Chinese technical text.
