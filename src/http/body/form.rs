//! `application/x-www-form-urlencoded` bodies.

use super::super::ApiError;
use super::super::pairs::checked_text;
use super::super::urlencoded::decode_pairs;
use super::{Fields, Limits};
use crate::domain::submission::RawValue;

/// Reads a form; every value is text.
pub(super) fn read(bytes: &[u8], limits: &Limits, fields: &mut Fields) -> Result<(), ApiError> {
    decode_pairs(bytes, |name, value| {
        let value = checked_text(&name, value, limits.text)?;
        fields.insert(name, Some(RawValue::Text(value)))
    })
}
