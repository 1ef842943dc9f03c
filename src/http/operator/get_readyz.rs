//! `GET /readyz`: whether requests can be served.

use std::time::Duration;

use axum::extract::State;
use tokio::time::timeout;

use crate::http::ApiError;
use crate::store::Store;

/// How long the database may take: whoever asks for a container does not wait longer than three seconds.
const PATIENCE: Duration = Duration::from_secs(2);

/// Answers 200 while the database does, 503 otherwise.
pub(in crate::http) async fn get_readyz(State(store): State<Store>) -> Result<&'static str, ApiError> {
    let unavailable = |cause| ApiError::Unavailable { retry_after: Duration::from_secs(2), cause: Some(cause) };
    let answer = timeout(PATIENCE, store.ping()).await.map_err(|late| unavailable(late.into()))?;
    answer.map_err(|error| unavailable(error.into()))?;
    Ok("ready")
}
