//! Issuers of wallet tokens, as the configuration names them.

use std::sync::Arc;
use std::time::Duration;

use jsonwebtoken::DecodingKey;

use super::key::{Algorithm, IssuerError, Key, VerificationKey};
use super::refusal::{Refusal, TokenError};
use crate::egress::KeySetError;

/// The standard by which an issuer authenticates wallets; it decides which accounts its tokens speak for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssuerKind {
    /// SEP-10: `G…` and `M…` accounts.
    Sep10,
    /// SEP-45: `C…` contracts.
    Sep45,
}

/// One `[[token_issuers]]` of the configuration.
pub struct IssuerSettings {
    /// The standard it follows.
    pub kind: IssuerKind,
    /// Its `iss`, exactly.
    pub issuer: String,
    /// Accepted `home_domain` claims; a token without the claim passes, and so does any when this is empty.
    pub home_domains: Vec<String>,
    /// Accepted `aud` claims; when this is empty the claim is not looked at, otherwise a token must have it.
    pub audience: Vec<String>,
    /// How long its tokens may live from `iat` (from now, without `iat`) to `exp`.
    pub max_lifetime: Duration,
    /// How it signs.
    pub algorithm: Algorithm,
    /// What its signatures are checked with.
    pub key: VerificationKey,
    /// Accepts an HS256 secret of less than 32 bytes; for `dev`.
    pub allow_short_secret: bool,
}

/// An issuer whose tokens are believed.
pub struct Issuer {
    kind: IssuerKind,
    name: String,
    home_domains: Vec<String>,
    audience: Vec<String>,
    max_lifetime: Duration,
    algorithm: Algorithm,
    key: Key,
}

impl Issuer {
    /// Checks the settings and prepares the key.
    ///
    /// # Errors
    /// A key that does not fit the algorithm or is weak; see [`IssuerError`].
    pub fn new(settings: IssuerSettings) -> Result<Self, IssuerError> {
        let IssuerSettings { kind, issuer, home_domains, audience, max_lifetime, algorithm, key, allow_short_secret } =
            settings;
        if issuer.is_empty() {
            return Err(IssuerError::Unnamed);
        }
        let key = Key::new(algorithm, key, allow_short_secret)?;
        Ok(Self { kind, name: issuer, home_domains, audience, max_lifetime, algorithm, key })
    }

    pub(super) fn kind(&self) -> IssuerKind {
        self.kind
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn home_domains(&self) -> &[String] {
        &self.home_domains
    }

    pub(super) fn audience(&self) -> &[String] {
        &self.audience
    }

    pub(super) fn max_lifetime(&self) -> Duration {
        self.max_lifetime
    }

    pub(super) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Finds the key for a token that claims `kid`, which only a published key set looks at.
    pub(super) async fn decoding_key(&self, kid: Option<&str>) -> Result<Arc<DecodingKey>, TokenError> {
        match &self.key {
            Key::Fixed(key) => Ok(Arc::clone(key)),
            Key::Published(keys) => keys.decoding_key(kid, self.algorithm.jose()).await.map_err(|error| match error {
                KeySetError::Unknown => TokenError::Refused(Refusal::Key),
                KeySetError::Unavailable => TokenError::Unavailable,
            }),
        }
    }
}
