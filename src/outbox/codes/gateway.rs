//! By a gateway of the operator's: one POST a message.

use std::sync::Arc;

use async_trait::async_trait;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Request};
use serde_json::json;
use url::Url;

use super::{CodeMessage, Sender};
use crate::domain::causes::chain;
use crate::domain::clock::Clock;
use crate::domain::delivery::{Outcome, Trouble};
use crate::domain::pii::Secret;
use crate::egress::{Configured, EgressError, retry_after};

/// The same at each attempt, so that a gateway that knows the header sends a message once.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// A gateway to phones, or to whatever it likes.
pub struct Gateway {
    /// The way out.
    pub client: Configured,
    /// Where it listens.
    pub url: Url,
    /// Its bearer token, if it wants one.
    pub token: Option<Secret<String>>,
    /// The time by which it puts us off.
    pub clock: Arc<dyn Clock>,
}

#[async_trait]
impl Sender for Gateway {
    async fn send(&self, message: &CodeMessage) -> Outcome {
        let request = match self.request(message) {
            Ok(request) => request,
            Err(error) => {
                tracing::error!(error = chain(&error), "a request to the gateway cannot be made");
                return Outcome::Failed { trouble: Trouble::Unready, retry_after: None };
            }
        };
        let (trouble, retry_after) = match self.client.send(request).await {
            Ok(answer) if answer.status().is_success() => return Outcome::Arrived { last: false },
            Ok(answer) => {
                let wanted = retry_after(answer.headers(), self.clock.now());
                (Trouble::Status(answer.status().as_u16()), wanted)
            }
            Err(EgressError::TimedOut) => (Trouble::TimedOut, None),
            Err(_) => (Trouble::Unreachable, None),
        };
        Outcome::Failed { trouble, retry_after }
    }
}

impl Gateway {
    fn request(&self, message: &CodeMessage) -> Result<Request<Vec<u8>>, http::Error> {
        let body = json!({
            "to": message.destination.expose(),
            "code": message.code.expose(),
            "text": message.text(" ").expose(),
        });
        let mut request = Request::post(self.url.as_str())
            .header(CONTENT_TYPE, "application/json")
            .header(IDEMPOTENCY_KEY, message.id.to_string());
        if let Some(token) = &self.token {
            let mut value = HeaderValue::try_from(format!("Bearer {}", token.expose()))?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        request.body(body.to_string().into_bytes())
    }
}
