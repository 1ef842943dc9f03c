//! `GET /`: what this is.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use crate::http::pages::{Home, render};
use crate::http::state::Site;

/// Shows a short page that says what this server is.
pub(in crate::http) async fn get_home(State(site): State<Arc<Site>>) -> Response {
    render(&Home { operator: site.operator.clone() })
}
