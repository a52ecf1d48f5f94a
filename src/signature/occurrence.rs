//! One sighting of a signature, and what its line says of it.

use serde::Serialize;

use super::Signature;

/// Whose words name a thing that nobody need have met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Whose {
    /// One's own team's, who answers.
    OwnTeam,
    /// Those of a vendor who is asked.
    Vendor,
    /// Those of an article that was pasted.
    Article,
    /// A command.
    Command,
    /// A script.
    Script,
}

impl Whose {
    /// The name in output, `own-team`.
    pub fn name(self) -> &'static str {
        match self {
            Whose::OwnTeam => "own-team",
            Whose::Vendor => "vendor",
            Whose::Article => "article",
            Whose::Command => "command",
            Whose::Script => "script",
        }
    }

    /// Whether it says of anything in particular that it was met: an article and a script name all that they are made for.
    pub fn is_of_the_case(self) -> bool {
        !matches!(self, Whose::Article | Whose::Script)
    }

    /// Whether somebody of the support says it, of whom a finding may come.
    pub fn answers(self) -> bool {
        matches!(self, Whose::OwnTeam | Whose::Vendor)
    }
}

/// What the place of a sighting says: from strongest to weakest evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// The line says that something failed with it.
    Failing,
    /// A person names it, and nothing says that it failed.
    Mentioned,
    /// A log says that it failed, was tried again and then succeeded.
    Recovered,
    /// A log names it in a line that reports no failure: logs of healthy machines are full of such lines.
    Listed,
    /// An answer names it, a pasted article, or a command: a mention by somebody who need not have met it. In output it is
    /// `mentioned`, and [`Whose`] says by whom.
    #[serde(rename = "mentioned")]
    Cited,
    /// It stands only in quoted history.
    Quoted,
    /// Its sentence says that it was not seen or has no part in it: no evidence at all.
    Denied,
}

impl Standing {
    /// The name in output, `failing`.
    pub fn name(self) -> &'static str {
        match self {
            Standing::Failing => "failing",
            Standing::Mentioned | Standing::Cited => "mentioned",
            Standing::Recovered => "recovered",
            Standing::Listed => "listed",
            Standing::Quoted => "quoted",
            Standing::Denied => "denied",
        }
    }

    /// Whether somebody, or a log, reports what has it: it is no history and no answer.
    pub fn reports(self) -> bool {
        !matches!(self, Standing::Quoted | Standing::Cited)
    }
}

/// One sighting of a signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Occurrence {
    /// Where: the part as named in the output, `mail-1.eml/logs.zip/CBS.log`.
    pub part: String,
    /// Line in the part, from 1. In a mail: line of the decoded body, 0 for the subject.
    pub line: u64,
    /// The line's text, shortened around the sighting when long.
    pub text: String,
    /// What the line says of it.
    pub standing: Standing,
    /// Of one that is only mentioned, whose words these are, where they are no report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whose: Option<Whose>,
    /// The parameters of a stop code, `0xC0000005`; empty where none are given, and for all other kinds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<String>,
}

/// A signature of a case with where it was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureEvidence {
    /// The signature.
    pub signature: Signature,
    /// The strongest sightings, in the order of the input; at most
    /// [`SignatureEvidence::KEPT`] are kept.
    pub occurrences: Vec<Occurrence>,
    /// How often it was seen in all, failing, mentioned or quoted.
    pub count: u64,
    /// The strongest standing among all sightings.
    pub standing: Standing,
}

impl SignatureEvidence {
    /// Sightings kept per signature: a log can repeat a line a million times, an engineer reads few.
    pub const KEPT: usize = 12;
}
