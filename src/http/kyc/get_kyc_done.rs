//! `GET /kyc-done`: the end of the way for a browser that may not see more.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use crate::http::pages::{KycDone, render};
use crate::http::state::Site;

/// Says that it is done, and nothing else.
pub(in crate::http) async fn get_kyc_done(State(site): State<Arc<Site>>) -> Response {
    render(&KycDone { operator: site.operator.clone() })
}
