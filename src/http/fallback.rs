//! What holds on every route, and what answers where there is none.

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::ALLOW;
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;

use super::ApiError;
use super::observe::{Observe, RequestIds};

/// Furnishes a listener's finished router: 404 and 405 as JSON, request ids, access log, caught panics, fixed headers.
pub fn with_edge(routes: Router, ids: RequestIds) -> Router {
    routes
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
        .fallback(async || ApiError::NotFound)
        .layer(Observe::new(ids))
}

/// Makes a route answer HEAD with 405, where axum would run the GET handler.
///
/// For every route whose GET has an effect: link previews and mail scanners send HEAD. `allow` lists the methods that
/// the route does take, for the `Allow` header of all its 405s.
pub fn without_head<S: Clone + Send + Sync + 'static>(routes: MethodRouter<S>, allow: &'static str) -> MethodRouter<S> {
    let refuse = async move || -> Response {
        let mut response = ApiError::MethodNotAllowed.into_response();
        response.headers_mut().insert(ALLOW, HeaderValue::from_static(allow));
        response
    };
    routes.head(refuse).fallback(refuse)
}
