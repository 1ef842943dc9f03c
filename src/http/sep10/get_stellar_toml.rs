//! `GET /.well-known/stellar.toml`: where everything is.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;

/// Answers with the [SEP-1](https://github.com/stellar/stellar-protocol/blob/master/ecosystem/sep-0001.md) file.
pub(in crate::http) async fn get_stellar_toml(State(text): State<Arc<str>>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/plain; charset=utf-8")], text.to_string())
}
