//! To be filled: archive.
