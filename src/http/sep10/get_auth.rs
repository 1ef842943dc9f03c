//! `GET /auth`: a challenge.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::sep10::{ChallengeRequest, Invalid, WebAuth};
use crate::http::callers::Admitted;
use crate::http::session::bearer;
use crate::http::{ApiError, Query};

/// A challenge.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Challenge {
    /// The transaction to sign, in base64 of XDR.
    transaction: String,
    /// The network that it is for, by its passphrase.
    network_passphrase: String,
}

/// Answers [SEP-10's challenge request](https://github.com/stellar/stellar-protocol/blob/master/ecosystem/sep-0010.md#challenge).
pub(in crate::http) async fn get_auth(
    _: Admitted,
    State(web_auth): State<Arc<WebAuth>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Json<Challenge>, ApiError> {
    let query = Query::parse(query.as_deref())?;
    let request = ChallengeRequest {
        account: query.get("account"),
        memo: query.get("memo"),
        home_domain: query.get("home_domain"),
        client_domain: query.get("client_domain"),
    };
    let authorization = bearer(&headers);
    // "when authorization header is invalid, status code 400 (Bad Request) should be returned"
    if authorization.is_none() && headers.contains_key(AUTHORIZATION) {
        return Err(ApiError::bad_request(Invalid::Authorization.to_string()));
    }
    let transaction = web_auth.challenge(request, authorization).await?;
    let network_passphrase = web_auth.network_passphrase().to_owned();
    Ok(Json(Challenge { transaction, network_passphrase }))
}
