//! The edge: the only folder that knows axum and status codes.
//!
//! A request comes in through [`serve()`], passes [`with_edge`] (request id, access log, panics, fixed headers) and
//! reaches a handler, which reads it with [`Query`] and [`body::read`] and refuses it with [`ApiError`].

pub mod body;
pub mod cookies;
mod cors;
mod error;
mod fallback;
mod kyc;
mod media_type;
mod observe;
mod operator;
pub mod pages;
mod pairs;
mod query;
mod refusals;
pub mod sandbox;
mod sep12;
mod serve;
mod session;
mod state;
mod urlencoded;

pub use axum::Router;
pub use cors::with_cors;
pub use error::ApiError;
pub use fallback::with_edge;
pub use observe::RequestIds;
pub use query::Query;
pub use serve::{Limits, Pace, serve};
pub use session::{OperatorSession, Sep10Session};
pub use state::{AppState, Site};

/// The public listener: SEP-12 for wallets, pages for people; `more` is what `dev` adds.
pub fn public(state: AppState, more: Router, ids: RequestIds) -> Router {
    with_edge(sep12::routes().merge(kyc::routes()).with_state(state).merge(more), ids)
}

/// The operator's listener.
pub fn operator(state: AppState, ids: RequestIds) -> Router {
    with_edge(operator::routes().with_state(state), ids)
}
