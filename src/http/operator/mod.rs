//! The operator's listener: payment targets, and whether the server is alive.
//!
//! Adding an endpoint: as in [`sep12`](super::sep12), with [`OperatorSession`](super::session::OperatorSession) first.

mod get_payment_target;
mod get_readyz;
mod put_payment_target;

use axum::Router;
use axum::routing::{get, put};

use super::state::AppState;

/// The routes.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/payment-targets", put(put_payment_target::put_payment_target))
        .route("/payment-targets/{h_payto}", get(get_payment_target::get_payment_target))
        .route("/livez", get(async || "ok"))
        .route("/readyz", get(get_readyz::get_readyz))
}
