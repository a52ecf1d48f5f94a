//! The mails of a case: the customer's, the desk's answers with what they quote, the log that is asked for, the thanks.

use jiff::{
    Timestamp, ZonedDateTime,
    tz::{Offset, TimeZone},
};

use super::{
    log::{Log, log},
    mime::{self, Attachment, Form},
    people::{Customer, DESK, Person, agent, host, person},
    random::Random,
    words::{EN, Words, ZH},
    year::{DemoCase, Plan},
};

/// A mail of the made-up year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// When it is sent, in seconds since 1970.
    pub at: i64,
    /// A name for its file, in order of time below the month that it is sent in: `2024-07/03-0912-CAS-20311-K7T2-1.eml`.
    pub name: String,
    /// Its bytes.
    pub raw: Vec<u8>,
}

/// Of the customers, by number: those that write into the form of the desk's portal, which names the case.
fn has_portal(customer: usize) -> bool {
    customer.is_multiple_of(3)
}

/// How a customer's mails are written.
fn form(customer: usize, chinese: bool) -> Form {
    match (chinese, customer % 7) {
        (true, 1..=3) => Form::Gb18030,
        (false, 2) => Form::Html,
        _ => Form::Plain,
    }
}

/// What a case's mails have in common.
struct Thread<'c> {
    case: &'c DemoCase,
    id: String,
    of: Customer,
    words: &'static Words,
    writer: Person,
    agent: Person,
    host: String,
    title: String,
    random: Random,
    sent: Vec<Sent>,
    letters: Vec<Letter>,
}

/// A mail as the next one quotes it.
struct Sent {
    id: String,
    from: Person,
    to: Person,
    at: ZonedDateTime,
    subject: String,
    text: String,
}

/// The mails of a case of a plan's year, in order of time.
pub fn letters(plan: Plan, case: &DemoCase) -> Vec<Letter> {
    let mut random = Random::new(plan.seed, u64::from(case.number));
    let (of, trouble) = (case.customer(), case.trouble());
    let (words, texts) = if of.chinese { (&ZH, &trouble.zh) } else { (&EN, &trouble.en) };
    let writer = person(&mut random, case.customer, &of);
    let agent = agent(&mut random, of.chinese);
    let host = host(&mut random, &trouble.product);
    let title = random.pick(&texts.titles).replace("{host}", &host);
    let said = random.pick(&texts.said).replace("{host}", &host);
    let log = log(&mut random, trouble, &host, case.opened, of.hours_east);
    let id = case.id();
    let mut thread =
        Thread { case, id, of, words, writer, agent, host, title, random, sent: Vec::new(), letters: Vec::new() };
    // Some send the log at once, some when they are asked; the others have none to send.
    let (first, later) = match (log, thread.random.unit()) {
        (Some(log), share) if share < 0.45 => (Some(log), None),
        (Some(log), share) if share < 0.75 => (None, Some(log)),
        _ => (None, None),
    };
    if trouble.id == "monitor-timeout" {
        thread.probe(&said);
    } else {
        thread.report(&said, first);
    }
    thread.answer(&texts.fix, later);
    thread.letters
}

impl Thread<'_> {
    /// A moment of the case: 0 is its opening, 1 its close.
    fn at(&self, share: f64) -> i64 {
        self.case.opened + ((self.case.closed - self.case.opened) as f64 * share) as i64
    }

    /// The customer's first mail.
    fn report(&mut self, said: &str, log: Option<Log>) {
        let words = self.words;
        let portal = has_portal(self.case.customer);
        let mut text = format!("{}\n\n", self.random.pick(words.greetings));
        // A few leave it to the log.
        let vague = log.is_some() && self.random.chance(0.2);
        text.push_str(if vague { self.random.pick::<&str>(words.vague) } else { said });
        for _ in 0..self.random.below(3) {
            let more = self.random.pick(words.circumstances);
            if !text.contains(more) {
                text.push_str(words.between);
                text.push_str(&more.replace("{count}", &(2 + self.random.below(30)).to_string()));
            }
        }
        if log.is_some() {
            text.push_str(words.between);
            text.push_str(&self.random.pick(words.attached).replace("{host}", &self.host));
        }
        let close = self.random.pick(words.regards);
        text.push_str(&format!("\n\n{close}\n{}\n", self.writer.name));
        if self.random.chance(0.4) {
            text.push_str(&format!("\n-- \n{}\n{}\n", self.writer.name, self.of.name));
        }
        let subject = if portal {
            text = format!("{}\n{text}", self.data());
            self.named()
        } else {
            self.title.clone()
        };
        let (from, to) = (self.writer.clone(), desk());
        self.send(from, to, self.case.opened, subject, text, log);
    }

    /// What a robot of the customer writes.
    fn probe(&mut self, said: &str) {
        let text = format!("{}\n{said}\n", self.data());
        let from =
            Person { name: "Monitoring".into(), called: String::new(), address: format!("probe@{}", self.of.domain) };
        let subject = self.named();
        self.send(from, desk(), self.case.opened, subject, text, None);
    }

    /// A subject as the portal writes it.
    fn named(&self) -> String {
        let (words, case) = (self.words, self.case);
        format!("[{}: {}] |P{}|{}|{}", words.case, self.id, case.severity, self.of.name, self.title)
    }

    /// What the desk notes of a case: its fields.
    fn data(&self) -> String {
        let (words, case) = (self.words, self.case);
        let product = &case.trouble().product;
        format!(
            "{}: {}\n{}: {product}\n{}: P{}\n",
            words.customer, self.of.name, words.product, words.severity, case.severity
        )
    }

    /// The desk's mails up to the close, and the customer's between them.
    fn answer(&mut self, fix: &str, log: Option<Log>) {
        let words = self.words;
        let hello = words.dear.replace("{name}", &self.writer.called);
        let asks = log.is_some();
        let mut data = format!("{}\n\n", self.data());
        if asks || self.random.chance(0.3) {
            let ask = if asks { words.ask.replace("{host}", &self.host) } else { String::new() };
            let opened = words.opened.replace("{case}", &self.id);
            let text = format!("{hello}\n\n{opened}{}{ask}\n\n{data}{}\n", words.between, self.signed());
            data.clear();
            let share = 0.05 + 0.15 * self.random.unit();
            let at = self.at(share);
            self.reply(true, at, text, None);
        }
        if let Some(log) = log {
            let name = self.agent.called.clone();
            let here = self.random.pick(words.here).replace("{host}", &self.host);
            let text = format!("{}\n\n{here}\n\n{}\n", words.dear.replace("{name}", &name), self.writer.name);
            self.reply(false, self.at(0.4), text, Some(log));
        }
        let text =
            format!("{hello}\n\n{fix}{}{}\n\n{data}{}\n", words.between, self.random.pick(words.tell), self.signed());
        self.reply(true, self.at(0.85), text, None);
        if self.random.chance(0.35) && self.sent[0].from == self.writer {
            let thanks = self.random.pick(words.thanks);
            let text = format!("{thanks}\n\n{}\n", self.writer.name);
            self.reply(false, self.at(0.97), text, None);
        }
    }

    fn signed(&self) -> String {
        format!("{}\n{}\n{}", self.words.regards[0], self.agent.name, self.words.desk)
    }

    /// Answers the last mail and quotes it.
    fn reply(&mut self, by_desk: bool, at: i64, text: String, log: Option<Log>) {
        let customer = self.sent[0].from.clone();
        let agent = Person { address: desk().address, ..self.agent.clone() };
        let (from, to) = if by_desk { (agent, customer) } else { (customer, desk()) };
        let subject = match &self.sent[0].subject {
            named if named.contains(&self.id) => format!("{}{named}", self.words.re),
            title => format!("{}{title} [{}: {}]", self.words.re, self.words.case, self.id),
        };
        let style = self.random.below(2);
        let quoted = self.sent.last().map(|last| (self.words.quote)(style, last.into())).unwrap_or_default();
        self.send(from, to, at, subject, format!("{text}\n{quoted}"), log);
    }

    fn send(&mut self, from: Person, to: Person, at: i64, subject: String, text: String, log: Option<Log>) {
        let nth = self.sent.len() + 1;
        let by_desk = from.address.ends_with(DESK);
        let hours = if by_desk && !self.of.chinese { 0 } else { self.of.hours_east };
        let time = Timestamp::from_second(at).unwrap_or_default();
        let zoned = time.to_zoned_datetime(TimeZone::fixed(Offset::constant(hours as i8)));
        let domain = if by_desk { DESK } else { &self.of.domain };
        let id = format!("{}.{nth}@{domain}", self.id.to_lowercase());
        let attachment = log.map(|log| Attachment::of(&mut self.random, log));
        let mail = mime::Mail {
            from: &from,
            to: &to,
            date: zoned.strftime("%a, %d %b %Y %H:%M:%S %z").to_string(),
            id: &id,
            references: self.sent.iter().map(|sent| sent.id.as_str()).collect(),
            subject: &subject,
            text: &text,
            attachment: attachment.as_ref(),
            form: if by_desk { Form::Plain } else { form(self.case.customer, self.of.chinese) },
        };
        let name = format!("{}-{}-{nth}.eml", time.strftime("%Y-%m/%d-%H%M"), self.id);
        self.letters.push(Letter { at, name, raw: mail.bytes() });
        self.sent.push(Sent { id, from, to, at: zoned, subject, text });
    }
}

/// A mail that is quoted, as words need it.
pub(super) struct Quoted<'s> {
    pub(super) from: &'s Person,
    pub(super) to: &'s Person,
    pub(super) at: &'s ZonedDateTime,
    pub(super) subject: &'s str,
    pub(super) text: &'s str,
}

impl<'s> From<&'s Sent> for Quoted<'s> {
    fn from(sent: &'s Sent) -> Self {
        Quoted { from: &sent.from, to: &sent.to, at: &sent.at, subject: &sent.subject, text: &sent.text }
    }
}

/// The address that customers write to.
fn desk() -> Person {
    Person { name: "Service Desk".into(), called: String::new(), address: format!("support@{DESK}") }
}
