//! What a provider signs: what has to be true before a claim in it is believed
//! ([OpenID Connect Core §3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation)).

use jsonwebtoken::{Algorithm, Validation};
use serde_json::Value;

use super::answer::is_too_deep;
use crate::domain::clock::Timestamp;
use crate::egress::{KeySet, KeySetError};
use crate::proof::provider::Trouble;

/// How far the provider's clock may be ahead of ours, in seconds. `exp` gets no such grace.
const LEEWAY: i64 = 60;

/// What the operator has to know of an answer that nobody here can open.
pub(super) const ENCRYPTED: &str = "is encrypted, which is not taken: have the provider register us for signed answers \
    alone, without id_token_encrypted_response_alg and userinfo_encrypted_response_alg";

/// What a signed document has to say.
pub(super) struct Expected<'a> {
    /// What it is called in the log.
    pub(super) name: &'static str,
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    /// How it may be signed; never with an HMAC, which everybody who knows the secret can make.
    pub(super) algorithms: &'a [Algorithm],
    /// The nonce that went with the browser: of an ID token, which has to have an expiry, too.
    pub(super) nonce: Option<&'a str>,
    pub(super) now: Timestamp,
}

/// Verifies a signed document and gives its claims.
pub(super) async fn verify(token: &str, keys: &KeySet, expected: &Expected<'_>) -> Result<Value, Trouble> {
    let wrong = |what| Trouble::nonsense(format!("the {} {what}", expected.name));
    if is_encrypted(token) {
        return Err(wrong(ENCRYPTED));
    }
    let header = jsonwebtoken::decode_header(token).map_err(|_| wrong("has no header that we understand"))?;
    if !expected.algorithms.contains(&header.alg) || header.crit.is_some() {
        return Err(wrong("asks for an algorithm or an extension that we do not allow"));
    }
    let key = keys.decoding_key(header.kid.as_deref(), header.alg).await.map_err(|error| match error {
        KeySetError::Unknown => wrong("is signed by a key that its issuer does not publish"),
        KeySetError::Unavailable => wrong("cannot be verified: its issuer's keys cannot be fetched"),
    })?;
    let claims = jsonwebtoken::decode::<Value>(token, &key, &signature_only(header.alg))
        .map_err(|_| wrong("is not signed by its issuer"))?
        .claims;
    match expected.fault(&claims) {
        None => Ok(claims),
        Some(fault) => Err(wrong(fault)),
    }
}

/// Tells a JWE from a JWS, which has three parts ([RFC 7516 §9](https://www.rfc-editor.org/rfc/rfc7516#section-9)).
pub(super) fn is_encrypted(token: &str) -> bool {
    token.split('.').count() == 5
}

/// Leaves the claims to [`Expected`], which has our clock and takes nothing for granted.
fn signature_only(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation
}

impl Expected<'_> {
    /// Finds the first claim that is not as it has to be.
    fn fault(&self, claims: &Value) -> Option<&'static str> {
        let is = |name, ours| claims.get(name).and_then(Value::as_str) == Some(ours);
        let later = |name| claims.get(name).is_some_and(|time| !time.as_i64().is_some_and(|time| self.has_begun(time)));
        let faults = [
            (is_too_deep(claims), "is nested too deeply"),
            (!is("iss", self.issuer), "is another issuer's"),
            (!self.is_audience(claims), "is not for us"),
            (
                self.nonce.is_some_and(|nonce| !is("nonce", nonce)),
                "is not for this browser: its nonce is missing or another one",
            ),
            (self.is_over(claims), "has expired"),
            (later("iat") || later("nbf"), "is from the future"),
        ];
        faults.into_iter().find_map(|(wrong, fault)| wrong.then_some(fault))
    }

    /// Checks `aud` and `azp`: among several audiences, `azp` has to say that the token was made for us.
    fn is_audience(&self, claims: &Value) -> bool {
        let us = Value::from(self.client_id);
        let sole = match claims.get("aud") {
            Some(Value::Array(several)) if several.contains(&us) => several.len() == 1,
            Some(one) if *one == us => true,
            _ => return false,
        };
        claims.get("azp").map_or(sole, |azp| *azp == us)
    }

    fn is_over(&self, claims: &Value) -> bool {
        let over = |exp: &Value| exp.as_i64().is_none_or(|exp| exp <= self.now.seconds());
        claims.get("exp").map_or(self.nonce.is_some(), over)
    }

    fn has_begun(&self, time: i64) -> bool {
        time <= self.now.seconds().saturating_add(LEEWAY)
    }
}
