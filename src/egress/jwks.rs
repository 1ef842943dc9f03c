//! Key sets that somebody publishes (RFC 7517), kept for a while and fetched again when they rotate.

use std::sync::Arc;
use std::time::Duration;

use http::{Request, StatusCode};
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use url::Url;

use super::{Configured, EgressError, Fetched, Terms};
use crate::domain::causes::chain;
use crate::domain::clock::Clock;

/// The pause is how long an unknown key id is believed to be unknown, whoever asks.
const TERMS: Terms = Terms {
    fresh: Duration::from_mins(10),
    stale: Duration::from_hours(1),
    pause: Duration::from_secs(30),
    pause_after_failure: Duration::from_secs(5),
};

/// The public keys behind one URL.
pub struct KeySet(Fetched<Vec<PublicKey>, KeySetError>);

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
        Self(Fetched::new(TERMS, clock, move || fetch(client.clone(), url.clone())))
    }

    /// Finds the key for a signature of `algorithm`; without `kid`, the only key that fits.
    ///
    /// A key fits when its type and curve do and neither `use`, `key_ops` nor `alg` speaks against it
    /// ([RFC 7517 §4](https://www.rfc-editor.org/rfc/rfc7517#section-4)); symmetric keys never do.
    ///
    /// # Errors
    /// No such key, or none that could be fetched.
    pub async fn decoding_key(&self, kid: Option<&str>, algorithm: Algorithm) -> Result<Arc<DecodingKey>, KeySetError> {
        let find = |keys: Arc<Vec<PublicKey>>| find(&keys, kid, algorithm);
        if let Some(key) = self.0.fresh().and_then(find) {
            return Ok(key);
        }
        match self.0.refresh().await {
            Ok(keys) => find(keys).ok_or(KeySetError::Unknown),
            Err(unavailable) => self.0.stale().and_then(find).ok_or(unavailable),
        }
    }

    /// Tells for which of some algorithms the set has a key.
    ///
    /// # Errors
    /// The set cannot be fetched.
    pub async fn algorithms(&self, wanted: &[Algorithm]) -> Result<Vec<Algorithm>, KeySetError> {
        let keys = self.0.get().await?;
        let is_there = |algorithm: &Algorithm| keys.iter().any(|key| key.fits(None, *algorithm));
        Ok(wanted.iter().copied().filter(is_there).collect())
    }
}

fn find(keys: &[PublicKey], kid: Option<&str>, algorithm: Algorithm) -> Option<Arc<DecodingKey>> {
    let mut fitting = keys.iter().filter(|key| key.fits(kid, algorithm));
    match (fitting.next(), fitting.next()) {
        (Some(_), Some(_)) if kid.is_none() => None,
        (first, _) => first.map(|key| Arc::clone(&key.decoding)),
    }
}

async fn fetch(client: Configured, url: Url) -> Result<Vec<PublicKey>, KeySetError> {
    ask(&client, &url).await.map_err(|error| {
        tracing::warn!(host = url.host_str(), error = chain(&error), "a key set cannot be fetched");
        KeySetError::Unavailable
    })
}

async fn ask(client: &Configured, url: &Url) -> Result<Vec<PublicKey>, FetchError> {
    let request = Request::get(url.as_str()).header("accept", "application/json").body(Vec::new())?;
    let response = client.send(request).await?;
    if response.status() != StatusCode::OK {
        return Err(FetchError::Status(response.status()));
    }
    read_keys(response.body())
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
