//! Calls to a provider, and what its answers are worth before anybody reads them.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, Response, header};
use serde_json::Value;

use crate::domain::causes::chain;
use crate::domain::clock::Timestamp;
use crate::egress::{Configured, EgressError, retry_after};
use crate::proof::provider::Trouble;

/// How deeply an answer may be nested.
const MAX_DEPTH: usize = 32;

/// An answer of a status that can mean something: success, or a refusal of ours.
pub(super) struct Answer {
    peer: &'static str,
    response: Response<Bytes>,
}

/// Sends a request, once. `peer` names the endpoint in the log.
pub(super) async fn call(
    client: &Configured,
    peer: &'static str,
    request: Request<Vec<u8>>,
    now: Timestamp,
) -> Result<Answer, Trouble> {
    let response = client.send(request).await;
    Answer::new(peer, response.map_err(|error| trouble(peer, &error))?, now)
}

/// Sends a GET, and once more if the connection fails.
pub(super) async fn get(
    client: &Configured,
    peer: &'static str,
    request: &Request<Vec<u8>>,
    now: Timestamp,
) -> Result<Answer, Trouble> {
    let response = match client.send(request.clone()).await {
        Err(EgressError::Unreachable(_) | EgressError::Broken(_)) => client.send(request.clone()).await,
        first => first,
    };
    Answer::new(peer, response.map_err(|error| trouble(peer, &error))?, now)
}

/// Tells whether a document is nested more deeply than any honest one.
pub(super) fn is_too_deep(value: &Value) -> bool {
    fn depth(value: &Value) -> usize {
        match value {
            Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
            Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
        }
    }
    depth(value) > MAX_DEPTH
}

impl Answer {
    fn new(peer: &'static str, response: Response<Bytes>, now: Timestamp) -> Result<Self, Trouble> {
        match response.status().as_u16() {
            429 | 503 => Err(Trouble::Busy { retry_after: retry_after(response.headers(), now) }),
            200 | 400..=499 => Ok(Self { peer, response }),
            status => Err(Trouble::nonsense(format!("the {peer} answered {status}"))),
        }
    }

    fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    pub(super) fn is_success(&self) -> bool {
        self.status() == 200
    }

    /// Gives the body, if it is a JSON object that is not nested too deeply.
    pub(super) fn object(&self) -> Result<Value, Trouble> {
        let unfit = |what| Trouble::nonsense(format!("the {} answered {} with {what}", self.peer, self.status()));
        if !is_json(self.response.headers()) {
            return Err(unfit("something that is not called JSON"));
        }
        match serde_json::from_slice::<Value>(self.response.body()) {
            Ok(value) if is_too_deep(&value) => Err(unfit("JSON that is nested too deeply")),
            Ok(value) if value.is_object() => Ok(value),
            Ok(_) => Err(unfit("JSON that is no object")),
            Err(_) => Err(unfit("broken JSON")),
        }
    }

    /// Gives the JSON object of a success.
    pub(super) fn success(&self) -> Result<Value, Trouble> {
        match self.status() {
            200 => self.object(),
            status => Err(Trouble::nonsense(format!("the {} answered {status}", self.peer))),
        }
    }

    pub(super) fn into_body(self) -> Vec<u8> {
        self.response.into_body().into()
    }

    /// When the provider wants to be asked again.
    pub(super) fn retry_after(&self, now: Timestamp) -> Option<Duration> {
        retry_after(self.response.headers(), now)
    }
}

/// Says what a failed call means. The error itself, which may tell the operator more, goes to the log here.
fn trouble(peer: &'static str, error: &EgressError) -> Trouble {
    tracing::warn!(peer, error = chain(error), "a provider cannot be asked");
    match error {
        EgressError::Unreachable(_) | EgressError::TimedOut => Trouble::TimedOut,
        EgressError::Broken(_) | EgressError::TooLarge | EgressError::Insecure => {
            Trouble::nonsense(format!("the {peer} cannot be asked: {error}"))
        }
    }
}

/// Media types may be written in any case and have parameters
/// ([RFC 9110 §8.3.1](https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1)).
fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}
