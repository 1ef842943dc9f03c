//! The edge: the only folder that knows axum and status codes.

pub mod cookies;
pub mod pages;
pub mod sandbox;
