//! Crockford's base32 of 32 bytes: the text form of payment target hashes and access tokens.

use std::sync::LazyLock;

use data_encoding::{Encoding, Specification};

/// The symbols by value: digits and letters without `I`, `L`, `O` and `U`.
const SYMBOLS: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// What else is read, and as what.
const READ: &str = "abcdefghjkmnpqrstvwxyzOoIiLlUu";
const READ_AS: &str = "ABCDEFGHJKMNPQRSTVWXYZ001111VV";

static CROCKFORD: LazyLock<Encoding> = LazyLock::new(|| {
    let mut specification = Specification::new();
    specification.symbols.push_str(SYMBOLS);
    specification.translate.from.push_str(READ);
    specification.translate.to.push_str(READ_AS);
    // 52 symbols are 260 bits: the last four mean nothing, whatever they are.
    specification.check_trailing_bits = false;
    specification.encoding().expect("32 distinct symbols, and translations that are none of them")
});

/// Writes 32 bytes in the one canonical spelling: 52 upper-case characters, most significant bit first.
#[must_use]
pub fn encode(bytes: &[u8; 32]) -> String {
    CROCKFORD.encode(bytes)
}

/// Reads exactly 52 characters in any case, taking `O` for 0, `I` and `L` for 1 and `U` for V, and ignoring the last
/// four bits. Many spellings mean the same bytes, so bytes are compared, never texts.
#[must_use]
pub fn decode(text: &str) -> Option<[u8; 32]> {
    CROCKFORD.decode(text.as_bytes()).ok()?.try_into().ok()
}
