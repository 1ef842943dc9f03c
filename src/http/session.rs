//! Who is calling: a handler of the API without one of these extractors reaches no customer.
//!
//! Both look at the `Authorization` header alone, before anything else of the request is read.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

use super::ApiError;
use crate::auth::{OperatorKey, TokenError, TokenVerifier};
use crate::domain::session::Session;
use crate::store::Store;

/// When to come back while an issuer's keys cannot be fetched.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// A wallet with a valid SEP-10 or SEP-45 token.
pub struct Sep10Session(pub Session);

impl<S> FromRequestParts<S> for Sep10Session
where
    S: Send + Sync,
    Arc<TokenVerifier>: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let token = bearer(&parts.headers).ok_or(ApiError::Unauthorized)?;
        match Arc::<TokenVerifier>::from_ref(state).verify(token).await {
            Ok(session) => Ok(Self(session)),
            Err(TokenError::Refused(reason)) => {
                tracing::debug!(%reason, "token refused");
                Err(ApiError::Unauthorized)
            }
            Err(error @ TokenError::Unavailable) => {
                Err(ApiError::Unavailable { retry_after: RETRY_AFTER, cause: Some(error.into()) })
            }
        }
    }
}

/// An operator with a key that is not revoked.
pub struct OperatorSession {
    /// The name of the key.
    pub name: String,
}

impl<S> FromRequestParts<S> for OperatorSession
where
    S: Send + Sync,
    Store: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let key =
            bearer(&parts.headers).and_then(|text| OperatorKey::parse(text).ok()).ok_or(ApiError::Unauthorized)?;
        let name = Store::from_ref(state).find_operator_key(key.bytes()).await?.ok_or(ApiError::Unauthorized)?;
        Ok(Self { name })
    }
}

/// The credentials of the one `Authorization: Bearer` header; the scheme's case does not matter (RFC 9110 §11.1).
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next()?.to_str().ok()?;
    if values.next().is_some() {
        return None;
    }
    let (scheme, credentials) = value.split_once(' ')?;
    let plain = !credentials.is_empty() && !credentials.contains(' ');
    (scheme.eq_ignore_ascii_case("bearer") && plain).then_some(credentials)
}
