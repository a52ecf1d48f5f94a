//! Bytes to text for mail: declared character sets, and what to do when they are absent, unknown or false.
//!
//! A declared character set is believed only as far as the bytes agree with it. Decoding of log files is
//! left to the log readers: attachments keep their bytes.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, ISO_2022_JP, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};
use mail_parser::decoders::charsets::map::charset_decoder;

/// Bytes that the guess looks at: chardetng does about 6 MB/s, and more bytes change its answer rarely. A fuzz target would spend nearly all
/// of its time in it, several times for each input.
const GUESS_BYTES: usize = if cfg!(fuzzing) { 256 } else { 16 * 1024 };

/// Text and how it came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decoded {
    /// The text; U+FFFD where bytes made no sense.
    pub text: String,
    /// What it was decoded from.
    pub encoding: &'static str,
    /// Some bytes made no sense.
    pub damaged: bool,
}

/// Decodes `bytes`, which are said to be in `label`.
pub(super) fn decode(bytes: &[u8], label: Option<&str>) -> Decoded {
    if let Some((encoding, skip)) = Encoding::for_bom(bytes) {
        return lossy(&bytes[skip..], encoding);
    }
    let label = label.map(clean_label).filter(|label| !label.is_empty());
    let declared = label.as_deref().and_then(lookup);
    let plain = bytes.is_ascii() && !bytes.contains(&0x1b);
    if let Some(encoding) = declared.filter(|encoding| *encoding == UTF_16LE || *encoding == UTF_16BE)
        && let Some(text) = utf16(bytes, encoding)
    {
        return text;
    }
    if let (None, Some(label)) = (declared, &label)
        && let Some(decoder) = charset_decoder(label.as_bytes()).filter(|_| !is_ascii_label(label))
        && (!plain || label.contains("utf-7") || label.contains("utf7"))
        && str::from_utf8(bytes).is_ok() == plain
    {
        let text = decoder(bytes);
        let damaged = text.contains(char::REPLACEMENT_CHARACTER);
        return Decoded { text, encoding: "other", damaged };
    }
    if plain {
        return Decoded { text: ascii(bytes), encoding: "us-ascii", damaged: false };
    }
    if let Ok(text) = str::from_utf8(bytes)
        && !bytes.is_ascii()
        && believe_utf8(text, declared)
    {
        return Decoded { text: text.to_owned(), encoding: "utf-8", damaged: false };
    }
    match declared {
        Some(encoding) if encoding == UTF_8 => mostly_utf8(bytes),
        Some(encoding) => declared_or_guess(bytes, encoding),
        None => guess(bytes),
    }
}

/// `bytes` in `encoding`, if every byte of it makes sense there.
pub(super) fn decode_exactly(bytes: &[u8], label: &str) -> Option<String> {
    let encoding = lookup(&clean_label(label))?;
    encoding.decode_without_bom_handling_and_without_replacement(bytes).map(|text| text.into_owned())
}

/// The label in lower case, without quotes, blanks and an RFC 2231 language.
fn clean_label(label: &str) -> String {
    let label = label.split('*').next().unwrap_or_default();
    label.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';')).to_ascii_lowercase()
}

fn is_ascii_label(label: &str) -> bool {
    matches!(
        label,
        "us-ascii" | "ascii" | "ansi_x3.4-1968" | "7bit" | "8bit" | "unknown-8bit" | "x-unknown" | "unknown"
    )
}

/// The encoding of a label, with the names that mail programs use beside those of the web standard.
fn lookup(label: &str) -> Option<&'static Encoding> {
    if is_ascii_label(label) {
        return None;
    }
    match label {
        // GB18030 holds GBK and GB2312 and decodes what senders really put there.
        "gb2312" | "gbk" | "x-gbk" | "cp936" | "ms936" | "windows-936" | "euc-cn" | "gb_2312-80" | "gb18030"
        | "gb2312_charset" | "hz" | "chinese" | "936" => Some(GB18030),
        "cp950" | "ms950" | "big5-eten" | "950" => Some(BIG5),
        "cp932" | "ms932" | "sjis-win" | "932" => Some(SHIFT_JIS),
        "cp949" | "ms949" | "ks_c_5601" | "uhc" | "949" => Some(EUC_KR),
        "cp51932" | "eucjp-win" => Some(EUC_JP),
        "iso-2022-jp-2" | "iso-2022-jp-ms" | "cp50220" | "cp50221" => Some(ISO_2022_JP),
        "utf8" | "utf-8mb4" | "utf8mb4" | "unicode-utf8" => Some(UTF_8),
        _ => Encoding::for_label_no_replacement(label.as_bytes()).or_else(|| {
            let number = label.strip_prefix("cp").or_else(|| label.strip_prefix("windows"))?;
            Encoding::for_label(format!("windows-{}", number.trim_start_matches('-')).as_bytes())
        }),
    }
    .map(|encoding| if encoding == GBK { GB18030 } else { encoding })
}

/// Whether text that is valid UTF-8 is taken for it, whatever was declared.
///
/// In a declared double-byte set some short words are valid UTF-8 by chance, always as two-byte sequences
/// (the well-known one is U+8054 U+901A in GBK); three-byte sequences in a row are no chance.
fn believe_utf8(text: &str, declared: Option<&'static Encoding>) -> bool {
    match declared {
        None => true,
        Some(encoding) if encoding == UTF_8 || encoding.is_single_byte() => true,
        Some(encoding) if encoding == ISO_2022_JP => true,
        Some(_) => text.chars().all(|c| c.len_utf8() != 2) && text.chars().any(|c| c.len_utf8() > 2),
    }
}

fn ascii(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn lossy(bytes: &[u8], encoding: &'static Encoding) -> Decoded {
    let (text, damaged) = encoding.decode_without_bom_handling(bytes);
    Decoded { text: text.into_owned(), encoding: encoding.name(), damaged }
}

/// UTF-16 without a byte order mark: the order is told by where the zero bytes of ASCII stand.
fn utf16(bytes: &[u8], declared: &'static Encoding) -> Option<Decoded> {
    let head = &bytes[..bytes.len().min(GUESS_BYTES)];
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if even == 0 && odd == 0 && str::from_utf8(bytes).is_ok() {
        return None;
    }
    let encoding = match even.cmp(&odd) {
        std::cmp::Ordering::Greater => UTF_16BE,
        std::cmp::Ordering::Less => UTF_16LE,
        std::cmp::Ordering::Equal => declared,
    };
    Some(lossy(bytes, encoding))
}

/// Declared UTF-8 that is not quite: a few broken places are kept as such, more mean another encoding.
fn mostly_utf8(bytes: &[u8]) -> Decoded {
    let text = lossy(bytes, UTF_8);
    let broken = text.text.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
    let good = text.text.chars().filter(|c| !c.is_ascii() && *c != char::REPLACEMENT_CHARACTER).count();
    if good >= broken {
        return text;
    }
    let other = guess(bytes);
    if other.damaged { text } else { other }
}

fn declared_or_guess(bytes: &[u8], encoding: &'static Encoding) -> Decoded {
    let text = lossy(bytes, encoding);
    if encoding.is_single_byte() {
        let other = guess(bytes);
        // Western text has its high bytes one by one between letters, East Asian text in pairs.
        if !other.damaged && is_east_asian(&other) && paired(bytes) {
            return other;
        }
        return text;
    }
    if !text.damaged {
        return text;
    }
    let broken = text.text.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
    let good = text.text.chars().filter(|c| !c.is_ascii()).count() - broken;
    if good > broken * 8 {
        return text;
    }
    let other = guess(bytes);
    if other.damaged { text } else { other }
}

/// Whether a text read as East Asian can be that: rows of dashes and umlauts make few different characters.
fn is_east_asian(decoded: &Decoded) -> bool {
    let encodings = [GB18030.name(), BIG5.name(), SHIFT_JIS.name(), EUC_KR.name(), EUC_JP.name()];
    let wide: std::collections::BTreeSet<char> = decoded.text.chars().filter(|c| *c >= '\u{2e80}').take(4096).collect();
    let japanese = decoded.encoding == SHIFT_JIS.name() || decoded.encoding == EUC_JP.name();
    let kana = wide.iter().filter(|c| ('\u{3041}'..='\u{30ff}').contains(*c)).count();
    encodings.contains(&decoded.encoding) && wide.len() >= 6 && (!japanese || kana >= 2)
}

/// Whether nearly all bytes above ASCII stand beside another one, and there are enough of them to tell.
fn paired(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(GUESS_BYTES)];
    let (mut high, mut alone, mut run) = (0usize, 0usize, 0usize);
    for byte in head.iter().chain(std::iter::once(&b' ')) {
        if *byte >= 0x80 {
            high += 1;
            run += 1;
        } else {
            alone += usize::from(run == 1);
            run = 0;
        }
    }
    high >= 6 && alone * 10 <= high
}

fn guess(bytes: &[u8]) -> Decoded {
    if bytes.contains(&0x1b) && bytes.is_ascii() {
        let text = lossy(bytes, ISO_2022_JP);
        if !text.damaged {
            return text;
        }
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&bytes[..bytes.len().min(GUESS_BYTES)], bytes.len() <= GUESS_BYTES);
    let encoding = detector.guess(None, Utf8Detection::Allow);
    let encoding = if encoding == GBK { GB18030 } else { encoding };
    let text = lossy(bytes, encoding);
    if text.damaged && encoding != UTF_8 {
        // Mostly UTF-8 with a cut character is likelier than a text that is wrong in its own encoding.
        let utf8 = lossy(bytes, UTF_8);
        let broken = |text: &str| text.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
        if broken(&utf8.text) <= broken(&text.text) {
            return utf8;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], label: &str, expected: &str) {
        let label = Some(label).filter(|label| !label.is_empty());
        assert_eq!(decode(bytes, label).text, expected, "label {label:?}");
    }

    fn gb(text: &str) -> Vec<u8> {
        GB18030.encode(text).0.into_owned()
    }

    const REPORT: &str = "补丁安装失败，错误代码为拒绝访问，请协助处理";

    #[test]
    fn declared_sets_are_used() {
        check(&gb(REPORT), "GB2312", REPORT);
        check(&gb(REPORT), "\"gbk\"", REPORT);
        check(&BIG5.encode("更新失敗").0, "big5", "更新失敗");
        check(&EUC_KR.encode("설치 오류").0, "ks_c_5601-1987", "설치 오류");
        check(b"caf\xe9", "iso-8859-1", "café");
    }

    #[test]
    fn absent_sets_are_guessed() {
        check(&gb(REPORT), "", REPORT);
        check(REPORT.as_bytes(), "", REPORT);
        check(
            &SHIFT_JIS.encode("更新プログラムのインストールに失敗しました").0,
            "",
            "更新プログラムのインストールに失敗しました",
        );
    }

    #[test]
    fn false_sets_are_corrected() {
        check(REPORT.as_bytes(), "us-ascii", REPORT);
        check(REPORT.as_bytes(), "iso-8859-1", REPORT);
        check(REPORT.as_bytes(), "gb2312", REPORT);
        check(&gb(REPORT), "utf-8", REPORT);
        check(&gb(REPORT), "iso-8859-1", REPORT);
        check(REPORT.as_bytes(), "utf-16", REPORT);
    }

    #[test]
    fn unknown_sets_are_guessed() {
        check(&gb(REPORT), "x-unknown", REPORT);
        check(REPORT.as_bytes(), "no-such-set", REPORT);
        check(b"+AGE-b", "utf-7", "ab");
    }

    #[test]
    fn western_text_stays_western() {
        check(&b"\xc4\xe4\xd6\xf6\xdc\xfc".repeat(5), "iso-8859-1", &"ÄäÖöÜü".repeat(5));
        check(b"wasn\x92t \x97\x97\x97\x97\x97\x97", "windows-1252", "wasn’t ——————");
        check(b"na\xefve caf\xe9 d\xe9j\xe0 vu \xfcber", "iso-8859-1", "naïve café déjà vu über");
    }

    #[test]
    fn a_cut_character_spoils_only_itself() {
        let mut bytes = REPORT.as_bytes().to_vec();
        bytes.pop();
        let decoded = decode(&bytes, Some("utf-8"));
        assert!(decoded.damaged && decoded.text.starts_with("补丁安装失败"));
    }
}
