//! From a bearer token to a session.

use std::sync::Arc;

use super::claims::Claims;
use super::compact::Compact;
use super::header::Header;
use super::issuer::Issuer;
use super::json::read_object;
use super::refusal::{Refusal, TokenError};
use crate::domain::clock::Clock;
use crate::domain::session::Session;

/// Checks the tokens of wallets against the configured issuers.
pub struct TokenVerifier {
    issuers: Vec<Issuer>,
    clock: Arc<dyn Clock>,
}

impl TokenVerifier {
    /// Trusts `issuers` and nobody else; several may have the same name.
    #[must_use]
    pub fn new(issuers: Vec<Issuer>, clock: Arc<dyn Clock>) -> Self {
        Self { issuers, clock }
    }

    /// Opens the session of a token, which is the bare compact JWT.
    ///
    /// Of issuers with one name all are tried, since an anchor may run SEP-10 and SEP-45 at one address.
    ///
    /// # Errors
    /// A token that none of the issuers can have made for us, or keys that cannot be fetched.
    pub async fn verify(&self, token: &str) -> Result<Session, TokenError> {
        let compact = Compact::split(token)?;
        let (header, claims) = (compact.header()?, compact.claims()?);
        let header: Header<'_> = read_object(&header)?;
        let claims: Claims<'_> = read_object(&claims)?;
        header.check()?;
        let mut closest = TokenError::Refused(Refusal::Issuer);
        for issuer in self.issuers.iter().filter(|issuer| claims.is_from(issuer)) {
            match self.verify_with(issuer, &compact, &header, &claims).await {
                Ok(session) => return Ok(session),
                Err(error) => closest = closest.max(error),
            }
        }
        Err(closest)
    }

    async fn verify_with(
        &self,
        issuer: &Issuer,
        compact: &Compact<'_>,
        header: &Header<'_>,
        claims: &Claims<'_>,
    ) -> Result<Session, TokenError> {
        // RFC 8725 §3.1: the configuration decides how the token is verified; what the token claims can only differ.
        if header.algorithm() != Some(issuer.algorithm().name()) {
            return Err(Refusal::Algorithm.into());
        }
        let key = issuer.decoding_key(header.kid()).await?;
        compact.check_signature(&key, issuer.algorithm())?;
        Ok(claims.open_session(issuer, self.clock.now())?)
    }
}
