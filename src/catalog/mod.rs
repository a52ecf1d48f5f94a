//! The error-code catalog: look up a number or a symbol, explain it, find its equivalents.
