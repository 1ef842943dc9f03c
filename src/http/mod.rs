//! The edge: the only folder that knows axum and status codes.
//!
//! A request comes in through [`serve()`], passes [`with_edge`] (request id, access log, panics, fixed headers) and
//! reaches a handler, which reads it with [`Query`] and [`body::read`] and refuses it with [`ApiError`].

pub mod body;
mod callers;
mod console;
mod contract;
pub mod cookies;
mod cors;
mod dress;
mod error;
mod fallback;
mod forms;
mod frequency;
mod kyc;
mod language;
mod media_type;
mod observe;
mod operator;
pub mod pages;
mod pairs;
mod query;
mod refusals;
pub mod sandbox;
mod segment;
mod sep10;
mod sep12;
mod serve;
mod session;
mod state;
mod uploads;
mod urlencoded;

use std::sync::Arc;

use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, post, put};

pub use axum::Router;
pub use callers::Callers;
pub use console::SignIns;
pub use cors::with_cors;
pub use error::ApiError;
pub use fallback::with_edge;
pub use kyc::{Starts, Turns};
pub use query::Query;
pub use sep10::{StellarToml, WebAuthState};
pub use serve::{Limits, Pace, serve};
pub use session::{OperatorSession, Sep10Session};
pub use state::{AppState, Parts, Site};

/// The public listener: SEP-12 for wallets, pages for people; `more` is what `dev` adds.
pub fn public(state: AppState, more: Router) -> Router {
    let wallets = Router::new()
        .route("/customer", get(sep12::get_customer).put(sep12::put_customer))
        .route("/customer/{account}", delete(sep12::delete_customer))
        .route("/customer/callback", put(sep12::put_callback))
        .route("/customer/verification", put(sep12::put_verification))
        .route("/customer/files", post(sep12::post_files).get(sep12::get_files))
        .merge(way_in(&state));
    let watchers = Router::new()
        .route("/kyc-check/{h_payto}", get(kyc::get_kyc_check))
        .route("/kyc-info/{access_token}", get(kyc::get_kyc_requirements));
    let people = Router::new()
        .route("/", get(kyc::get_home))
        .route(pages::STYLESHEET_PATH, get(dress::get_stylesheet))
        .route(pages::LOGO_PATH, get(dress::get_logo))
        .route(pages::SCRIPT_PATH, get(dress::get_script))
        .route("/kyc-spa/{access_token}", get(kyc::get_kyc_spa).post(kyc::post_kyc_spa))
        .route("/kyc-start/{id}", post(kyc::post_kyc_start))
        .route("/kyc-go/{ticket}", get(kyc::get_kyc_go).post(kyc::post_kyc_go))
        // Its GET has an effect, so HEAD must not run it.
        .route(
            "/kyc-proof/{provider}",
            get(kyc::get_kyc_proof)
                .post(kyc::post_kyc_proof)
                .head(kyc::refuse_kyc_proof)
                .fallback(kyc::refuse_kyc_proof),
        )
        .route("/kyc-jwks/{provider}", get(kyc::get_kyc_jwks))
        .route("/kyc-webhook/{provider}", post(kyc::post_kyc_webhook))
        .route("/kyc-confirm", post(kyc::post_kyc_confirm))
        .route("/kyc-done", get(kyc::get_kyc_done))
        .route("/kyc-lang/{code}", get(kyc::get_kyc_lang));
    let people = people.with_state(state.clone()).merge(more);
    let people = people.layer(from_fn_with_state(state.clone(), language::remember_choice));
    let people = people.layer(from_fn_with_state(Arc::clone(&state.site), dress::dress));
    let document =
        Router::new().route("/openapi.json", get(contract::get_openapi)).with_state(contract::public(&state));
    with_edge(with_cors(wallets.merge(watchers)).with_state(state).merge(people).merge(document))
}

/// How wallets find their way in, as far as it is on.
fn way_in(state: &AppState) -> Router<AppState> {
    let auth = |state| Router::new().route("/auth", get(sep10::get_auth).post(sep10::post_auth)).with_state(state);
    let toml = |text| Router::new().route("/.well-known/stellar.toml", get(sep10::get_stellar_toml)).with_state(text);
    let auth = state.web_auth.clone().map(auth).unwrap_or_default();
    auth.merge(state.stellar_toml.clone().map(toml).unwrap_or_default())
}

/// The operator's listener: an API for programs, pages for people.
pub fn operator(state: AppState) -> Router {
    let programs = Router::new()
        .route("/payment-targets", put(operator::put_payment_target))
        .route("/payment-targets/{h_payto}", get(operator::get_payment_target))
        .route("/customers", get(operator::get_customers))
        .route("/customers/{id}", get(operator::get_customer))
        .route("/customers/{id}/audit", get(operator::get_audit))
        .route("/customers/{id}/decisions", post(operator::post_decision))
        .route("/customers/{id}/reveal", post(operator::post_reveal))
        .route("/livez", get(operator::get_livez))
        .route("/readyz", get(operator::get_readyz));
    let people = Router::new()
        .route("/console", get(console::get_console))
        .route("/console/session", post(console::post_console_session))
        .route("/console/sign-out", post(console::post_console_sign_out))
        .route("/console/customers/{id}", get(console::get_console_customer))
        .route("/console/customers/{id}/audit", get(console::get_console_audit))
        .route("/console/customers/{id}/decisions", post(console::post_console_decision))
        .route("/console/customers/{id}/reveal", post(console::post_console_reveal))
        .route(pages::STYLESHEET_PATH, get(dress::get_stylesheet))
        .route(pages::console::STYLESHEET_PATH, get(dress::get_console_stylesheet))
        .route(pages::LOGO_PATH, get(dress::get_logo));
    let people = people.layer(from_fn_with_state(Arc::clone(&state.site), dress::dress));
    let described = Router::new().route("/openapi.json", get(contract::get_openapi)).with_state(contract::operator());
    with_edge(programs.merge(people).with_state(state).merge(described))
}
