//! Header blocks that mail programs put above the history: `From:`, `Sent:`, `To:`, `Subject:` in their languages.

use std::{collections::HashMap, sync::LazyLock};

use super::{intro::ADDRESS, look};

/// The kinds of header block labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Label {
    From,
    Sent,
    To,
    Subject,
    Other,
}

/// Labels of header blocks in the languages of Outlook and others, in lower case.
const LABELS: &[(Label, &[&str])] = &[
    (
        Label::From,
        &[
            "from",
            "von",
            "de",
            "van",
            "da",
            "från",
            "fra",
            "od",
            "от",
            "от кого",
            "lähettäjä",
            "kimden",
            "feladó",
            "expéditeur",
            "发件人",
            "寄件者",
            "寄件人",
            "發件人",
            "发信人",
            "送信者",
            "差出人",
            "보낸 사람",
            "보낸사람",
            "από",
            "remitente",
            "发送人",
            "发件者",
        ],
    ),
    (
        Label::Sent,
        &[
            "sent",
            "date",
            "gesendet",
            "datum",
            "envoyé",
            "enviado",
            "enviado el",
            "enviada em",
            "verzonden",
            "inviato",
            "skickat",
            "sendt",
            "wysłano",
            "data",
            "fecha",
            "отправлено",
            "дата",
            "lähetetty",
            "gönderilen",
            "gönderildi",
            "tarih",
            "sent at",
            "dato",
            "发送时间",
            "发送日期",
            "日期",
            "寄件日期",
            "傳送日期",
            "發送日期",
            "时间",
            "時間",
            "送信日時",
            "日付",
            "보낸 날짜",
            "날짜",
            "sent on",
            "date d'envoi",
            "odesláno",
            "elküldve",
            "päivämäärä",
            "发件时间",
            "發送時間",
            "日時",
            "data e ora",
            "inviata",
        ],
    ),
    (
        Label::To,
        &[
            "to",
            "an",
            "à",
            "a",
            "para",
            "aan",
            "till",
            "til",
            "do",
            "кому",
            "vastaanottaja",
            "kime",
            "pour",
            "destinataire",
            "komu",
            "címzett",
            "收件人",
            "收件者",
            "宛先",
            "받는 사람",
            "받는사람",
            "προς",
            "destinatario",
            "送达人",
            "收信人",
        ],
    ),
    (
        Label::Subject,
        &[
            "subject",
            "betreff",
            "objet",
            "asunto",
            "assunto",
            "onderwerp",
            "oggetto",
            "ämne",
            "emne",
            "temat",
            "тема",
            "aihe",
            "konu",
            "předmět",
            "tárgy",
            "主题",
            "主題",
            "标题",
            "主旨",
            "件名",
            "제목",
            "θέμα",
            "sujet",
        ],
    ),
    (
        Label::Other,
        &[
            "cc",
            "bcc",
            "kopie",
            "copie",
            "importance",
            "reply-to",
            "attachments",
            "anlagen",
            "priorität",
            "抄送",
            "副本",
            "密送",
            "重要性",
            "附件",
            "kopia",
            "priority",
            "wichtigkeit",
            "cc to",
            "cópia",
            "copia",
            "копия",
            "dw",
            "참조",
            "回复",
            "答复地址",
        ],
    ),
];

static LABEL_OF: LazyLock<HashMap<&'static str, Label>> =
    LazyLock::new(|| LABELS.iter().flat_map(|(label, words)| words.iter().map(|word| (*word, *label))).collect());

/// The label that a line begins with, and whether a value follows it.
fn label(line: &str) -> Option<(Label, bool)> {
    let text = line.trim_start_matches([' ', '\t', '*', '|', '\u{a0}', '\u{3000}']);
    // The longest label has fifteen letters; blanks may stand between Chinese ones.
    let (end, colon) = text.char_indices().take(26).find(|(_, c)| matches!(c, ':' | '：' | '︰'))?;
    let mut word = text[..end].trim().trim_matches('*').trim().to_lowercase().replace('\u{a0}', " ");
    if word.chars().any(|c| c > '\u{2e80}') {
        word.retain(|c| !c.is_whitespace() && c != '\u{3000}');
    }
    let value = text[end + colon.len_utf8()..].trim().trim_matches('*');
    LABEL_OF.get(word.as_str()).map(|label| (*label, !value.trim().is_empty()))
}

/// Whether a header block of an older message begins at `at`.
pub(super) fn header_block(lines: &[&str], at: usize) -> bool {
    let Some((first, _)) = label(look(lines[at])) else { return false };
    if first == Label::Other {
        return false;
    }
    let mut seen = vec![first];
    let mut texts = 0;
    for line in lines[at + 1..].iter().take(14) {
        let line = look(line);
        if line.trim().is_empty() {
            // Some programs put a blank line after each field.
            texts += usize::from(seen.len() == 1);
            continue;
        }
        match label(line) {
            Some((label, _)) => {
                if !seen.contains(&label) {
                    seen.push(label);
                }
                texts = 0;
            }
            // A long list of recipients goes on over some lines.
            None => texts += 1,
        }
        if texts > 3 {
            break;
        }
    }
    let has = |label| seen.contains(&label);
    let count = [Label::Sent, Label::To, Label::Subject].into_iter().filter(|label| has(*label)).count();
    match first {
        Label::From => count >= 2 || (count == 1 && has(Label::Subject) && ADDRESS.is_match(look(lines[at]))),
        // `Subject:` or `Date:` first: Lotus Notes, Thunderbird, phones.
        _ => has(Label::From) && count >= 2,
    }
}
