//! What makes pages look like the operator's own, and what they load.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use super::ApiError;
use super::pages::{self, Brand, Logo};
use super::state::Site;

/// Around every page: the brand in which it is rendered.
pub(super) async fn dress(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    Brand::scope(Arc::clone(&site.brand), next.run(request)).await
}

/// Gives the stylesheet of all pages.
pub(super) async fn get_stylesheet(State(site): State<Arc<Site>>) -> Response {
    site.brand.stylesheet()
}

/// Gives the stylesheet of the console.
pub(super) async fn get_console_stylesheet() -> Response {
    pages::console::stylesheet()
}

/// Gives the script of the pages that have one.
pub(super) async fn get_script() -> Response {
    pages::script()
}

/// Gives the operator's logo, if there is one.
pub(super) async fn get_logo(State(site): State<Arc<Site>>) -> Result<Logo, ApiError> {
    site.brand.logo.clone().ok_or(ApiError::NotFound)
}
