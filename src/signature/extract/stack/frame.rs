//! One frame of a stack whose frames begin with `at` (Java, .NET, JavaScript), `#1` (PHP) or `from` (Ruby).

use std::sync::LazyLock;

use memchr::memmem::Finder;

/// A frame in its lasting form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    /// The function without line, address and generated parts.
    pub(super) function: String,
    /// Plumbing of the runtime: reflection, proxies, threads.
    pub(super) plumbing: bool,
}

/// Longest log prefix before a frame, in bytes.
const PREFIX: usize = 200;
/// Longest frame read, in bytes.
pub(super) const LONGEST: usize = 1200;

/// Classes whose frames depend on the thread, the proxy or the warm-up of the virtual machine.
const JAVA_PLUMBING: &[&str] = &[
    "sun.reflect.",
    "jdk.internal.reflect.",
    "java.lang.reflect.",
    "java.lang.invoke.",
    "java.lang.Thread.",
    "java.lang.VirtualThread.",
    "java.util.concurrent.ThreadPoolExecutor",
    "java.util.concurrent.FutureTask.",
    "java.util.concurrent.Executors$",
    "java.util.concurrent.ForkJoin",
    "java.util.concurrent.ScheduledThreadPoolExecutor",
    "java.util.concurrent.CompletableFuture$Async",
    "java.security.AccessController.",
    "java.util.TimerThread.",
    "org.springframework.aop.",
    "org.springframework.cglib.",
    "net.sf.cglib.",
    "jdk.proxy",
    "com.sun.proxy.",
    "org.apache.tomcat.util.threads.",
    "io.netty.util.concurrent.",
    "kotlin.coroutines.",
    "kotlinx.coroutines.",
    "jdk.internal.misc.",
    "jdk.internal.vm.",
    "javax.security.auth.Subject.doAs",
];

/// The same of .NET.
const DOTNET_PLUMBING: &[&str] = &[
    "System.Runtime.CompilerServices.",
    "System.Runtime.ExceptionServices.",
    "System.Threading.ExecutionContext.",
    "System.Threading.Tasks.Task.",
    "System.Threading.Tasks.Task`",
    "System.Threading.ThreadPool",
    "System.Threading.ThreadHelper",
    "System.Threading.Thread.",
    "System.Threading.QueueUserWorkItem",
    "System.Threading._",
    "System.Threading.PortableThreadPool",
    "System.Threading.UnmanagedThreadPool",
    "System.RuntimeMethodHandle.",
    "System.Reflection.",
    "System.ThrowHelper.",
    "System.Threading.Tasks.Task",
];

/// What every frame has near its beginning: one of these marks, or a number sign.
static MARKS: LazyLock<[Finder<'static>; 4]> = LazyLock::new(|| ["at ", "from ", "在 ", "於 "].map(Finder::new));

/// Whether a frame may begin in a stretch of text: most have nothing like it.
pub(super) fn may_stand_in(bytes: &[u8]) -> bool {
    MARKS.iter().any(|mark| mark.find(bytes).is_some()) || memchr::memchr(b'#', bytes).is_some()
}

/// The frame on a line, if the line is one.
pub(super) fn at(line: &str) -> Option<Frame> {
    let line = super::super::lines::slice(line, 0, LONGEST);
    let body = body(line)?;
    javascript(body).or_else(|| java(body)).or_else(|| dotnet(body)).or_else(|| php(body)).or_else(|| ruby(body))
}

/// What stands behind the mark of a frame; for PHP and Ruby with it.
fn body(line: &str) -> Option<&str> {
    let trimmed = line.trim_start_matches([' ', '\t', '>', '|', '\u{3000}']);
    let trimmed = trimmed.strip_prefix("\\t").unwrap_or(trimmed);
    for mark in ["at ", "在 ", "於 "] {
        if let Some(body) = trimmed.strip_prefix(mark) {
            return Some(body.trim());
        }
    }
    if trimmed.starts_with('#') || trimmed.starts_with("from ") {
        return Some(trimmed.trim());
    }
    behind_prefix(line)
}

/// Behind the prefix of a log: `… app[12]: \tat a.b.C.d(E.java:1)`.
fn behind_prefix(line: &str) -> Option<&str> {
    static CHINESE: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("   在 "));
    let chinese = CHINESE.find(line.as_bytes()).map(|found| (found, found + "   在 ".len()));
    // Lines are asked that are no frames: they are passed over from one `at` to the next.
    let english = MARKS[0].find_iter(line.as_bytes()).find_map(|at| {
        let before = &line.as_bytes()[..at];
        let mark = ["\t", "\\t", "  ", "]: ", "| ", "#011"].iter().find(|mark| before.ends_with(mark.as_bytes()))?;
        Some((at - mark.len(), at + "at ".len()))
    });
    let found = english.into_iter().chain(chinese).min()?;
    (found.0 <= PREFIX).then(|| line[found.1..].trim())
}

/// Lines among frames that are none: `... 12 more`, `--- End of stack trace from previous location ---`, nothing.
pub(super) fn is_filler(line: &str) -> bool {
    line.is_empty()
        || line.contains("... ")
            && (line.ends_with(" more") || line.ends_with("frames omitted") || line.ends_with("common frames omitted"))
        || line.contains("--- End of stack trace")
        || line.contains("--- 引发异常的上一位置中堆栈跟踪的末尾 ---")
        || line.contains("--- 從先前擲回例外狀況之位置開始的堆疊追蹤結尾")
        || line == "Stack trace:"
        || line == "}"
}

/// `[loader/][module@1/]a.b.C$1.m(C.java:12) ~[x.jar:1.0]`
fn java(body: &str) -> Option<Frame> {
    let open = body.find('(')?;
    let close = open + body[open..].find(')')?;
    let place = &body[open + 1..close];
    let source = place.split(':').next().unwrap_or(place);
    let known = matches!(place, "Native Method" | "Unknown Source" | "<generated>" | "Unknown" | "")
        || [".java", ".kt", ".scala", ".groovy", ".clj", ".jsp", "_jsp.java", ".gradle", ".kts"]
            .iter()
            .any(|ending| source.ends_with(ending))
        || source == "SourceFile"
        || source == "Unknown Source";
    let mut name = &body[..open];
    // An empty pair of brackets is .NET's.
    if !known || place.is_empty() || name.contains(' ') && !name.contains("$$Lambda") || !name.contains('.') {
        return None;
    }
    let generated = place == "<generated>"
        || name.contains("$$Lambda")
        || name.contains("$Proxy")
        || name.contains("GeneratedMethodAccessor");
    if !name.contains("$$Lambda") {
        name = name.rsplit('/').next().unwrap_or(name);
    }
    // Hidden classes and proxies carry a number or hash behind `$$`.
    let plain = without_numbers(name);
    let plain = match (plain.find("$$"), plain.rfind('.')) {
        (Some(mark), Some(dot)) if mark < dot => format!("{}{}", &plain[..mark], &plain[dot..]),
        _ => plain,
    };
    let plumbing = generated || JAVA_PLUMBING.iter().any(|own| plain.starts_with(own));
    Some(Frame { function: plain, plumbing })
}

/// `Foo$1.run`, `lambda$save$0`, `access$000`: the compiler's numbers behind `$` are taken off.
fn without_numbers(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    let mut numbered = false;
    for character in name.chars() {
        numbered = character == '$' || numbered && character.is_ascii_digit();
        if !(numbered && character != '$') {
            plain.push(character);
        }
    }
    // What the numbers stood behind goes with them, so that `Foo$1` and `Foo$` are one.
    plain.replace("$.", ".").trim_end_matches('$').to_owned()
}

/// `Shop.Orders.<SaveAsync>d__12.MoveNext() in C:\src\Orders.cs:line 40`
fn dotnet(body: &str) -> Option<Frame> {
    let open = body.find('(')?;
    body[open..].find(')')?;
    let mut name = &body[..open];
    // `async` state and generic arguments: `M[T](T item)`.
    if let Some(bracket) = name.find('[') {
        name = &name[..bracket];
    }
    let lambda =
        name.starts_with("lambda_method") || name.starts_with("DynamicClass.") || name.starts_with("DynamicModule.");
    let fits = !name.is_empty()
        && !name.contains([' ', '/', '\\', ',', '"'])
        && (name.contains('.') || lambda)
        && name.starts_with(|character: char| character.is_alphabetic() || matches!(character, '_' | '<' | '.'));
    if !fits {
        return None;
    }
    let function = without_generated(name);
    let plumbing = lambda || DOTNET_PLUMBING.iter().any(|own| name.starts_with(own));
    Some(Frame { function, plumbing })
}

/// `Orders.<SaveAsync>d__12.MoveNext`, `Orders.<>c__DisplayClass3_0.<Save>b__0`, `Orders.<Save>g__Check|4_1` are
/// all of the method in angle brackets.
fn without_generated(name: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in split_outside_angles(name) {
        let part = part.split('`').next().unwrap_or(part);
        if let Some(rest) = part.strip_prefix('<') {
            let method = rest.split('>').next().unwrap_or_default();
            // A method may stand in several parts: `<>c__DisplayClass`, `<<Save>b__0>d.MoveNext`.
            let method = method.trim_start_matches('<');
            if !method.is_empty() && parts.last() != Some(&method) {
                parts.push(method);
            }
            if let Some((_, local)) = rest.split_once(">g__")
                && let Some(local) = local.split('|').next()
            {
                parts.push(local);
            }
            continue;
        }
        if !(part.is_empty() || part == "MoveNext" && name.contains('<')) {
            parts.push(part);
        }
    }
    parts.join(".")
}

/// The parts between dots and pluses that stand outside of angle brackets.
fn split_outside_angles(name: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (place, byte) in name.bytes().enumerate() {
        match byte {
            b'<' => depth += 1,
            b'>' => depth = depth.saturating_sub(1),
            b'.' | b'+' if depth == 0 => {
                parts.push(&name[start..place]);
                start = place + 1;
            }
            _ => {}
        }
    }
    parts.push(&name[start..]);
    parts
}

/// `async Orders.save (/srv/app/orders.js:10:5)`, `/srv/app/index.js:3:1`, `new Pool (node:internal/x:1:2)`
fn javascript(body: &str) -> Option<Frame> {
    let (function, place) = match body.rsplit_once(" (") {
        Some((function, rest)) => (function, rest.split(')').next().unwrap_or(rest)),
        None => ("", body.strip_prefix("async ").unwrap_or(body)),
    };
    let anonymous = matches!(place, "<anonymous>" | "native" | "eval") || place.starts_with("index ");
    let file = if anonymous && !function.is_empty() { "" } else { placed(place)? };
    if function.contains('(') || function.is_empty() && (place.contains(' ') && !place.contains('/')) {
        return None;
    }
    let function = function.strip_prefix("async ").unwrap_or(function);
    let function = function.strip_prefix("new ").unwrap_or(function);
    let function = function.split(" [as ").next().unwrap_or(function);
    let plumbing = place.starts_with("node:")
        || place.starts_with("internal/")
        || place.starts_with("timers.js")
        || place.starts_with("events.js")
        || place.starts_with("module.js")
        || place.starts_with("net.js")
        || anonymous;
    let file = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let file: Vec<&str> = file.split(['.', '-']).filter(|part| !is_hash(part)).collect();
    Some(Frame { function: format!("{function}@{}", file.join(".")), plumbing })
}

/// The file of `path/file.js:10:5`.
fn placed(place: &str) -> Option<&str> {
    let (rest, column) = place.rsplit_once(':')?;
    let (file, line) = rest.rsplit_once(':')?;
    let number = |text: &str| !text.is_empty() && text.len() < 9 && text.bytes().all(|byte| byte.is_ascii_digit());
    (number(column) && number(line) && !file.is_empty()).then(|| file.split('?').next().unwrap_or(file))
}

/// A part of a bundle's name that changes with every build.
fn is_hash(part: &str) -> bool {
    part.len() >= 6
        && part.bytes().all(|byte| byte.is_ascii_hexdigit())
        && part.bytes().any(|byte| byte.is_ascii_digit())
}

/// `#1 /srv/www/app/Order.php(31): App\Order->save(Object(App\Item))`
fn php(body: &str) -> Option<Frame> {
    let rest = body.strip_prefix('#')?;
    let rest = rest.trim_start_matches(|character: char| character.is_ascii_digit()).strip_prefix(' ')?;
    let (place, call) = rest.split_once(": ")?;
    if !(place.ends_with(')') || place == "[internal function]") {
        return None;
    }
    let function = call.split('(').next().unwrap_or(call);
    let fits = !function.is_empty() && !function.contains(' ');
    fits.then(|| Frame { function: function.to_owned(), plumbing: place == "[internal function]" })
}

/// ``from /srv/app/order.rb:12:in `save'``
fn ruby(body: &str) -> Option<Frame> {
    let rest = body.strip_prefix("from ")?;
    let (place, function) = rest.split_once(":in ")?;
    let file = place.rsplit(':').nth(1)?.rsplit('/').next()?;
    let function = function.trim_matches(['`', '\'', '"']).trim_start_matches("block in ");
    let function = function.split(" (").next().unwrap_or(function);
    Some(Frame { function: format!("{function}@{file}"), plumbing: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sort_of_frame_has_a_mark_by_which_it_is_looked_for() {
        for line in [
            "\tat com.example.Shop.buy(Shop.java:12)",
            "   at Example.Shop.Buy(String name) in C:\\src\\Shop.cs:line 12",
            "   在 Example.Shop.Buy(String name)",
            "   於 Example.Shop.Buy(String name)",
            "Sep 10 14:32:53 web1 app[12]: #011at com.example.Shop.buy(Shop.java:12)",
            "#0 /srv/app/shop.php(12): Shop->buy()",
            "\tfrom shop.rb:12:in `buy'",
        ] {
            assert!(at(line).is_some(), "{line}");
            assert!(may_stand_in(line.as_bytes()), "{line}");
        }
        assert!(!may_stand_in(b"2024-09-10 14:32:53, Error CBS Failed to install driver [HRESULT = 0x80070005]"));
    }
}
