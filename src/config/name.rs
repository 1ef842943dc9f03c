//! Names that the operator gives to customer types and providers.

use super::reader::Section;

/// Notes a name that a URL path, a log line or an environment variable could not carry.
pub(super) fn check(name: &str, section: &mut Section<'_>) {
    let outer = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let inner = |byte: u8| outer(byte) || matches!(byte, b'-' | b'_');
    let bytes = name.as_bytes();
    let right = (1..=64).contains(&bytes.len())
        && bytes.iter().copied().all(inner)
        && bytes.first().copied().is_some_and(outer)
        && bytes.last().copied().is_some_and(outer)
        // Two underscores separate the levels of a variable's name.
        && !name.contains("__");
    if !right {
        section.note_here("a name is 1 to 64 of a-z 0-9 - _, begins and ends with a letter or digit, and has no __");
    }
}
