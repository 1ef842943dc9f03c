//! The authorization request, checked the same way when its page is shown and when it is answered.

use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use url::Url;

use super::Sandbox;
use super::parameters::Parameters;
use crate::http::pages::{self, Hidden, PageError};

/// The parameters that make up the request.
const NAMES: [&str; 6] =
    ["client_id", "redirect_uri", "response_type", "state", "code_challenge", "code_challenge_method"];

/// The length of a SHA-256 digest in base64url.
const CHALLENGE_LENGTH: usize = 43;

/// A request that may be answered.
pub(super) struct Authorization {
    state: String,
    pub(super) challenge: String,
}

/// Why a request is not answered with a code.
pub(super) enum Refusal {
    /// Client or redirect URI are wrong: nobody is redirected anywhere.
    Untrusted,
    /// Told to the client, with an error code of RFC 6749 §4.1.2.1.
    Redirect(HeaderValue),
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Untrusted => PageError::Malformed.into_response(),
            Self::Redirect(location) => pages::see_other(location),
        }
    }
}

impl Authorization {
    /// Checks a request.
    pub(super) fn check(sandbox: &Sandbox, parameters: &Parameters) -> Result<Self, Refusal> {
        let known_client = parameters.get("client_id") == Some(&sandbox.settings.client_id);
        if !known_client || parameters.get("redirect_uri") != Some(sandbox.redirect_uri.as_str()) {
            return Err(Refusal::Untrusted);
        }
        let state = parameters.get("state").unwrap_or_default();
        let refuse = |error| Refusal::Redirect(answer(&sandbox.redirect_uri, "error", error, state));
        if parameters.get("response_type") != Some("code") {
            return Err(refuse("unsupported_response_type"));
        }
        let challenge = parameters.get("code_challenge").filter(|challenge| challenge.len() == CHALLENGE_LENGTH);
        match (challenge, parameters.get("code_challenge_method"), state) {
            (Some(challenge), Some("S256"), state) if !state.is_empty() => {
                Ok(Self { state: state.to_owned(), challenge: challenge.to_owned() })
            }
            _ => Err(refuse("invalid_request")),
        }
    }

    /// Where the browser goes with `code=…` or `error=…`.
    pub(super) fn answer(&self, sandbox: &Sandbox, name: &str, value: &str) -> HeaderValue {
        answer(&sandbox.redirect_uri, name, value, &self.state)
    }
}

/// The request as hidden fields, for the page that asks how to answer it.
pub(super) fn hidden_fields(parameters: &Parameters) -> Vec<Hidden> {
    let field = |name: &str| Some(Hidden { name: name.to_owned(), value: parameters.get(name)?.to_owned() });
    NAMES.into_iter().filter_map(field).collect()
}

fn answer(redirect_uri: &Url, name: &str, value: &str, state: &str) -> HeaderValue {
    let mut location = redirect_uri.clone();
    location.query_pairs_mut().append_pair(name, value).append_pair("state", state);
    HeaderValue::from_str(location.as_str()).expect("a URL is ASCII without control characters")
}
