//! Who is of the own team: by the domains of the settings, `own_domains`.

use crate::{
    mail::role::lies_in,
    store::{CaseRecord, Event, EventKind, MessageRecord},
};

/// Whether an address is of the own team.
pub fn is_own(address: &str, domains: &[String]) -> bool {
    lies_in(address, domains)
}

/// Whose a case is: the customer that its mails name, else the mail domain of who opened it, unless that is the own team.
pub fn customer_of<'c>(case: &'c CaseRecord, own: &[String]) -> Option<&'c str> {
    let named = case.customer.as_deref().map(str::trim).filter(|name| !name.is_empty());
    named.or_else(|| customers_domain(&case.sender, own))
}

/// The mail domain of a sender, unless that is the own team's.
pub fn customers_domain<'s>(sender: &'s str, own: &[String]) -> Option<&'s str> {
    let domain = sender.rsplit_once('@')?.1.trim();
    (!domain.is_empty() && !is_own(sender, own)).then_some(domain)
}

/// What a filter by customer asks for as a mail domain, which may have `*` and `?` in it; `None`: it cannot be one, or is the own
/// team's.
pub fn domain_asked(customer: &str, own: &[String]) -> Option<String> {
    let domain = customer.trim().trim_start_matches('@');
    let is_domain = domain.contains(['.', '*', '?']) && !domain.contains(char::is_whitespace);
    (is_domain && !is_own(&format!("@{domain}"), own)).then(|| domain.to_lowercase())
}

/// The first answer of the own team: its first message by a person after the case was opened. `None` also where no own
/// domain is set. Messages are oldest first.
pub fn first_answer(messages: &[MessageRecord], opened: i64, domains: &[String]) -> Option<Event> {
    let answer = messages.iter().find(|message| {
        !message.automatic && is_own(&message.address, domains) && message.date.is_some_and(|date| date > opened)
    })?;
    Some(Event { at: answer.date?, kind: EventKind::Answered, note: answer.from.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::MessageHash;

    fn message(address: &str, date: i64, automatic: bool) -> MessageRecord {
        MessageRecord {
            id: MessageHash([0; 32]),
            message_id: None,
            date: Some(date),
            from: "Sender".into(),
            address: address.into(),
            subject: String::new(),
            automatic,
            attachments: Vec::new(),
        }
    }

    #[test]
    fn the_first_answer_is_a_persons_after_the_case_was_opened() {
        let own = ["example.org".to_string()];
        let messages = [
            message("s@example.org", 10, false),
            message("ann@example.com", 11, false),
            message("s@example.org", 12, true),
            message("s@example.org", 13, false),
            message("s@example.org", 14, false),
        ];
        assert_eq!(first_answer(&messages, 10, &own).map(|event| event.at), Some(13));
        assert_eq!(first_answer(&messages, 10, &[]), None);
    }
}
