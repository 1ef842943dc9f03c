//! `POST /kyc-proof/{provider}`: the browser comes back with a form (`response_mode=form_post`).
//!
//! A form that another site posts comes without our cookie, which is `Lax`. So nothing is done here: what was posted is
//! sealed and carried by the browser into a GET of our own, which brings the cookie along, and decides.

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::response::Response;
use form_urlencoded::Serializer;

use super::get_kyc_proof::{POSTED, read_response};
use crate::domain::submission::RawValue;
use crate::http::pages::{PageError, see_other};
use crate::http::segment::Segment;
use crate::http::state::AppState;
use crate::http::{Query, body};

/// What is read of a provider's answer.
const COUNTING: [&str; 5] = ["state", "code", "iss", "error", "error_description"];

/// The methods of a provider whose browsers come back by a link.
const GET_ALONE: &str = "GET";

/// Refuses every other method.
pub(in crate::http) async fn refuse_kyc_proof(State(state): State<AppState>, Segment(provider): Segment) -> PageError {
    PageError::MethodNotAllowed(if state.proofs.takes_posts(&provider) { "GET,POST" } else { GET_ALONE })
}

/// Sends the browser on to our own GET of the same path, with everything that counts sealed.
pub(in crate::http) async fn post_kyc_proof(
    State(state): State<AppState>,
    Segment(provider): Segment,
    request: Request,
) -> Result<Response, PageError> {
    if !state.proofs.takes_posts(&provider) {
        return Err(PageError::MethodNotAllowed(GET_ALONE));
    }
    let values = body::read_texts(request).await.map_err(|_| PageError::Malformed)?;
    let pairs = values.iter().filter_map(|(name, value)| match value {
        RawValue::Text(text) if COUNTING.contains(&name.as_str()) => Some((name, text)),
        RawValue::Text(_) | RawValue::Number(_) | RawValue::Other => None,
    });
    let posted = Serializer::new(String::new()).extend_pairs(pairs).finish();
    let query = Query::parse(Some(&posted)).map_err(|_| PageError::Malformed)?;
    let response = read_response(&query).ok_or(PageError::Malformed)?;
    let sealed = state.proofs.seal_posted(&provider, &response.state, &posted).await?.ok_or(PageError::Unknown)?;
    let location = format!("/kyc-proof/{provider}?{POSTED}={sealed}");
    Ok(see_other(HeaderValue::try_from(location).map_err(PageError::internal)?))
}
