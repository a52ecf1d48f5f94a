//! Errors of the client's network library of SQL Server, which has small numbers of its own: `error: 40 - Could not open a
//! connection to SQL Server`.

use super::{derive::Sentence, hints::word_in};

/// Number and what the library says with it, in both languages. Source: messages of SqlClient (`SNI_ERROR_…`), from knowledge,
/// 2026-11-28.
const ERRORS: &[(&str, &str, &str)] = &[
    ("25", "connection string is not valid", "连接字符串无效"),
    ("26", "error locating the server or instance specified", "定位指定的服务器或实例时出错"),
    ("28", "the server does not support the protocol requested", "服务器不支持请求的协议"),
    ("40", "could not open a connection to SQL Server", "无法打开到 SQL Server 的连接"),
];

/// What a text with the name of SQL Server and `error 40` means.
pub fn reason(text: &str) -> Option<Sentence> {
    let flat = text.to_ascii_lowercase();
    let names = ["sql server", "sqlserver", "mssql", "sqlclient", "ssms"];
    let server = names.iter().any(|name| word_in(&flat, name).is_some());
    let called = ["error", "错误", "錯誤", "code", "代码"].iter().any(|word| flat.contains(word));
    let (number, en, zh) = ERRORS.iter().find(|(number, ..)| server && called && word_in(&flat, number).is_some())?;
    // A state or a version beside it says that the number is another's.
    let numbers = flat.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty()).count();
    (numbers == 1).then(|| {
        Sentence::new(
            format!(
                "error {number} of the client's network library of SQL Server: {en} \
                 (`casebook search 'sql server error {number}'` looks in articles and cases)"
            ),
            format!(
                "SQL Server 客户端网络库错误 {number}：{zh}（可用 `casebook search 'sql server 错误 {number}'` 在文章和案例中查找）"
            ),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::reason;

    #[test]
    fn small_numbers_beside_the_servers_name() {
        assert!(reason("error 40 sql server").is_some());
        assert!(reason("SQL Server 错误 26").is_some());
        for text in ["error 40", "sql server 40", "sql server error 9002", "SQL Server 2019 error 40", "mysql error 40"]
        {
            assert!(reason(text).is_none(), "{text}");
        }
    }
}
