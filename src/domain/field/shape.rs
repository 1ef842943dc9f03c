//! What a schema can say of a value; the validators say the rest.

use super::text::{MAX_LINE, MAX_LINES};

/// The bounds of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// A regular expression, of the common subset.
    pub pattern: Option<&'static str>,
    /// The least length of a text, in characters.
    pub min_length: usize,
    /// The greatest.
    pub max_length: usize,
    /// The least value of a number.
    pub least: Option<u64>,
    /// The greatest.
    pub greatest: Option<u64>,
}

impl Shape {
    /// One line of text.
    pub(super) const LINE: Self =
        Self { pattern: None, min_length: 1, max_length: MAX_LINE, least: None, greatest: None };
    /// Several lines.
    pub(super) const LINES: Self = Self { max_length: MAX_LINES, ..Self::LINE };
}
