//! `GET /kyc-proof/{provider}`: the browser comes back, and everything is done before it is answered.

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use uuid::Uuid;

use super::answers;
use crate::http::Query;
use crate::http::cookies::ProcessCookie;
use crate::http::forms::FormGuard;
use crate::http::pages::{PageError, Quote};
use crate::http::segment::Segment;
use crate::http::state::AppState;
use crate::proof::{Answer, AuthorizationResponse, StateParameter, read_cookie_entry};

/// Answers a provider's redirect, always with a page.
pub(in crate::http) async fn get_kyc_proof(
    State(state): State<AppState>,
    Segment(provider): Segment,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let mut query = Query::parse(query.as_deref()).map_err(|_| PageError::Malformed)?;
    if let Some(sealed) = query.get(POSTED) {
        let posted = state.proofs.open_posted(&provider, sealed).await?.ok_or(PageError::Unknown)?;
        query = Query::parse(Some(&posted)).map_err(|_| PageError::Malformed)?;
    }
    let response = read_response(&query).ok_or(PageError::Malformed)?;
    // Anybody can make up a state without nonce, and with it what the provider is said to say.
    let said = query.get("error_description").filter(|_| response.state.nonce.is_some()).and_then(Quote::new);
    let arrived = state.proofs.arrive(&provider, response, &processes(&state, &headers)).await?;
    answers::arrived(&state, &FormGuard::of(&headers, state.site.form_cookie()), arrived, said)
}

/// The parameter that carries what the provider had the browser post.
pub(super) const POSTED: &str = "posted";

/// Reads what a provider's answer says, by whichever way it came.
pub(super) fn read_response(query: &Query) -> Option<AuthorizationResponse> {
    let answer = match (query.get("code"), query.get("error")) {
        (Some(code), None) if is_code(code) => Answer::Code(code.to_owned()),
        (None, Some(error)) if !error.is_empty() => Answer::Error(error.to_owned()),
        (Some(_) | None, Some(_) | None) => return None,
    };
    Some(AuthorizationResponse {
        state: StateParameter::parse(query.get("state")?)?,
        answer,
        iss: query.get("iss").map(str::to_owned),
    })
}

/// Tells whether a text can be a code: `VSCHAR` of RFC 6749, appendix A.
fn is_code(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// The processes that this browser left for.
fn processes(state: &AppState, headers: &HeaderMap) -> Vec<Uuid> {
    let cookie = ProcessCookie::read(headers, state.site.secure);
    cookie.entries().filter_map(|entry| read_cookie_entry(state.store.vault(), entry)).collect()
}
