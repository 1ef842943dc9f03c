//! Header values of the form `token; name=value; name="quoted"`.

use axum::http::HeaderValue;

/// A `Content-Type` or `Content-Disposition`, taken apart by one strict grammar
/// ([RFC 9110 section 5.6](https://www.rfc-editor.org/rfc/rfc9110#section-5.6)), so that no two readers can differ.
pub(super) struct MediaType {
    /// What stands before the first `;`, in lower case.
    pub(super) essence: String,
    parameters: Vec<(String, String)>,
}

impl MediaType {
    /// Reads a header value; `None` if it is malformed, not UTF-8, or names a parameter twice.
    pub(super) fn parse(value: &HeaderValue) -> Option<Self> {
        let text = std::str::from_utf8(value.as_bytes()).ok()?;
        let (essence, mut rest) = split_at_semicolon(text);
        let essence = essence.trim().to_ascii_lowercase();
        let mut parsed = Self { essence, parameters: Vec::new() };
        while let Some(list) = rest {
            if list.trim().is_empty() {
                break;
            }
            let (name, value, after) = parameter(list)?;
            if parsed.get(&name).is_some() {
                return None;
            }
            parsed.parameters.push((name, value));
            rest = after;
        }
        Some(parsed)
    }

    /// Gives a parameter by its name in lower case.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Tells whether text under this header is UTF-8, by its word or for want of another.
    pub(super) fn is_utf8(&self) -> bool {
        self.get("charset").is_none_or(|charset| charset.eq_ignore_ascii_case("utf-8"))
    }
}

/// One parameter, and what follows the `;` after it.
fn parameter(list: &str) -> Option<(String, String, Option<&str>)> {
    let (name, value) = list.split_once('=')?;
    let name = name.trim_start();
    let is_token = |text: &str| !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || "\";,=".contains(c));
    if !is_token(name) {
        return None;
    }
    let name = name.to_ascii_lowercase();
    if let Some(quoted) = value.strip_prefix('"') {
        let (value, after) = quoted_string(quoted)?;
        let after = after.trim_start();
        let rest = if after.is_empty() { None } else { Some(after.strip_prefix(';')?) };
        Some((name, value, rest))
    } else {
        let (value, rest) = split_at_semicolon(value);
        let value = value.trim_end();
        is_token(value).then(|| (name, value.to_owned(), rest))
    }
}

/// The text up to the closing quote, unescaped, and what follows the quote.
fn quoted_string(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((value, &text[at + 1..])),
            '\\' => value.push(chars.next()?.1),
            other => value.push(other),
        }
    }
    None
}

fn split_at_semicolon(text: &str) -> (&str, Option<&str>) {
    text.split_once(';').map_or((text, None), |(before, after)| (before, Some(after)))
}
