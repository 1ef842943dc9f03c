//! Which browsers may call the API routes: all of them.

use std::time::Duration;

use axum::Router;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderName, Method};
use tower_http::cors::{Any, CorsLayer};

use super::ApiError;

/// Lets pages of any origin call these routes; preflights are answered here, before any token is asked for.
///
/// SEP-10, SEP-12 and SEP-1 routes are called by wallets in browsers. Tokens come in a header that no page can set
/// without knowing one, so any origin is safe; cookies are never allowed along.
pub fn with_cors<S: Clone + Send + Sync + 'static>(routes: Router<S>) -> Router<S> {
    // The answer to a wrong method has to be in place already: set later, it would stand outside of the layer, and a
    // preflight is such a method.
    routes.method_not_allowed_fallback(async || ApiError::MethodNotAllowed).layer(policy())
}

fn policy() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::PUT, Method::POST, Method::DELETE])
        .allow_headers([
            AUTHORIZATION,
            CONTENT_TYPE,
            HeaderName::from_static("x-client-name"),
            HeaderName::from_static("x-client-version"),
        ])
        .max_age(Duration::from_hours(24))
        // The answer is the same for every origin.
        .vary(Vec::<HeaderName>::new())
}
