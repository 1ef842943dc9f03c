//! What makes pages look like the operator's own, and what they load.

use std::sync::Arc;

use axum::extract::{RawQuery, Request, State};
use axum::middleware::Next;
use axum::response::Response;

use super::ApiError;
use super::pages::{Brand, SCRIPT, console};
use super::state::Site;

/// Around every page: the brand in which it is rendered.
pub(super) async fn dress(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    Brand::scope(Arc::clone(&site.brand), next.run(request)).await
}

/// Gives the stylesheet of all pages.
pub(super) async fn get_stylesheet(State(site): State<Arc<Site>>, RawQuery(query): RawQuery) -> Response {
    site.brand.stylesheet.answer(query.as_deref())
}

/// Gives the stylesheet of the console.
pub(super) async fn get_console_stylesheet(RawQuery(query): RawQuery) -> Response {
    console::STYLESHEET.answer(query.as_deref())
}

/// Gives the script of the pages that have one.
pub(super) async fn get_script(RawQuery(query): RawQuery) -> Response {
    SCRIPT.answer(query.as_deref())
}

/// Gives the operator's logo, if there is one.
pub(super) async fn get_logo(State(site): State<Arc<Site>>, RawQuery(query): RawQuery) -> Result<Response, ApiError> {
    site.brand.logo.as_ref().map(|logo| logo.answer(query.as_deref())).ok_or(ApiError::NotFound)
}
