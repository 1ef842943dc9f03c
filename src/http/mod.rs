//! The edge: the only folder that knows axum and status codes.
//!
//! A request comes in through [`serve()`], passes [`with_edge`] (request id, access log, panics, fixed headers) and
//! reaches a handler, which reads it with [`Query`] and [`body::read`] and refuses it with [`ApiError`].

pub mod body;
pub mod cookies;
mod cors;
mod error;
mod fallback;
mod media_type;
mod observe;
pub mod pages;
mod pairs;
mod query;
pub mod sandbox;
mod serve;
mod urlencoded;

pub use cors::with_cors;
pub use error::ApiError;
pub use fallback::{with_edge, without_head};
pub use observe::RequestIds;
pub use query::Query;
pub use serve::{Limits, Pace, serve};
