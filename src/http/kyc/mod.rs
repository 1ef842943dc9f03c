//! The customer's pages, and the way to a provider and back.
//!
//! Adding a page route: see the list in [`pages`](super::pages); a form is checked with [`FormGuard`](forms::FormGuard) before anything
//! is done, and a GET with an effect refuses HEAD.

mod answers;
mod forms;
mod get_home;
mod get_kyc_done;
mod get_kyc_go;
mod get_kyc_proof;
mod get_kyc_spa;
mod post_kyc_confirm;
mod post_kyc_go;
mod post_kyc_start;

use axum::Router;
use axum::routing::{get, post};

use super::pages::{self, PageError};
use super::state::AppState;

/// The routes; no CORS: these are for people.
pub(super) fn routes() -> Router<AppState> {
    let refuse = async || PageError::MethodNotAllowed("GET");
    Router::new()
        .route("/", get(get_home::get_home))
        .route(pages::STYLESHEET_PATH, get(pages::stylesheet()))
        .route("/kyc-spa/{access_token}", get(get_kyc_spa::get_kyc_spa))
        .route("/kyc-start/{id}", post(post_kyc_start::post_kyc_start))
        .route("/kyc-go/{ticket}", get(get_kyc_go::get_kyc_go).post(post_kyc_go::post_kyc_go))
        .route("/kyc-proof/{provider}", get(get_kyc_proof::get_kyc_proof).head(refuse).fallback(refuse))
        .route("/kyc-confirm", post(post_kyc_confirm::post_kyc_confirm))
        .route("/kyc-done", get(get_kyc_done::get_kyc_done))
}
