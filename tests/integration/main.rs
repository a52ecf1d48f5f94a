//! Tests through the public surface: the services on whole cases, and the program itself.

mod articles;
mod broken_input;
mod corpus;
mod program;
mod retellings;
mod seed;
mod support;
