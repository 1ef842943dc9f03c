//! Calls to a provider, and what its answers are worth before anybody reads them.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, header};
use serde_json::Value;

use crate::domain::causes::chain;
use crate::domain::clock::Timestamp;
use crate::egress::{Configured, EgressError, retry_after};
use crate::proof::provider::Trouble;

/// How deeply an answer may be nested.
const MAX_DEPTH: usize = 32;

/// An endpoint.
#[derive(Clone, Copy)]
pub(super) struct Peer {
    /// Its name in the log.
    pub(super) name: &'static str,
    /// The statuses by which it says that all is well.
    pub(super) success: &'static [u16],
}

/// An answer of a status that can mean something: success, or a refusal of ours.
pub(super) struct Answer {
    peer: Peer,
    response: Response<Bytes>,
}

/// Sends a request, once.
pub(super) async fn call(
    client: &Configured,
    peer: Peer,
    request: Request<Vec<u8>>,
    now: Timestamp,
) -> Result<Answer, Trouble> {
    let response = client.send(request).await;
    Answer::new(peer, response.map_err(|error| trouble(peer, &error))?, now)
}

/// Sends a GET, and once more if the connection fails.
pub(super) async fn get(
    client: &Configured,
    peer: Peer,
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
    fn new(peer: Peer, response: Response<Bytes>, now: Timestamp) -> Result<Self, Trouble> {
        match response.status().as_u16() {
            429 | 503 => Err(Trouble::Busy { retry_after: retry_after(response.headers(), now) }),
            status if peer.success.contains(&status) => Ok(Self { peer, response }),
            400..=499 => Ok(Self { peer, response }),
            status @ 500.. => Err(Trouble::broken(format!("the {} answered {status}", peer.name))),
            status => Err(Trouble::nonsense(format!("the {} answered {status}", peer.name))),
        }
    }

    fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    pub(super) fn is_success(&self) -> bool {
        self.peer.success.contains(&self.status())
    }

    /// Gives the body, if it is a JSON object that is not nested too deeply.
    pub(super) fn object(&self) -> Result<Value, Trouble> {
        let unfit = |what| Trouble::nonsense(format!("the {} answered {} with {what}", self.peer.name, self.status()));
        let media_type = self.media_type();
        if media_type != "application/json"
            && !(media_type.starts_with("application/") && media_type.ends_with("+json"))
        {
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
        if self.is_success() { self.object() } else { Err(self.failure()) }
    }

    /// Gives the JWT of a success ([RFC 7519 §10.3.1](https://www.rfc-editor.org/rfc/rfc7519#section-10.3.1)).
    pub(super) fn jwt(&self) -> Result<&str, Trouble> {
        if !self.is_success() {
            return Err(self.failure());
        }
        let text = str::from_utf8(self.response.body()).ok().filter(|_| self.media_type() == "application/jwt");
        text.ok_or_else(|| Trouble::nonsense(format!("the {} answered with something that is no JWT", self.peer.name)))
    }

    /// Gives the JSON object of a success that has no `error`; some providers send one with status 200.
    pub(super) fn accepted(&self, now: Timestamp) -> Result<Value, Trouble> {
        let object = self.object()?;
        match object.get("error").and_then(Value::as_str) {
            Some(error) => Err(self.refusal(error, self.retry_after(now))),
            None if self.is_success() => Ok(object),
            None => Err(Trouble::nonsense(format!("the {} refused without saying why", self.peer.name))),
        }
    }

    /// Says what an error code means ([RFC 6749 §5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2)). Only codes
    /// that we know ourselves are repeated, and the description, which is for developers of clients, is not even read.
    fn refusal(&self, error: &str, retry_after: Option<Duration>) -> Trouble {
        let peer = self.peer.name;
        match error {
            "invalid_grant" => Trouble::CodeRefused,
            "temporarily_unavailable" => Trouble::Busy { retry_after },
            "invalid_client" | "unauthorized_client" => {
                Trouble::nonsense(format!("the {peer} does not take our credentials: {error}"))
            }
            "invalid_request" | "unsupported_grant_type" | "invalid_scope" => {
                Trouble::nonsense(format!("the {peer} does not take our request: {error}"))
            }
            _ => Trouble::nonsense(format!("the {peer} refused with an error code of its own")),
        }
    }

    /// When the provider wants to be asked again.
    pub(super) fn retry_after(&self, now: Timestamp) -> Option<Duration> {
        retry_after(self.response.headers(), now)
    }

    fn failure(&self) -> Trouble {
        Trouble::nonsense(format!("the {} answered {}", self.peer.name, self.status()))
    }

    /// Media types may be written in any case and have parameters
    /// ([RFC 9110 §8.3.1](https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1)).
    fn media_type(&self) -> String {
        let value = self.response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }
}

/// Says what a failed call means. The error itself, which may tell the operator more, goes to the log here.
fn trouble(peer: Peer, error: &EgressError) -> Trouble {
    let peer = peer.name;
    tracing::warn!(peer, error = chain(error), "a provider cannot be asked");
    match error {
        EgressError::Unreachable(_) | EgressError::TimedOut => Trouble::TimedOut,
        EgressError::Broken(_) => Trouble::broken(format!("the {peer} cannot be asked: {error}")),
        EgressError::TooLarge | EgressError::Insecure => {
            Trouble::nonsense(format!("the {peer} cannot be asked: {error}"))
        }
    }
}
