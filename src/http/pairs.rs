//! Names and values as a request gives them: each name once, and no NUL anywhere.

use super::ApiError;
use crate::domain::language::{Language, Message};

/// An ordered, bounded list of names and values in which no name occurs twice.
///
/// Query, form, multipart and JSON all collect into it: a parameter that is given twice has no one meaning.
pub(super) struct Pairs<V> {
    entries: Vec<(String, V)>,
    at_most: usize,
}

impl<V> Pairs<V> {
    pub(super) fn new(at_most: usize) -> Self {
        Self { entries: Vec::new(), at_most }
    }

    /// Adds a pair, or answers 400.
    pub(super) fn insert(&mut self, name: String, value: V) -> Result<(), ApiError> {
        if self.entries.len() == self.at_most {
            return Err(ApiError::bad_request("too many fields"));
        }
        if name.contains('\0') {
            return Err(ApiError::bad_request("a field name contains a NUL"));
        }
        if self.get(&name).is_some() {
            return Err(ApiError::bad_request(format!("{} is given twice", printable(&name))));
        }
        self.entries.push((name, value));
        Ok(())
    }

    pub(super) fn get(&self, name: &str) -> Option<&V> {
        self.entries.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn into_entries(self) -> Vec<(String, V)> {
        self.entries
    }
}

/// Checks what holds for every text: no NUL, which `PostgreSQL` cannot store, and a size.
pub(super) fn checked_text(name: &str, value: String, max_bytes: usize) -> Result<String, ApiError> {
    if value.len() > max_bytes {
        return Err(too_long(name));
    }
    if value.contains('\0') {
        return Err(ApiError::bad_request(format!("{} must not contain a NUL", printable(name))));
    }
    Ok(value)
}

pub(super) fn too_long(name: &str) -> ApiError {
    let name = printable(name);
    ApiError::bad_request(Message::spoken(|language| match language {
        Language::En => format!("{name} is too long"),
        Language::Es => format!("{name} es demasiado largo"),
        Language::De => format!("{name} ist zu lang"),
    }))
}

/// The name, if it looks like one of a field; whatever else was sent in its place is not repeated.
pub(super) fn printable(name: &str) -> &str {
    let fits = (1..=64).contains(&name.len());
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
    if fits && plain { name } else { "a field" }
}
