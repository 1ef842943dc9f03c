//! How a value is written, for whoever helps to write it.

use super::Codes;

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// One line of text.
    Line,
    /// Several lines.
    Lines,
    /// A day like 1976-07-04.
    Day,
    /// Digits and nothing else.
    Digits,
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
    /// A web address.
    Website,
    /// A code of a list.
    Code(Codes),
}
