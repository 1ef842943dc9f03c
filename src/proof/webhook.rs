//! Messages that providers send by themselves, signed as [Standard Webhooks](https://www.standardwebhooks.com) are: an
//! HMAC over id, time and body. A message is taken once, however often and wherever it comes.

use std::time::Duration;

use aws_lc_rs::{constant_time, hmac};
use data_encoding::BASE64;
use serde_json::Value;

use super::Proofs;
use super::links::stored_tag;
use super::provider::Outcome;
use crate::domain::clock::Timestamp;
use crate::domain::pii::Secret;
use crate::store::StoreError;

/// How old or new a message may be.
const TOLERANCE: Duration = Duration::from_mins(5);

/// The shortest secret in bytes.
const MIN_SECRET: usize = 24;

/// How a secret in base64 begins.
const PREFIX: &str = "whsec_";

/// What a provider signs its messages with.
pub struct WebhookSecret(hmac::Key);

/// The secret can be guessed or read by nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the secret must have at least 24 bytes, or be whsec_ and so many in base64")]
pub struct WebhookSecretError;

/// What stands in the headers of a message.
#[derive(Clone, Copy)]
pub struct MessageHead<'a> {
    /// `webhook-id`.
    pub id: &'a str,
    /// `webhook-timestamp`, in seconds.
    pub timestamp: &'a str,
    /// `webhook-signature`: one or more `v1,BASE64`.
    pub signature: &'a str,
}

/// What becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// It is taken, now or before.
    Taken,
    /// The provider sends no messages.
    NotInUse,
    /// It is not the provider's, or too old.
    NotTheirs,
    /// It makes no sense.
    Nonsense,
    /// Nobody waits for it; perhaps not yet.
    NotAwaited,
}

impl WebhookSecret {
    /// Takes a secret as the provider gave it.
    ///
    /// # Errors
    /// See [`WebhookSecretError`].
    pub fn parse(secret: &Secret<String>) -> Result<Self, WebhookSecretError> {
        let text = secret.expose();
        let bytes = match text.strip_prefix(PREFIX) {
            Some(encoded) => BASE64.decode(encoded.as_bytes()).map_err(|_| WebhookSecretError)?,
            None => text.as_bytes().to_vec(),
        };
        let bytes = Secret::new(bytes);
        if bytes.expose().len() < MIN_SECRET {
            return Err(WebhookSecretError);
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, bytes.expose())))
    }

    /// Tells whether a message was signed with it, lately.
    fn verifies(&self, head: MessageHead<'_>, body: &[u8], now: Timestamp) -> bool {
        let Ok(seconds) = head.timestamp.parse() else { return false };
        let sent = Timestamp::from_seconds(seconds);
        let is_timely = sent <= now + TOLERANCE && now <= sent + TOLERANCE;
        let signed = [head.id.as_bytes(), b".", head.timestamp.as_bytes(), b".", body].concat();
        // Made once, however many signatures a stranger sends along.
        let expected = hmac::sign(&self.0, &signed);
        let is_theirs = |signature: &str| {
            let tag = signature.strip_prefix("v1,").and_then(|tag| BASE64.decode(tag.as_bytes()).ok());
            tag.is_some_and(|tag| constant_time::verify_slices_are_equal(expected.as_ref(), &tag).is_ok())
        };
        is_timely && !head.id.is_empty() && head.signature.split(' ').any(is_theirs)
    }
}

impl Proofs {
    /// Tells whether a provider sends messages by itself.
    #[must_use]
    pub fn takes_messages(&self, provider: &str) -> bool {
        self.routes.get(provider).is_some_and(|route| route.webhook.is_some())
    }

    /// Receives a message of a provider's: what it says, and that it came, are written together.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn receive(&self, provider: &str, head: MessageHead<'_>, body: &[u8]) -> Result<Received, StoreError> {
        let Some(route) = self.routes.get(provider) else { return Ok(Received::NotInUse) };
        let Some(secret) = &route.webhook else { return Ok(Received::NotInUse) };
        if !secret.verifies(head, body, self.store.now()) {
            return Ok(Received::NotTheirs);
        }
        let Ok(message) = serde_json::from_slice::<Value>(body) else { return Ok(Received::Nonsense) };
        let tag = stored_tag(&[provider.as_bytes(), b"\n", head.id.as_bytes()].concat());
        let mut tx = self.store.begin().await?;
        if !tx.insert_message(&tag).await? {
            return Ok(Received::Taken);
        }
        let (reference, outcome) = match route.provider.read_message(&message) {
            Ok(read) => read,
            Err(trouble) => {
                tracing::warn!(provider, %trouble, "a provider's message makes no sense");
                return Ok(Received::Nonsense);
            }
        };
        let mut waiting = tx.list_pending(provider, reference.expose()).await?;
        waiting.retain(|process| process.is_pending(tx.now()));
        if waiting.is_empty() && !matches!(outcome, Outcome::Pending(_)) {
            // Not remembered: it may come before the browser does, and is sent again.
            return Ok(Received::NotAwaited);
        }
        // All targets before any subject, which is the order of everybody else.
        for process in &waiting {
            tx.lock_target(process.target_id).await?;
        }
        for process in &waiting {
            self.decide_pending(&mut tx, process, &outcome).await?;
        }
        tx.commit().await?;
        Ok(Received::Taken)
    }
}
