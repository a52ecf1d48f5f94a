//! To be filled: intake.
