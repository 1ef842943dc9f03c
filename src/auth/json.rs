//! JSON objects in which every name occurs once.
//!
//! Readers of JSON differ in which of two equal names they believe, and a token must mean one thing
//! ([RFC 8725 §2.7](https://www.rfc-editor.org/rfc/rfc8725#section-2.7)): an object that repeats a name is refused, be
//! the name known to us or not.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

use super::refusal::Refusal;

/// More names than any token has; keeps the search for repeated ones short.
const MAX_MEMBERS: usize = 64;

/// Text that borrows from the input unless it was written with escapes.
#[derive(Deserialize)]
pub(super) struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// Takes the members of an object one by one.
pub(super) trait Members<'de>: Default {
    /// Reads the value of the member `name`, or skips it.
    fn read<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error>;
}

/// Reads an object in UTF-8; anything behind it is an error.
pub(super) fn read_object<'de, T: Members<'de>>(json: &'de [u8]) -> Result<T, Refusal> {
    let json = std::str::from_utf8(json).map_err(|_| Refusal::Malformed)?;
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let object = deserializer.deserialize_map(ObjectVisitor(PhantomData)).map_err(|_| Refusal::Malformed)?;
    deserializer.end().map_err(|_| Refusal::Malformed)?;
    Ok(object)
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Members<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with distinct names")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut object = T::default();
        let mut names: Vec<Text<'de>> = Vec::with_capacity(8);
        while let Some(name) = map.next_key::<Text<'de>>()? {
            if names.len() == MAX_MEMBERS || names.iter().any(|known| **known == *name) {
                return Err(A::Error::custom("a repeated name, or too many"));
            }
            object.read(&name, &mut map)?;
            names.push(name);
        }
        Ok(object)
    }
}
