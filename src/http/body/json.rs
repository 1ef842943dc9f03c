//! `application/json` bodies: one flat object.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use super::super::ApiError;
use super::super::pairs::checked_text;
use super::{Fields, Limits};
use crate::domain::submission::RawValue;

/// Reads a JSON object; serde's own maps would let the second of two equal keys win.
pub(super) fn read(bytes: &[u8], limits: &Limits, fields: &mut Fields) -> Result<(), ApiError> {
    let text = std::str::from_utf8(bytes).map_err(|_| ApiError::bad_request("the body is not valid UTF-8"))?;
    let mut refusal = None;
    let mut reader = serde_json::Deserializer::from_str(text);
    let object = Object { fields, limits, refusal: &mut refusal };
    let outcome = object.deserialize(&mut reader).and_then(|()| reader.end());
    match (refusal, outcome) {
        (Some(refusal), _) => Err(refusal),
        // The parser's own words may repeat what was sent.
        (None, Err(_)) => Err(ApiError::bad_request("the body must be one JSON object")),
        (None, Ok(())) => Ok(()),
    }
}

/// The object at the top, read into `fields`; what they refuse is kept in `refusal`, past serde's error type.
struct Object<'a> {
    fields: &'a mut Fields,
    limits: &'a Limits,
    refusal: &'a mut Option<ApiError>,
}

impl Object<'_> {
    fn insert(&mut self, name: String, value: RawValue) -> Result<(), ApiError> {
        let value = match value {
            RawValue::Text(text) => RawValue::Text(checked_text(&name, text, self.limits.text)?),
            RawValue::Number(_) | RawValue::Other => value,
        };
        self.fields.insert(name, Some(value))
    }
}

impl<'de> DeserializeSeed<'de> for Object<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Object<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some((name, Value(value))) = map.next_entry()? {
            if let Err(refusal) = self.insert(name, value) {
                *self.refusal = Some(refusal);
                return Err(A::Error::custom("refused"));
            }
        }
        Ok(())
    }
}

/// Any JSON value. Nested ones are walked, not skipped: skipping would let broken strings inside them pass.
struct Value(RawValue);

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor).map(Self)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = RawValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_str<E>(self, text: &str) -> Result<RawValue, E> {
        Ok(RawValue::Text(text.to_owned()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<RawValue, E> {
        Ok(RawValue::Number(number.to_string()))
    }

    fn visit_i64<E>(self, _: i64) -> Result<RawValue, E> {
        Ok(RawValue::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<RawValue, E> {
        Ok(RawValue::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<RawValue, E> {
        Ok(RawValue::Other)
    }

    fn visit_unit<E>(self) -> Result<RawValue, E> {
        Ok(RawValue::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<RawValue, A::Error> {
        while items.next_element::<Value>()?.is_some() {}
        Ok(RawValue::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<RawValue, A::Error> {
        while entries.next_entry::<String, Value>()?.is_some() {}
        Ok(RawValue::Other)
    }
}
