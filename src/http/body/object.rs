//! JSON objects with members of their own form, which the operator's programs send.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use axum::extract::Request;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error as _, MapAccess, Visitor};

use super::super::ApiError;
use super::source::Source;
use super::{Limits, check_encoding, check_length, media_type, unsupported};

/// Reads an object; `form` says in words what it has to be, for whoever sent something else.
///
/// # Errors
/// 400 when it is anything else, also for an unknown or repeated member; 408 too slow; 413 beyond 64 KiB; 415 another
/// content type, character set or content encoding.
pub async fn read_object<T: DeserializeOwned>(request: Request, form: &'static str) -> Result<T, ApiError> {
    let (parts, body) = request.into_parts();
    check_encoding(&parts.headers)?;
    check_length(&parts.headers, Limits::OBJECT)?;
    match media_type(&parts.headers)?.map(|media_type| media_type.essence).as_deref() {
        Some("application/json") => {}
        None | Some(_) => return Err(unsupported("send application/json")),
    }
    let bytes = Source::new(body, Limits::OBJECT).collect(Limits::OBJECT).await?;
    // The parser's own words may repeat what was sent.
    serde_json::from_slice(&bytes).map_err(|_| ApiError::bad_request(format!("the body must be {form}")))
}

/// A map of a JSON object in which no name occurs twice; of serde's own the last one would win.
pub struct Unique<V>(pub BTreeMap<String, V>);

impl<V> Default for Unique<V> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Unique<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(UniqueVisitor(PhantomData))
    }
}

struct UniqueVisitor<V>(PhantomData<V>);

impl<'de, V: Deserialize<'de>> Visitor<'de> for UniqueVisitor<V> {
    type Value = Unique<V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Unique<V>, A::Error> {
        let mut members = BTreeMap::new();
        while let Some((name, value)) = map.next_entry()? {
            if members.insert(name, value).is_some() {
                return Err(A::Error::custom("repeated"));
            }
        }
        Ok(Unique(members))
    }
}
