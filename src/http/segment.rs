//! The variable segment of a route's path.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

/// What stands in the path, decoded. It is empty if that is not UTF-8: axum's own refusal would be plain text, and no
/// handler takes an empty segment for anything.
pub(super) struct Segment(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Segment {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let segment = Path::<String>::from_request_parts(parts, state).await;
        Ok(Self(segment.map_or_else(|_| String::new(), |Path(segment)| segment)))
    }
}
