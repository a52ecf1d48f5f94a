//! Whose a message is: by the domain of its author's address.
//!
//! Who reports a problem and who answers it use the same words; what an answer names, nobody need have met.

use serde::Serialize;

use super::{Mailbox, Message};

/// Whose a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Somebody who reports, or of whom nothing is known.
    #[default]
    Customer,
    /// One's own team.
    OwnTeam,
    /// A vendor that is asked for help.
    Vendor,
    /// A program: an alert, an answer of a machine, a newsletter.
    Machine,
}

impl Role {
    /// The name in output, `own-team`.
    pub fn name(self) -> &'static str {
        match self {
            Role::Customer => "customer",
            Role::OwnTeam => "own-team",
            Role::Vendor => "vendor",
            Role::Machine => "machine",
        }
    }
}

/// Providers of mailboxes for anybody: their names tell of no customer.
const ANYBODYS: &[&str] = &[
    "126.com",
    "139.com",
    "163.com",
    "189.cn",
    "aliyun.com",
    "aol.com",
    "foxmail.com",
    "gmail.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hotmail.com",
    "icloud.com",
    "live.com",
    "mail.ru",
    "me.com",
    "msn.com",
    "outlook.com",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "sina.cn",
    "sina.com",
    "sohu.com",
    "web.de",
    "yahoo.com",
    "yandex.ru",
    "yeah.net",
];

/// Whether anybody may have an address in a domain.
pub fn is_anybodys(domain: &str) -> bool {
    ANYBODYS.iter().any(|one| domain.eq_ignore_ascii_case(one))
}

/// The domains by which roles are told. Without any, everybody is a customer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Roles {
    own: Vec<String>,
    vendors: Vec<String>,
}

impl Roles {
    /// By the domains of one's own team and of vendors; an address below a domain counts as in it.
    pub fn new(own: &[String], vendors: &[String]) -> Self {
        Roles { own: own.to_vec(), vendors: vendors.to_vec() }
    }

    /// The role of a message. A machine is one whosever it is.
    pub fn of(&self, message: &Message) -> Role {
        if message.automatic.is_some() {
            return Role::Machine;
        }
        message.from.as_ref().map_or(Role::Customer, |from| self.of_mailbox(from))
    }

    /// The role of a message that is read without its case. Of the own team's, those that answer none write down what was told by
    /// telephone: they report.
    pub fn of_one(&self, message: &Message) -> Role {
        match self.of(message) {
            Role::OwnTeam if !message.is_answer() => Role::Customer,
            role => role,
        }
    }

    /// The role of who writes from an address.
    pub fn of_mailbox(&self, mailbox: &Mailbox) -> Role {
        if lies_in(&mailbox.address, &self.own) {
            Role::OwnTeam
        } else if lies_in(&mailbox.address, &self.vendors) {
            Role::Vendor
        } else {
            Role::Customer
        }
    }
}

/// Whether an address lies in one of the domains or below it.
pub fn lies_in(address: &str, domains: &[String]) -> bool {
    let Some((_, domain)) = address.rsplit_once('@') else { return false };
    let domain = domain.trim().to_lowercase();
    domains.iter().map(|one| one.trim().trim_start_matches('@').to_lowercase()).any(|one| {
        !one.is_empty() && (domain == one || domain.strip_suffix(&one).is_some_and(|above| above.ends_with('.')))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail;

    #[test]
    fn domains_and_what_lies_below_them() {
        let own = ["example.org".to_string(), "@Support.example.net".to_string()];
        for (address, expected) in [
            ("a@example.org", true),
            ("a@DE.example.org", true),
            ("a@support.example.net", true),
            ("a@badexample.org", false),
            ("a@example.net", false),
            ("nobody", false),
        ] {
            assert_eq!(lies_in(address, &own), expected, "{address}");
        }
        assert!(!lies_in("a@example.org", &[String::new()]));
    }

    #[track_caller]
    fn check(fields: &str, expected: Role) {
        let roles = Roles::new(&["example.org".into()], &["vendor.example".into()]);
        let message = mail::parse("m.eml", format!("{fields}\nSubject: setup\n\ntext\n").as_bytes()).value.remove(0);
        assert_eq!(roles.of(&message), expected, "of {fields}");
    }

    #[test]
    fn roles_by_domain_and_machines_by_their_fields() {
        check("From: Ann <ann@example.com>", Role::Customer);
        check("From: Bob <bob@support.example.org>", Role::OwnTeam);
        check("From: Help <help@vendor.example>", Role::Vendor);
        check("From: Bob <bob@example.org>\nAuto-Submitted: auto-replied", Role::Machine);
        check("From: Bob", Role::Customer);
        check("X-Nothing: x", Role::Customer);
    }

    #[test]
    fn without_domains_everybody_is_a_customer() {
        let message = mail::parse("m.eml", b"From: bob@example.org\n\ntext\n").value.remove(0);
        assert_eq!(Roles::default().of(&message), Role::Customer);
    }
}
