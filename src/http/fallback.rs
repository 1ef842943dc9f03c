//! What holds on every route, and what answers where there is none.

use axum::Router;

use super::ApiError;
use super::observe::Observe;

/// Furnishes a listener's finished router: 404 and 405 as JSON, request ids, access log, caught panics, fixed headers.
pub fn with_edge(routes: Router) -> Router {
    routes
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
        .fallback(async || ApiError::NotFound)
        .layer(Observe)
}
