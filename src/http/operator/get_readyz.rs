//! `GET /readyz`: whether requests can be served.

use std::time::Duration;

use axum::extract::State;

use crate::http::ApiError;
use crate::store::Store;

/// Answers 200 while the database does, 503 otherwise.
pub(in crate::http) async fn get_readyz(State(store): State<Store>) -> Result<&'static str, ApiError> {
    let unavailable =
        |error| ApiError::Unavailable { retry_after: Duration::from_secs(2), cause: Some(Box::new(error)) };
    store.ping().await.map_err(unavailable)?;
    Ok("ready")
}
