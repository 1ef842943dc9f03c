//! `GET /sandbox/userinfo`: tells who logged in.

use std::sync::Arc;

use aws_lc_rs::digest;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};

use super::Sandbox;
use crate::http::pages::SandboxIdentity;

/// How many bytes of the digest make a subject.
const SUBJECT: usize = 16;

pub(super) async fn read_userinfo(State(sandbox): State<Arc<Sandbox>>, headers: HeaderMap) -> Response {
    let no_store = (header::CACHE_CONTROL, "no-store");
    let Some(identity) = find_identity(&sandbox, &headers) else {
        let challenge = (header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"");
        return (StatusCode::UNAUTHORIZED, [no_store, challenge], Json(json!({ "error": "invalid_token" })))
            .into_response();
    };
    ([no_store], Json(claims(&identity))).into_response()
}

fn find_identity(sandbox: &Sandbox, headers: &HeaderMap) -> Option<SandboxIdentity> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let identity = sandbox.tokens.lock().find(sandbox.settings.clock.now(), token).cloned()?;
    scheme.eq_ignore_ascii_case("bearer").then_some(identity)
}

/// The claims of an identity. The same e-mail address is the same subject, as at a real provider.
fn claims(identity: &SandboxIdentity) -> Value {
    let digest = digest::digest(&digest::SHA256, identity.email.to_lowercase().as_bytes());
    json!({
        "sub": HEXLOWER.encode(&digest.as_ref()[..SUBJECT]),
        "given_name": identity.first_name,
        "family_name": identity.last_name,
        "email": identity.email,
        "email_verified": true,
    })
}
