//! Tests through the public surface: the services on whole cases, and the program itself.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod articles;
mod broken_input;
mod broken_knowledge;
mod care;
mod cases;
mod corpus;
mod deliver;
mod demo;
mod explain;
mod imap;
mod import;
mod import_marks;
mod kb;
mod kb_layers;
mod kb_lint;
mod kb_past;
mod outcomes;
mod program;
mod readme;
mod reply;
mod report;
mod requests;
mod retellings;
mod seed;
mod snapshots;
mod store;
mod support;
mod tags;
mod templates;
mod timeline;
mod watch;
mod webhook;
mod whose;
