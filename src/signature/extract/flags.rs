//! What the words around a number speak of: a stop screen, an installer, a mail server.
//!
//! A bare number has no kind; its line gives it one. The line is read once, whatever the number of
//! candidates on it; of very long lines only the part around the candidate.

use std::ops::{BitOr, BitOrAssign, Range};

use memchr::{memchr, memrchr};

use super::{lex, literals::Literals};

/// A set of subjects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Flags(u32);

impl Flags {
    pub(super) const STOP: Flags = Flags(1);
    pub(super) const KERNEL: Flags = Flags(1 << 1);
    pub(super) const INSTALLER: Flags = Flags(1 << 2);
    pub(super) const MAIL: Flags = Flags(1 << 3);
    pub(super) const HTTP: Flags = Flags(1 << 4);
    pub(super) const KERBEROS: Flags = Flags(1 << 5);
    pub(super) const MYSQL: Flags = Flags(1 << 6);
    pub(super) const MSSQL: Flags = Flags(1 << 7);
    pub(super) const FAILING: Flags = Flags(1 << 8);
    pub(super) const MAKE: Flags = Flags(1 << 9);
    pub(super) const WINDOWS: Flags = Flags(1 << 10);
    pub(super) const UNIX: Flags = Flags(1 << 11);
    pub(super) const EVENT: Flags = Flags(1 << 12);
    pub(super) const POWER_EVENT: Flags = Flags(1 << 13);

    pub(super) const PRINTER: Flags = Flags(1 << 14);
    pub(super) const INNODB: Flags = Flags(1 << 15);
    pub(super) const CONTAINER: Flags = Flags(1 << 20);

    /// Whether any subject of `other` is in this set.
    pub(super) fn any(self, other: Flags) -> bool {
        self.0 & other.0 != 0
    }
}

impl BitOr for Flags {
    type Output = Flags;

    fn bitor(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }
}

impl BitOrAssign for Flags {
    fn bitor_assign(&mut self, other: Flags) {
        self.0 |= other.0;
    }
}

/// Words that name a subject. ASCII words must begin where a word begins.
const WORDS: &[(&str, Flags)] = &[
    ("bugcheck", Flags::STOP),
    ("bug check", Flags::STOP),
    ("blue screen", Flags::STOP),
    ("bluescreen", Flags::STOP),
    ("bsod", Flags::STOP),
    ("stop code", Flags::STOP),
    ("stopcode", Flags::STOP),
    ("stop error", Flags::STOP),
    ("stop 0x", Flags::STOP),
    ("stop: ", Flags::STOP),
    ("stop:0x", Flags::STOP),
    ("stop代码", Flags::STOP),
    ("stop 代码", Flags::STOP),
    ("stop代碼", Flags::STOP),
    ("stop错误", Flags::STOP),
    ("蓝屏", Flags::STOP),
    ("藍屏", Flags::STOP),
    ("藍白畫面", Flags::STOP),
    ("藍底白字", Flags::STOP),
    ("停止代码", Flags::STOP),
    ("停止代碼", Flags::STOP),
    ("停止错误", Flags::STOP),
    ("停止錯誤", Flags::STOP),
    ("检测错误", Flags::STOP),
    ("錯誤檢查", Flags::STOP),
    ("终止代码", Flags::STOP),
    ("bug 检查", Flags::STOP),
    ("bug检查", Flags::STOP),
    // What Hyper-V says of its guest.
    ("guest operating system has reported that it failed", Flags::STOP),
    ("来宾操作系统报告它已失败", Flags::STOP),
    ("客體作業系統", Flags::STOP),
    ("синий экран", Flags::STOP),
    ("синего экрана", Flags::STOP),
    ("синього екран", Flags::STOP),
    ("ブルースクリーン", Flags::STOP),
    ("블루스크린", Flags::STOP),
    ("pantalla azul", Flags::STOP),
    ("écran bleu", Flags::STOP),
    ("tela azul", Flags::STOP),
    ("kernel-power", Flags::POWER_EVENT),
    ("kernel:", Flags::KERNEL),
    ("kernel[", Flags::KERNEL),
    ("vmlinuz", Flags::KERNEL),
    ("probe of", Flags::KERNEL),
    ("i/o error", Flags::KERNEL),
    ("systemd", Flags::UNIX),
    ("/var/", Flags::UNIX),
    ("/etc/", Flags::UNIX),
    ("/usr/", Flags::UNIX),
    ("/dev/", Flags::UNIX),
    ("/home/", Flags::UNIX),
    ("linux", Flags::UNIX),
    ("ubuntu", Flags::UNIX),
    ("container", Flags::CONTAINER),
    ("docker", Flags::CONTAINER),
    ("kube", Flags::CONTAINER),
    ("k8s", Flags::CONTAINER),
    ("pod ", Flags::CONTAINER),
    ("pods", Flags::CONTAINER),
    ("pod/", Flags::CONTAINER),
    ("podman", Flags::CONTAINER),
    ("oomkilled", Flags::CONTAINER),
    ("crashloopbackoff", Flags::CONTAINER),
    ("last state:", Flags::CONTAINER),
    ("容器", Flags::CONTAINER),
    ("msi (", Flags::INSTALLER),
    ("msiexec", Flags::INSTALLER),
    (".msi", Flags::INSTALLER),
    ("installer", Flags::INSTALLER),
    ("mainenginethread", Flags::INSTALLER),
    ("msi returned", Flags::INSTALLER),
    ("msi error", Flags::INSTALLER),
    ("installation failed", Flags::INSTALLER),
    ("安装程序", Flags::INSTALLER),
    ("setup cannot", Flags::INSTALLER),
    ("verify that you have sufficient", Flags::INSTALLER),
    ("verify that you have access", Flags::INSTALLER),
    ("contact your support personnel", Flags::INSTALLER),
    ("安裝程式", Flags::INSTALLER),
    ("安装包", Flags::INSTALLER),
    ("product:", Flags::INSTALLER),
    ("smtp", Flags::MAIL),
    ("javax.mail", Flags::MAIL),
    ("sun.mail", Flags::MAIL),
    ("exim", Flags::MAIL),
    ("收件箱", Flags::MAIL),
    ("信箱", Flags::MAIL),
    ("dsn", Flags::MAIL),
    (" said:", Flags::MAIL),
    ("rcpt to", Flags::MAIL),
    ("mail from", Flags::MAIL),
    ("mail action", Flags::MAIL),
    ("remote server", Flags::MAIL),
    ("recipient", Flags::MAIL),
    ("mailbox", Flags::MAIL),
    ("bounce", Flags::MAIL),
    ("postfix", Flags::MAIL),
    ("sendmail", Flags::MAIL),
    ("undeliverable", Flags::MAIL),
    ("dkim", Flags::MAIL),
    ("dmarc", Flags::MAIL),
    ("spamhaus", Flags::MAIL),
    ("junkmail", Flags::MAIL),
    ("rfc 5321", Flags::MAIL),
    ("rfc 5322", Flags::MAIL),
    ("rfc5321", Flags::MAIL),
    ("rfc5322", Flags::MAIL),
    ("ndr", Flags::MAIL),
    ("diagnostic-code", Flags::MAIL),
    ("status=bounced", Flags::MAIL),
    ("status=deferred", Flags::MAIL),
    ("邮件", Flags::MAIL),
    ("郵件", Flags::MAIL),
    ("邮箱", Flags::MAIL),
    ("退信", Flags::MAIL),
    ("收件人", Flags::MAIL),
    ("http", Flags::HTTP),
    ("iis", Flags::HTTP),
    ("nginx", Flags::HTTP),
    ("upstream", Flags::HTTP),
    ("status code", Flags::HTTP),
    ("statuscode", Flags::HTTP),
    ("status_code", Flags::HTTP),
    ("状态码", Flags::HTTP),
    ("狀態碼", Flags::HTTP),
    ("网页", Flags::HTTP),
    ("网站", Flags::HTTP),
    ("網站", Flags::HTTP),
    ("web server", Flags::HTTP),
    ("webpage", Flags::HTTP),
    ("web page", Flags::HTTP),
    ("website", Flags::HTTP),
    ("rest api", Flags::HTTP),
    ("kerberos", Flags::KERBEROS),
    ("krbtgt", Flags::KERBEROS),
    ("krberror", Flags::KERBEROS),
    ("krbexception", Flags::KERBEROS),
    ("krb error", Flags::KERBEROS),
    ("kdc_err", Flags::KERBEROS),
    ("kerb ", Flags::KERBEROS),
    ("ticket options", Flags::KERBEROS),
    ("ticket encryption", Flags::KERBEROS),
    ("票证选项", Flags::KERBEROS),
    ("票證選項", Flags::KERBEROS),
    ("票证加密", Flags::KERBEROS),
    ("票證加密", Flags::KERBEROS),
    ("kdc", Flags::KERBEROS),
    ("pre-authentication", Flags::KERBEROS),
    ("预身份验证", Flags::KERBEROS),
    ("mysql", Flags::MYSQL),
    ("pymysql", Flags::MYSQL),
    ("mysqldb", Flags::MYSQL),
    ("aiomysql", Flags::MYSQL),
    ("mysqld", Flags::MYSQL),
    ("tidb", Flags::MYSQL),
    ("mariadb", Flags::MYSQL),
    ("innodb", Flags(1 << 6 | 1 << 15)),
    ("sql server", Flags::MSSQL),
    ("mssql", Flags::MSSQL),
    ("sqlserver", Flags::MSSQL),
    ("sqlclient", Flags::MSSQL),
    ("severity:", Flags::MSSQL),
    ("严重性", Flags::MSSQL),
    ("嚴重性", Flags::MSSQL),
    ("*** [", Flags::MAKE),
    ("make[", Flags::MAKE),
    ("make:", Flags::MAKE),
    ("exit status", Flags::MAKE),
    ("windows", Flags::WINDOWS),
    ("win32", Flags::WINDOWS),
    ("winerror", Flags::WINDOWS),
    ("win10", Flags::WINDOWS),
    ("win7", Flags::WINDOWS),
    ("hresult", Flags::WINDOWS),
    ("c:\\", Flags::WINDOWS),
    ("ntcreatefile", Flags::WINDOWS),
    // VirtualBox counts below zero in a way of its own.
    ("verr_", Flags::WINDOWS),
    ("supr3", Flags::WINDOWS),
    ("navicat", Flags::MYSQL),
    ("printer", Flags::PRINTER),
    ("spooler", Flags::PRINTER),
    ("打印", Flags::PRINTER),
    ("印表機", Flags::PRINTER),
    ("列印", Flags::PRINTER),
    ("event", Flags::EVENT),
    ("事件", Flags::EVENT),
    ("fail", Flags::FAILING),
    ("error", Flags::FAILING),
    ("cannot", Flags::FAILING),
    ("could not", Flags::FAILING),
    ("couldn't", Flags::FAILING),
    ("can't", Flags::FAILING),
    ("unable", Flags::FAILING),
    ("denied", Flags::FAILING),
    ("refused", Flags::FAILING),
    ("timed out", Flags::FAILING),
    ("timeout", Flags::FAILING),
    ("超时", Flags::FAILING),
    ("逾時", Flags::FAILING),
    ("中断", Flags::FAILING),
    ("重置", Flags::FAILING),
    ("连不上", Flags::FAILING),
    ("連不上", Flags::FAILING),
    ("失败", Flags::FAILING),
    ("失敗", Flags::FAILING),
    ("错误", Flags::FAILING),
    ("錯誤", Flags::FAILING),
    ("报错", Flags::FAILING),
    ("報錯", Flags::FAILING),
    ("无法", Flags::FAILING),
    ("無法", Flags::FAILING),
    ("拒绝", Flags::FAILING),
    ("拒絕", Flags::FAILING),
    ("被拒", Flags::FAILING),
    ("不能", Flags::FAILING),
    ("异常", Flags::FAILING),
    ("ошибк", Flags::FAILING),
    ("помилк", Flags::FAILING),
    ("fehler", Flags::FAILING),
    ("erreur", Flags::FAILING),
    ("échec", Flags::FAILING),
    ("falha", Flags::FAILING),
    ("エラー", Flags::FAILING),
    ("오류", Flags::FAILING),
];

/// The subject words, compiled.
pub(super) fn literals() -> Literals {
    Literals::new(WORDS.iter().map(|&(word, _)| word.into()).collect(), |_| true)
}

/// The subjects of a line and of what stands just before it.
#[derive(Debug)]
pub(super) struct Surroundings {
    /// For which offsets this was read.
    valid: Range<usize>,
    pub(super) line_flags: Flags,
    before: Range<usize>,
    /// Read when it is asked for: most numbers are decided by their line.
    before_flags: Option<Flags>,
}

/// Lines up to this length are read whole and once; of longer ones the part around the candidate.
/// Twice the length of a long CBS or IIS line.
const WHOLE_LINE: usize = 1200;
/// How far around a candidate a very long line is read, in bytes.
const REACH: usize = 400;
/// How much before the line is read: two or three lines of prose.
const BEFORE: usize = 240;

impl Surroundings {
    pub(super) fn read(bytes: &[u8], at: usize, words: &Literals) -> Self {
        let from = at.saturating_sub(WHOLE_LINE);
        let to = bytes.len().min(at + WHOLE_LINE);
        let start = memrchr(b'\n', &bytes[from..at]).map(|found| from + found + 1);
        let end = memchr(b'\n', &bytes[at..to]).map(|found| at + found);
        let start = start.or((from == 0).then_some(0));
        let end = end.or((to == bytes.len()).then_some(to));
        let (line, valid) = match (start, end) {
            (Some(start), Some(end)) => (start..end, start..end + 1),
            _ => {
                let start = start.unwrap_or(0).max(at.saturating_sub(REACH));
                let end = end.unwrap_or(to).min(at + REACH);
                // Half the reach on: a candidate further along gets its own reading.
                (start..end, at..(at + REACH / 2).min(end + 1))
            }
        };
        let before = line.start.saturating_sub(BEFORE)..line.start;
        Surroundings {
            valid,
            line_flags: read_flags(bytes, line.clone(), words) | head_flags(&bytes[line]),
            before,
            before_flags: None,
        }
    }

    /// What the line and the stretch before it speak of.
    pub(super) fn near_flags(&mut self, bytes: &[u8], words: &Literals) -> Flags {
        let before = self.before.clone();
        self.line_flags | *self.before_flags.get_or_insert_with(|| read_flags(bytes, before, words))
    }

    pub(super) fn covers(&self, at: usize) -> bool {
        self.valid.contains(&at)
    }
}

/// What the shape of a line's head says: `Jul  1 09:19:03 host` is a Unix system log.
fn head_flags(line: &[u8]) -> Flags {
    const SHAPE: &[u8] = b"Aaa 99 99:99:99 ";
    let syslog = line.len() > SHAPE.len()
        && SHAPE.iter().zip(line).all(|(&shape, &byte)| match shape {
            b'A' => byte.is_ascii_uppercase(),
            b'a' => byte.is_ascii_lowercase(),
            b'9' => byte.is_ascii_digit() || byte == b' ',
            _ => byte == shape,
        });
    // dmesg: `[  123.456789] md: …`
    let seconds = line.first() == Some(&b'[') && {
        let dot = lex::skip_while(line, 1, 10, |byte| byte.is_ascii_digit() || byte == b' ');
        let end = lex::skip_digits(line, dot + 1);
        dot > 1 && lex::byte(line, dot) == b'.' && end - dot == 7 && lex::byte(line, end) == b']'
    };
    match (syslog, seconds) {
        (true, _) => Flags::UNIX,
        (_, true) => Flags::UNIX | Flags::KERNEL,
        _ => Flags::default(),
    }
}

fn read_flags(bytes: &[u8], range: Range<usize>, words: &Literals) -> Flags {
    let mut flags = Flags::default();
    for (place, at) in words.find_iter(bytes, range) {
        let (word, flag) = WORDS[place];
        let begins = !word.as_bytes()[0].is_ascii_alphanumeric() || !lex::before(bytes, at.start).is_ascii_alphabetic();
        // Failing words also stand inside others: `OperationalError`, `LoadFailed`.
        if begins || flag == Flags::FAILING {
            flags |= flag;
        }
    }
    flags
}
