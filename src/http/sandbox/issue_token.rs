//! `POST /sandbox/token`: exchanges a code, once, for an access token.

use std::sync::Arc;

use aws_lc_rs::digest;
use axum::Json;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use bytes::Bytes;
use data_encoding::{BASE64, BASE64URL_NOPAD};
use http::{HeaderMap, StatusCode, header};
use serde_json::json;

use super::parameters::Parameters;
use super::shelf::LIFETIME;
use super::{Answer, Sandbox};

/// The error codes of [RFC 6749 §5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2) that occur here.
pub(super) enum TokenError {
    Client,
    Grant,
    GrantType,
    Request,
}

impl IntoResponse for TokenError {
    fn into_response(self) -> Response {
        let (status, code) = match self {
            Self::Client => (StatusCode::UNAUTHORIZED, "invalid_client"),
            Self::Grant => (StatusCode::BAD_REQUEST, "invalid_grant"),
            Self::GrantType => (StatusCode::BAD_REQUEST, "unsupported_grant_type"),
            Self::Request => (StatusCode::BAD_REQUEST, "invalid_request"),
        };
        let headers = [(header::CACHE_CONTROL, "no-store"), (header::WWW_AUTHENTICATE, "Basic realm=\"sandbox\"")];
        (status, headers, Json(json!({ "error": code }))).into_response()
    }
}

pub(super) async fn issue_token(
    State(sandbox): State<Arc<Sandbox>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, TokenError> {
    check_client(&sandbox, &headers).ok_or(TokenError::Client)?;
    let parameters = Parameters::parse(&body).ok_or(TokenError::Request)?;
    let answer = match redeem(&sandbox, &parameters)? {
        Answer::Identity(identity) => {
            let token = sandbox.tokens.lock().put(sandbox.settings.clock.now(), identity);
            let body = json!({ "access_token": token, "token_type": "Bearer", "expires_in": LIFETIME.as_secs() });
            Json(body).into_response()
        }
        Answer::Nonsense => Html("<p>The cat walked over the keyboard.").into_response(),
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], answer).into_response())
}

/// Accepts `client_secret_basic`: id and secret, form-encoded each, then joined and in base64 (RFC 6749 §2.3.1).
fn check_client(sandbox: &Sandbox, headers: &HeaderMap) -> Option<()> {
    let (scheme, credentials) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let credentials = String::from_utf8(BASE64.decode(credentials.as_bytes()).ok()?).ok()?;
    let (id, secret) = credentials.split_once(':')?;
    let known = form_decoded(id) == sandbox.settings.client_id
        && form_decoded(secret) == *sandbox.settings.client_secret.expose();
    (scheme.eq_ignore_ascii_case("basic") && known).then_some(())
}

/// Decodes one form-encoded value.
fn form_decoded(value: &str) -> String {
    let encoded = format!("={value}");
    form_urlencoded::parse(encoded.as_bytes()).map(|(_, value)| value).collect()
}

/// Takes the code, whether or not the rest of the request is right: a code is tried once.
fn redeem(sandbox: &Sandbox, parameters: &Parameters) -> Result<Answer, TokenError> {
    if parameters.get("grant_type").ok_or(TokenError::Request)? != "authorization_code" {
        return Err(TokenError::GrantType);
    }
    let code = parameters.get("code").ok_or(TokenError::Request)?;
    let verifier = parameters.get("code_verifier").ok_or(TokenError::Request)?;
    let grant = sandbox.codes.lock().take(sandbox.settings.clock.now(), code).ok_or(TokenError::Grant)?;
    let challenge = BASE64URL_NOPAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()).as_ref());
    let same_uri = parameters.get("redirect_uri") == Some(sandbox.redirect_uri.as_str());
    if same_uri && challenge == grant.challenge { Ok(grant.answer) } else { Err(TokenError::Grant) }
}
