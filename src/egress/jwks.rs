//! Key sets that somebody publishes (RFC 7517), kept for a while and fetched again when they rotate.

use std::sync::Arc;
use std::time::Duration;

use http::{Request, StatusCode};
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use tokio::sync::{Mutex, watch};
use url::Url;

use super::{Configured, EgressError};
use crate::domain::causes::chain;
use crate::domain::clock::{Clock, Timestamp};

/// How long keys are used without asking again.
const FRESH: Duration = Duration::from_mins(10);

/// How long keys are used while their publisher cannot be reached.
const STALE: Duration = Duration::from_hours(1);

/// How long an unknown key id is believed to be unknown, whoever asks.
const PAUSE: Duration = Duration::from_secs(30);

/// How long after a failure nobody tries again.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(5);

/// The public keys behind one URL.
pub struct KeySet {
    client: Configured,
    url: Url,
    clock: Arc<dyn Clock>,
    known: watch::Sender<Known>,
    attempt: Mutex<Attempt>,
}

/// Why there is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeySetError {
    /// The set has no key of that id for that algorithm.
    #[error("the key set has no such key")]
    Unknown,
    /// The set could not be fetched just now.
    #[error("the key set cannot be fetched")]
    Unavailable,
}

/// What was fetched last.
struct Known {
    keys: Vec<PublicKey>,
    fetched: Timestamp,
}

/// The latest fetch; whoever holds its lock is the one who fetches.
struct Attempt {
    failed: bool,
    next: Timestamp,
}

struct PublicKey {
    jwk: Jwk,
    decoding: Arc<DecodingKey>,
}

/// Why a fetch failed; for the log.
#[derive(Debug, thiserror::Error)]
enum FetchError {
    #[error("the URL cannot be asked")]
    Url(#[from] http::Error),
    #[error(transparent)]
    Egress(#[from] EgressError),
    #[error("the answer has status {0}")]
    Status(StatusCode),
    #[error("the answer is not a key set")]
    Content,
}

impl KeySet {
    /// Knows no keys yet; the first question fetches them.
    #[must_use]
    pub fn new(client: Configured, url: Url, clock: Arc<dyn Clock>) -> Self {
        let long_ago = Timestamp::from_micros(i64::MIN);
        Self {
            client,
            url,
            clock,
            known: watch::Sender::new(Known { keys: Vec::new(), fetched: long_ago }),
            attempt: Mutex::new(Attempt { failed: false, next: long_ago }),
        }
    }

    /// Finds the key for a signature of `algorithm`; without `kid`, the only key that fits.
    ///
    /// A key fits when its type and curve do and neither `use`, `key_ops` nor `alg` speaks against it
    /// ([RFC 7517 §4](https://www.rfc-editor.org/rfc/rfc7517#section-4)); symmetric keys never do.
    ///
    /// # Errors
    /// No such key, or none that could be fetched.
    pub async fn decoding_key(&self, kid: Option<&str>, algorithm: Algorithm) -> Result<Arc<DecodingKey>, KeySetError> {
        if let Some(key) = self.find(kid, algorithm, FRESH) {
            return Ok(key);
        }
        // Held across the fetch on purpose: who comes meanwhile waits for its answer instead of asking as well.
        let mut attempt = self.attempt.lock().await;
        if attempt.next <= self.clock.now() {
            self.fetch_again(&mut attempt).await;
        }
        let error = if attempt.failed { KeySetError::Unavailable } else { KeySetError::Unknown };
        self.find(kid, algorithm, STALE).ok_or(error)
    }

    /// Looks among the keys that are known and not older than `max_age`.
    fn find(&self, kid: Option<&str>, algorithm: Algorithm, max_age: Duration) -> Option<Arc<DecodingKey>> {
        let known = self.known.borrow();
        if known.fetched + max_age <= self.clock.now() {
            return None;
        }
        let mut fitting = known.keys.iter().filter(|key| key.fits(kid, algorithm));
        match (fitting.next(), fitting.next()) {
            (Some(_), Some(_)) if kid.is_none() => None,
            (first, _) => first.map(|key| Arc::clone(&key.decoding)),
        }
    }

    /// Fetches, and notes beforehand that it failed, which stays true if the caller goes away in the middle.
    async fn fetch_again(&self, attempt: &mut Attempt) {
        *attempt = Attempt { failed: true, next: self.clock.now() + PAUSE_AFTER_FAILURE };
        match self.fetch().await {
            Ok(keys) => {
                let fetched = self.clock.now();
                self.known.send_replace(Known { keys, fetched });
                *attempt = Attempt { failed: false, next: fetched + PAUSE };
            }
            Err(error) => {
                tracing::warn!(host = self.url.host_str(), error = chain(&error), "a key set cannot be fetched");
            }
        }
    }

    async fn fetch(&self) -> Result<Vec<PublicKey>, FetchError> {
        let request = Request::get(self.url.as_str()).header("accept", "application/json").body(Vec::new())?;
        let response = self.client.send(request).await?;
        if response.status() != StatusCode::OK {
            return Err(FetchError::Status(response.status()));
        }
        read_keys(response.body())
    }
}

/// Reads the keys of a set that are understood
/// ([RFC 7517 §5](https://www.rfc-editor.org/rfc/rfc7517#section-5): others are ignored).
fn read_keys(body: &[u8]) -> Result<Vec<PublicKey>, FetchError> {
    #[derive(Deserialize)]
    struct Set {
        keys: Vec<serde_json::Value>,
    }
    let set: Set = serde_json::from_slice(body).map_err(|_| FetchError::Content)?;
    Ok(set.keys.into_iter().filter_map(PublicKey::read).collect())
}

impl PublicKey {
    fn read(value: serde_json::Value) -> Option<Self> {
        let jwk: Jwk = serde_json::from_value(value).ok()?;
        let decoding = Arc::new(DecodingKey::from_jwk(&jwk).ok()?);
        Some(Self { jwk, decoding })
    }

    fn fits(&self, kid: Option<&str>, algorithm: Algorithm) -> bool {
        use Algorithm::{ES256, ES384, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};
        let common = &self.jwk.common;
        let type_fits = match (&self.jwk.algorithm, algorithm) {
            (AlgorithmParameters::EllipticCurve(key), ES256) => key.curve == EllipticCurve::P256,
            (AlgorithmParameters::EllipticCurve(key), ES384) => key.curve == EllipticCurve::P384,
            (AlgorithmParameters::OctetKeyPair(key), EdDSA) => key.curve == EllipticCurve::Ed25519,
            (AlgorithmParameters::RSA(_), RS256 | RS384 | RS512 | PS256 | PS384 | PS512) => true,
            _ => false,
        };
        type_fits
            && kid.is_none_or(|kid| common.key_id.as_deref() == Some(kid))
            && common.public_key_use.as_ref().is_none_or(|r#use| *r#use == PublicKeyUse::Signature)
            && common.key_operations.as_ref().is_none_or(|operations| operations.contains(&KeyOperations::Verify))
            && common.key_algorithm.is_none_or(|named| named == algorithm.into())
    }
}
