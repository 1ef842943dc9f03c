//! What the signatures of an issuer are checked with.

use std::sync::Arc;

use aws_lc_rs::rsa;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey};
use jsonwebtoken::DecodingKey;

use super::issuer::{Algorithm, IssuerError};
use crate::domain::pii::Secret;
use crate::egress::KeySet;

/// The shortest HS256 secret in bytes ([RFC 7518 §3.2](https://www.rfc-editor.org/rfc/rfc7518#section-3.2)).
const MIN_SECRET: usize = 32;

/// The shortest RS256 modulus in bytes ([RFC 7518 §3.3](https://www.rfc-editor.org/rfc/rfc7518#section-3.3)).
const MIN_MODULUS: usize = 256;

/// The label of the one PEM form that is read.
const SPKI_LABEL: &str = "-----BEGIN PUBLIC KEY-----";

/// What an issuer's signatures are checked with.
pub enum VerificationKey {
    /// The shared secret of HS256.
    Hs256(Secret<Vec<u8>>),
    /// A public key as SPKI PEM (`BEGIN PUBLIC KEY`).
    Pem(Vec<u8>),
    /// The key set that the issuer publishes.
    Jwks(Arc<KeySet>),
}

/// A [`VerificationKey`] that was checked against its algorithm.
pub(super) enum Key {
    Fixed(Arc<DecodingKey>),
    Published(Arc<KeySet>),
}

impl Key {
    /// Refuses keys that belong to another algorithm or can be guessed.
    pub(super) fn new(
        algorithm: Algorithm,
        key: VerificationKey,
        allow_short_secret: bool,
    ) -> Result<Self, IssuerError> {
        let fixed = match (algorithm, key) {
            (Algorithm::Hs256, VerificationKey::Hs256(secret)) => {
                let min = if allow_short_secret { 1 } else { MIN_SECRET };
                if secret.expose().len() < min {
                    return Err(IssuerError::ShortSecret);
                }
                DecodingKey::from_secret(secret.expose())
            }
            // RFC 8725 §3.1: a public key must never serve as a secret, nor a secret as a public key.
            (Algorithm::Hs256, _) | (_, VerificationKey::Hs256(_)) => return Err(IssuerError::KeyKind),
            (_, VerificationKey::Jwks(keys)) => return Ok(Self::Published(keys)),
            (_, VerificationKey::Pem(pem)) => public_key(algorithm, &pem).ok_or(IssuerError::PublicKey)?,
        };
        Ok(Self::Fixed(Arc::new(fixed)))
    }
}

/// Reads a public key and makes sure that signatures can be checked with it.
fn public_key(algorithm: Algorithm, pem: &[u8]) -> Option<DecodingKey> {
    std::str::from_utf8(pem).ok().filter(|pem| pem.contains(SPKI_LABEL))?;
    let key = match algorithm {
        Algorithm::Hs256 => return None,
        Algorithm::EdDsa => DecodingKey::from_ed_pem(pem),
        Algorithm::Es256 => DecodingKey::from_ec_pem(pem),
        Algorithm::Rs256 => DecodingKey::from_rsa_pem(pem),
    }
    .ok()?;
    let bytes = key.try_get_as_bytes().ok()?;
    let usable = match algorithm {
        Algorithm::Hs256 => false,
        Algorithm::EdDsa => ParsedPublicKey::new(&ED25519, bytes).is_ok(),
        Algorithm::Es256 => ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, bytes).is_ok(),
        Algorithm::Rs256 => rsa::PublicKey::from_der(bytes).is_ok_and(|key| key.modulus_len() >= MIN_MODULUS),
    };
    usable.then_some(key)
}
