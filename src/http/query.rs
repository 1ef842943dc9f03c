//! The query string of a request.

use super::ApiError;
use super::pairs::{Pairs, checked_text};
use super::urlencoded::decode_pairs;

/// The longest query string that is read, in bytes.
const MAX_BYTES: usize = 12 * 1024;
/// No route takes more parameters than a handful.
const MAX_PARAMETERS: usize = 64;

/// Query parameters, each given once.
pub struct Query(Pairs<String>);

impl Query {
    /// Reads the part of a URL after `?`.
    ///
    /// # Errors
    /// 400 for a parameter given twice, a broken escape, invalid UTF-8, a NUL, or more than 12 KiB.
    pub fn parse(raw: Option<&str>) -> Result<Self, ApiError> {
        let raw = raw.unwrap_or_default();
        if raw.len() > MAX_BYTES {
            return Err(ApiError::bad_request("the query is too long"));
        }
        let mut pairs = Pairs::new(MAX_PARAMETERS);
        decode_pairs(raw.as_bytes(), |name, value| {
            let value = checked_text(&name, value, MAX_BYTES)?;
            pairs.insert(name, value)
        })?;
        Ok(Self(pairs))
    }

    /// Gives a parameter's value; an empty one is a value too.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Tells whether there are no parameters.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
