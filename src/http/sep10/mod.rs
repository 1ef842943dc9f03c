//! The endpoints of SEP-10, and the SEP-1 file by which wallets find them and SEP-12.

mod get_auth;
mod get_stellar_toml;
mod post_auth;
mod stellar_toml;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRef;

pub(super) use get_auth::{Challenge, get_auth};
pub(super) use get_stellar_toml::get_stellar_toml;
pub(super) use post_auth::{Token, post_auth};
pub use stellar_toml::StellarToml;

use super::ApiError;
use super::callers::Callers;
use crate::auth::sep10::{WebAuth, WebAuthError};

/// When to come back while Horizon does not answer.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// What the endpoints of SEP-10 need.
#[derive(Clone, FromRef)]
pub struct WebAuthState {
    /// The server of SEP-10.
    pub web_auth: Arc<WebAuth>,
    /// Who calls how often.
    pub callers: Arc<Callers>,
}

impl From<WebAuthError> for ApiError {
    fn from(error: WebAuthError) -> Self {
        match error {
            WebAuthError::Invalid(reason) => Self::bad_request(reason.to_string()),
            WebAuthError::Unauthorized => Self::Unauthorized,
            WebAuthError::Horizon(error) => Self::Unavailable { retry_after: RETRY_AFTER, cause: Some(error.into()) },
            WebAuthError::Store(error) => error.into(),
        }
    }
}
