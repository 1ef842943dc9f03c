//! `POST /auth`: a signed challenge for a token.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::sep10::WebAuth;
use crate::domain::submission::RawValue;
use crate::http::callers::Admitted;
use crate::http::{ApiError, body};

/// A token.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Token {
    /// The token, a JWT.
    token: String,
}

/// Answers [SEP-10's token request](https://github.com/stellar/stellar-protocol/blob/master/ecosystem/sep-0010.md#token).
pub(in crate::http) async fn post_auth(
    _: Admitted,
    State(web_auth): State<Arc<WebAuth>>,
    request: Request,
) -> Result<Json<Token>, ApiError> {
    let pairs = body::read_texts(request).await?;
    let transaction = pairs.into_iter().find(|(name, _)| name == "transaction").map(|(_, value)| value);
    let Some(RawValue::Text(transaction)) = transaction else {
        return Err(ApiError::bad_request("transaction is required, as text"));
    };
    Ok(Json(Token { token: web_auth.token(&transaction).await? }))
}
