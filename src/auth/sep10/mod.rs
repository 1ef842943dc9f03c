//! SEP-10 3.4, the side of the server: wallets prove that they hold an account and get a token for it.
//!
//! [`WebAuth`] is the whole of it. A challenge is a transaction that cannot be executed, signed by us; nothing of it is
//! kept. What comes back is read ([`Terms::read`]), the account's signers are asked for ([`Horizon`]), every signature
//! is accounted for ([`Answer::authorize`]), and the challenge is noted as spent in the database, where all replicas
//! look: there is one token for a challenge, and the row goes when the challenge has expired.

mod answer;
mod authorization;
mod client;
mod client_domains;
mod horizon;
mod invalid;
mod signatures;
mod terms;

use std::time::Duration;

use data_encoding::HEXLOWER;

pub use answer::Answer;
pub use client::{ChallengeRequest, Client, ClientDomain, User};
pub use client_domains::ClientDomains;
pub use horizon::{Horizon, HorizonError, LIMITS as HORIZON_LIMITS};
pub use invalid::Invalid;
pub use signatures::Authority;
pub use terms::{Nonce, Terms};

use super::{NewToken, mint};
use crate::domain::pii::Secret;
use crate::store::{Store, StoreError};
use crate::vault::random;

/// A server of SEP-10.
pub struct WebAuth {
    /// What its challenges have in common.
    pub terms: Terms,
    /// `WEB_AUTH_ENDPOINT`.
    pub endpoint: String,
    /// The `iss` of its tokens.
    pub issuer: String,
    /// The HS256 secret that signs its tokens.
    pub token_secret: Secret<Vec<u8>>,
    /// How long its tokens live.
    pub token_lifetime: Duration,
    /// Whether a request for a challenge has to say who sends it.
    pub require_authorization: bool,
    /// The keys of wallets.
    pub client_domains: ClientDomains,
    /// Who signs for an account; without it, its master key alone.
    pub horizon: Option<Horizon>,
    /// Where spent challenges are noted.
    pub store: Store,
}

/// Why there is no challenge, or no token.
#[derive(Debug, thiserror::Error)]
pub enum WebAuthError {
    /// The wallet did something wrong.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The request does not say who sends it, and has to.
    #[error("an Authorization header is required")]
    Unauthorized,
    /// Who signs for the account cannot be found out at present.
    #[error(transparent)]
    Horizon(#[from] HorizonError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl WebAuth {
    /// Makes a challenge: the base64 XDR of a transaction envelope. `authorization` is the bearer token of the request,
    /// if it has one. Nothing is written.
    ///
    /// # Errors
    /// See [`WebAuthError`].
    pub async fn challenge(
        &self,
        request: ChallengeRequest<'_>,
        authorization: Option<&str>,
    ) -> Result<String, WebAuthError> {
        if authorization.is_none() && self.require_authorization {
            return Err(WebAuthError::Unauthorized);
        }
        let (account, user) = request.user()?;
        let home_domain = self.home_domain(request.home_domain)?;
        let domain = match request.client_domain {
            Some(name) => Some(self.client_domains.find(name).await?),
            None => None,
        };
        // With our key as the domain's, our own signature would prove it.
        if domain.as_ref().is_some_and(|domain| domain.key == self.terms.signing_key.public()) {
            return Err(Invalid::ClientDomain.into());
        }
        if let Some(token) = authorization {
            let signer = domain.as_ref().map_or(account, |domain| domain.key);
            authorization::check(token, &signer, &request, &self.endpoint, self.store.now())?;
        }
        let client = Client { account, user, home_domain, domain };
        Ok(self.terms.challenge(&client, &random::bytes(), self.store.now()))
    }

    /// Exchanges a signed challenge for a token, once.
    ///
    /// # Errors
    /// See [`WebAuthError`].
    pub async fn token(&self, transaction: &str) -> Result<String, WebAuthError> {
        let answer = self.terms.read(transaction, self.store.now())?;
        let (account, hash, expires_at) = (answer.account(), answer.hash(), answer.expires_at());
        let authority = match &self.horizon {
            Some(horizon) => horizon.find_authority(account).await?,
            None => None,
        };
        let authority = authority.unwrap_or_else(|| Authority::of_master_key(account));
        let client = answer.authorize(&self.terms, &authority)?;
        let mut tx = self.store.begin().await?;
        // "The Server should not provide more than one JWT for a specific challenge transaction."
        if !tx.insert_spent_challenge(&hash, expires_at).await? {
            return Err(Invalid::Spent.into());
        }
        tx.commit().await?;
        let token = NewToken {
            issuer: &self.issuer,
            subject: &client.subject(),
            id: Some(&HEXLOWER.encode(&hash)),
            lifetime: self.token_lifetime,
            home_domain: Some(&client.home_domain),
            client_domain: client.domain.as_ref().map(|domain| domain.name.as_str()),
        };
        Ok(mint(&token, &self.token_secret, self.store.now()))
    }

    /// The passphrase of the network that challenges are signed for.
    #[must_use]
    pub fn network_passphrase(&self) -> &str {
        &self.terms.network_passphrase
    }

    fn home_domain(&self, asked: Option<&str>) -> Result<String, Invalid> {
        let ours = &self.terms.home_domains;
        let found = match asked {
            None => ours.first(),
            Some(asked) => ours.iter().find(|domain| domain.eq_ignore_ascii_case(asked)),
        };
        found.cloned().ok_or(Invalid::HomeDomain)
    }
}
