//! casebook turns incoming support mail into answers: a case e-mail and its logs go in; the error
//! signatures that matter, the known issues they point to, the resolution and the evidence come out.
//!
//! # Map
//!
//! | room | what is there |
//! | --- | --- |
//! | [`parsed`] | [`parsed::Parsed`] and [`parsed::Warning`]: what tolerant readers return |
//! | [`zone`] | names of time zones and months |
//! | [`text`] | text analysis for mixed English and Chinese technical text |
//! | [`mail`] | bytes in, messages out: MIME, mbox, thread exports, quotes and signatures |
//! | [`archive`] | archives opened within limits |
//! | [`logs`] | text decoding, log formats, records with time, level and component |
//! | [`facts`] | what is known of the machine: product, build, architecture, updates |
//! | [`catalog`] | the error-code catalog: numbers, symbols, equivalences, meanings |
//! | [`signature`] | error signatures: kinds, normal forms, extraction, standing |
//! | [`timeline`] | what several mails and logs tell, in the order in which it happened |
//! | [`compare`] | what a bad bundle has that a good one has not |
//! | [`template`] | log lines grouped by what they say; stable ids for errors without a code |
//! | [`case`] | the case: fields read from subject and body by rules, collected evidence |
//! | [`article`] | known-issue articles: Markdown with front matter, conditions |
//! | [`rule_file`] | files of rules in TOML, read rule by rule |
//! | [`tag`] | tags of a case and the rules that propose them |
//! | [`matching`] | which articles explain a case: score, confidence, evidence, verdict |
//! | [`demo`] | a made-up year of support mail with known truths |
//! | [`pack`] | a set of knowledge that travels: dated, signed, within limits |
//! | [`report`] | the report over a month: figures that name their cases, tested trends, tables, a page |
//! | [`index`] | full-text index over articles (tantivy) |
//! | [`intake`] | files, folders and standard input become messages and logs |
//! | [`imap`] | mail of an IMAP server, read without changing any of it |
//! | [`store`] | the case store: messages, cases, evidence (SQLite) |
//! | [`trust`] | certificates that servers are trusted by |
//! | [`config`] | settings: flags, variables, file, defaults |
//! | [`app`] | the services: triage, search, code; used alike by every edge |
//! | [`cli`] | the command line |
//!
//! Dependencies point one way: core (`parsed` to `matching`) <- adapters (`index`, `intake`, `imap`, `store`) <-
//! services (`app`) <- edge (`cli`). The core takes values and returns values: no files, no clock,
//! no environment.

pub mod app;
pub mod archive;
pub mod article;
pub mod case;
pub mod catalog;
pub mod cli;
pub mod compare;
pub mod config;
pub mod demo;
pub mod facts;
pub mod imap;
pub mod import;
pub mod index;
pub mod intake;
pub mod logs;
pub mod mail;
pub mod matching;
pub mod pack;
pub mod parsed;
pub mod report;
pub mod rule_file;
pub mod signature;
pub mod store;
pub mod tag;
pub mod template;
pub mod text;
pub mod timeline;
pub mod trust;
pub mod utf8;
pub mod zone;
