//! Tracebacks of Python: the innermost frame comes last, and what was raised first comes first.

use std::ops::Range;

use super::{
    super::{Scan, lines},
    Frames, LINES, REACH,
    frame::Frame,
    push,
    text::{Block, class_head, without_prefix},
};

/// Files whose frames depend on the thread or the event loop.
const PLUMBING: &[&str] =
    &["threading", "thread", "runners", "base_events", "events", "runpy", "_bootstrap", "process", "tasks", "pool"];

/// A traceback whose head stands at `at`.
pub(super) fn traceback(scan: &mut Scan<'_>, at: Range<usize>) {
    let prefix = lines::before(scan.text, at.start);
    let mut frames: Vec<Frame> = Vec::new();
    let mut class: Option<Range<usize>> = None;
    let mut last = at.end;
    let mut odd = 0;
    for line in Block::following(scan.text, at.end, REACH).take(LINES) {
        let text = without_prefix(line.text, prefix);
        let offset = line.start + (line.text.len() - text.len());
        let end = line.start + line.text.len();
        if let Some(frame) = frame(text) {
            if class.is_none() {
                frames.push(frame);
            }
            last = end;
            odd = 0;
            continue;
        }
        let said = text.trim_start();
        if said.is_empty() || text.starts_with([' ', '\t']) && class.is_none() {
            continue;
        }
        // The chain goes on; what was raised first has been read.
        if said.starts_with("During handling of the above")
            || said.starts_with("The above exception was")
            || said.starts_with("Traceback (")
        {
            last = end;
            odd = 0;
            continue;
        }
        if class.is_none() {
            match exception(text) {
                Some(found) => {
                    class = Some(offset + found.start..offset + found.end);
                    last = end;
                    odd = 0;
                    continue;
                }
                None => odd += 1,
            }
        } else if exception(text).is_none() {
            odd += 1;
        }
        if odd > 3 {
            break;
        }
    }
    scan.stack_end = scan.stack_end.max(last);
    let Some(class) = class.filter(|_| !frames.is_empty()) else { return };
    let mut kept = Frames::default();
    frames.into_iter().rev().for_each(|frame| kept.add(frame));
    let name = scan.text[class.clone()].to_owned();
    let fingerprint = kept.fingerprint(&name);
    push(scan, &name, &fingerprint, class);
}

/// `File "/srv/app/orders.py", line 12, in save`
fn frame(text: &str) -> Option<Frame> {
    let start = text.find("File ").filter(|&start| start < 200)?;
    let rest = text[start + 5..].trim_start_matches('\\');
    let rest = rest.strip_prefix('"')?;
    let close = rest.find(['"', '\\']).filter(|&close| rest[close..].contains(", line "))?;
    // Windows paths hold backslashes.
    let close = rest.find("\", line ").or_else(|| rest.find("\\\", line ")).unwrap_or(close);
    let path = &rest[..close];
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path).trim_end_matches(".pyc").trim_end_matches(".py");
    let function = rest.split_once(", in ").map_or("", |(_, function)| function.trim());
    let function = function.split([' ', '\\', '"']).next().unwrap_or(function);
    let plumbing = PLUMBING.contains(&file) && !path.contains("site-packages") && path.contains("ython")
        || path.starts_with("<frozen ");
    Some(Frame { function: format!("{file}:{function}"), plumbing })
}

/// The class of the line that ends a traceback: `shop.errors.NoStock: item 12`. Any name in capitals will do.
fn exception(text: &str) -> Option<Range<usize>> {
    if let Some(class) = class_head(text) {
        return Some(class);
    }
    let name: usize =
        text.bytes().take(160).take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.')).count();
    let class = text[..name].rsplit('.').next()?;
    let next = text[name..].bytes().next();
    let fits = class.starts_with(|character: char| character.is_ascii_uppercase())
        && class.len() > 3
        && matches!(next, None | Some(b':' | b'"' | b'\\'));
    fits.then_some(0..name)
}
