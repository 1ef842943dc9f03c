//! `GET /kyc-jwks/{provider}`: our public keys, for the provider that knows us by them.

use axum::Json;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderName, HeaderValue};
use serde_json::Value;

use crate::http::ApiError;
use crate::http::segment::Segment;
use crate::http::state::AppState;

/// How long providers may keep them; a new key is published for longer before it signs.
const CACHEABLE: (HeaderName, HeaderValue) = (CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));

/// Answers the key set ([RFC 7517 §5](https://www.rfc-editor.org/rfc/rfc7517#section-5)).
pub(in crate::http) async fn get_kyc_jwks(
    State(state): State<AppState>,
    Segment(provider): Segment,
) -> Result<([(HeaderName, HeaderValue); 1], Json<Value>), ApiError> {
    let keys = state.proofs.public_keys(&provider).ok_or(ApiError::NotFound)?;
    Ok(([CACHEABLE], Json(keys)))
}
