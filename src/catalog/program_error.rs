//! Names of exceptions, which are no error codes: `java.lang.OutOfMemoryError`, `NullPointerException`.

use super::derive::Sentence;

/// Endings of the names of exceptions.
const ENDINGS: &[&str] = &["Exception", "Error", "Fault", "Warning"];

/// The name of an exception that a text is: words in camel case, with a package or without.
fn named(text: &str) -> Option<&str> {
    let name = text.trim().trim_end_matches([':', '.']);
    let class = name.rsplit(['.', ':', '$', '\\']).next()?;
    let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | ':' | '$' | '\\'));
    let head = ENDINGS.iter().find_map(|ending| class.strip_suffix(ending))?;
    (is_name && head.len() > 1 && head.starts_with(|c: char| c.is_ascii_uppercase())).then_some(name)
}

/// What to say of the name of an exception.
pub fn note(text: &str) -> Option<Sentence> {
    let name = named(text)?;
    Some(Sentence::new(
        format!(
            "{name} is the name of an exception, not an error code; what one means depends on its message and stack \
             (`casebook search '{name}'` looks in articles and cases)"
        ),
        format!(
            "{name} 是异常的名称，不是错误代码；其含义取决于异常信息和堆栈（可用 `casebook search '{name}'` 在文章和案例中查找）"
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn names_of_exceptions() {
        for text in ["java.lang.OutOfMemoryError", "NullPointerException", "System.IO.IOException:", "OperationalError"]
        {
            assert!(named(text).is_some(), "{text}");
        }
        for text in ["Error", "error", "unknown error", "E_FAIL", "SyntaxErr", "some Exception here", "terror"] {
            assert!(named(text).is_none(), "{text}");
        }
    }
}
