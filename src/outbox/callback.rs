//! Callbacks: what a customer's status is now, told to the wallet that asked for it.

use std::error::Error;
use std::sync::Arc;

use async_trait::async_trait;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

use super::{Courier, Signer};
use crate::domain::callback::{CallbackBody, CallbackUrl};
use crate::domain::causes::chain;
use crate::domain::clock::Clock;
use crate::domain::delivery::{Kind, Outcome, Trouble};
use crate::egress::{EgressError, FetchError, Untrusted, retry_after};
use crate::store::{Message, Store, StoreError};

const SIGNATURE: HeaderName = HeaderName::from_static("signature");
/// SEP-12: deprecated, and to be supported until it is removed from the specification.
const X_STELLAR_SIGNATURE: HeaderName = HeaderName::from_static("x-stellar-signature");
/// The same for every attempt to deliver one change.
const WEBHOOK_ID: HeaderName = HeaderName::from_static("webhook-id");
const CUSTOMER_TYPE: HeaderName = HeaderName::from_static("kycd-customer-type");

/// Whoever answers this wants to hear no more.
const GONE: u16 = 410;

/// What a callback says.
pub struct Statement {
    /// The answer of `GET /customer`.
    pub body: CallbackBody,
    /// Whether the status is one after which SEP-12 wants no more callbacks.
    pub last: bool,
}

/// Gives what `GET /customer` would answer at this moment.
#[async_trait]
pub trait Answers: Send + Sync + 'static {
    /// Speaks of one customer and type; `None` if there is no such customer or type any more.
    async fn answer(&self, customer: Uuid, customer_type: &str) -> Result<Option<Statement>, NoAnswer>;
}

/// Why there is nothing to say.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    /// Storage failed, which is no fault of this callback.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such answer as SEP-12 wants it.
    #[error(transparent)]
    Unready(Box<dyn Error + Send + Sync>),
}

/// Brings callbacks to wallets.
pub struct CallbackCourier {
    /// Where the URLs are.
    pub store: Store,
    /// What callbacks say.
    pub answers: Arc<dyn Answers>,
    /// The way out.
    pub client: Untrusted,
    /// The anchor's key.
    pub signer: Signer,
    /// The time of signatures.
    pub clock: Arc<dyn Clock>,
}

#[async_trait]
impl Courier for CallbackCourier {
    fn kind(&self) -> Kind {
        Kind::Callback
    }

    async fn deliver(&self, message: &Message) -> Result<Outcome, StoreError> {
        let Some(url) = self.store.find_callback(message.target).await? else {
            return Ok(Outcome::Moot);
        };
        // Made now, not when the status changed: a receiver never sees an older state after a newer one.
        match self.answers.answer(message.target, &message.topic).await {
            Ok(Some(statement)) => Ok(self.send(message, &url, &statement).await),
            Ok(None) => Ok(Outcome::Moot),
            Err(NoAnswer::Store(error)) => Err(error),
            Err(NoAnswer::Unready(error)) => {
                tracing::error!(customer = %message.target, error = chain(&*error), "a callback cannot be made");
                Ok(Outcome::Failed { trouble: Trouble::Unready, retry_after: None })
            }
        }
    }
}

impl CallbackCourier {
    async fn send(&self, message: &Message, url: &CallbackUrl, statement: &Statement) -> Outcome {
        let signature = self.signer.sign(self.clock.now(), url, &statement.body);
        let headers = [
            (CONTENT_TYPE, "application/json"),
            (SIGNATURE, &signature),
            (X_STELLAR_SIGNATURE, &signature),
            (WEBHOOK_ID, &message.id.to_string()),
            (CUSTOMER_TYPE, &message.topic),
        ];
        let value = |(name, text): (_, &str)| HeaderValue::from_str(text).ok().map(|value| (name, value));
        let headers: HeaderMap = headers.into_iter().filter_map(value).collect();
        let answer = self.client.post(url.as_url(), headers, statement.body.as_str().into()).await;
        match answer {
            Ok(answer) if answer.status().is_success() => Outcome::Arrived { last: statement.last },
            Ok(answer) if answer.status().as_u16() == GONE => Outcome::Unwanted,
            Ok(answer) => Outcome::Failed {
                trouble: Trouble::Status(answer.status().as_u16()),
                retry_after: retry_after(answer.headers(), self.clock.now()),
            },
            Err(FetchError::Crowded) => Outcome::Postponed,
            Err(error) => Outcome::Failed { trouble: trouble(&error), retry_after: None },
        }
    }
}

fn trouble(error: &FetchError) -> Trouble {
    match error {
        FetchError::NotPublic(_) => Trouble::Blocked,
        FetchError::Egress(EgressError::TimedOut) => Trouble::TimedOut,
        FetchError::Crowded | FetchError::Egress(_) => Trouble::Unreachable,
    }
}
