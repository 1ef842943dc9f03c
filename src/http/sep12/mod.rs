//! The routes of SEP-12.
//!
//! Adding an endpoint: write `<verb>_<noun>.rs` with one handler of that name; take [`Sep10Session`] first, so that a
//! bad token is refused before the request is read; parse, call the integration, map the answer; route it here; make
//! its errors [`ApiError`]s; test every refusal on both engines in `tests/api`.
//!
//! [`Sep10Session`]: super::session::Sep10Session
//! [`ApiError`]: super::ApiError

mod delete_customer;
mod get_customer;
mod put_callback;
mod put_customer;
mod put_verification;
mod uploads;

use axum::Router;
use axum::routing::{delete, get, post, put};

use super::session::Sep10Session;
use super::state::AppState;
use super::{ApiError, with_cors};

/// The routes, with CORS.
pub(super) fn routes() -> Router<AppState> {
    let routes = Router::new()
        .route("/customer", get(get_customer::get_customer).put(put_customer::put_customer))
        .route("/customer/{account}", delete(delete_customer::delete_customer))
        .route("/customer/callback", put(put_callback::put_callback))
        .route("/customer/verification", put(put_verification::put_verification))
        .route("/customer/files", post(files).get(files));
    with_cors(routes)
}

/// `POST` and `GET /customer/files`.
async fn files(_: Sep10Session) -> ApiError {
    ApiError::NotImplemented("/customer/files")
}
