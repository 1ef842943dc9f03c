//! What the signatures of an issuer are checked with.

use std::sync::Arc;

use aws_lc_rs::rsa;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey};
use jsonwebtoken::DecodingKey;

use crate::domain::pii::Secret;
use crate::egress::KeySet;

/// The shortest HS256 secret in bytes ([RFC 7518 §3.2](https://www.rfc-editor.org/rfc/rfc7518#section-3.2)).
const MIN_SECRET: usize = 32;

/// The shortest RS256 modulus in bytes ([RFC 7518 §3.3](https://www.rfc-editor.org/rfc/rfc7518#section-3.3)).
const MIN_MODULUS: usize = 256;

/// The label of the one PEM form that is read.
const SPKI_LABEL: &str = "-----BEGIN PUBLIC KEY-----";

/// How an issuer signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// HMAC with SHA-256, a shared secret.
    Hs256,
    /// Ed25519.
    EdDsa,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
}

impl Algorithm {
    /// The name in a token's `alg`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hs256 => "HS256",
            Self::EdDsa => "EdDSA",
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }

    /// The same for the library that verifies.
    pub(super) const fn jose(self) -> jsonwebtoken::Algorithm {
        match self {
            Self::Hs256 => jsonwebtoken::Algorithm::HS256,
            Self::EdDsa => jsonwebtoken::Algorithm::EdDSA,
            Self::Es256 => jsonwebtoken::Algorithm::ES256,
            Self::Rs256 => jsonwebtoken::Algorithm::RS256,
        }
    }
}

/// What is wrong with the settings of an issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IssuerError {
    /// No `issuer`.
    #[error("issuer must not be empty")]
    Unnamed,
    /// A secret that can be guessed.
    #[error("the secret of HS256 must have at least 32 bytes")]
    ShortSecret,
    /// HS256 with a public key, or another algorithm with a secret.
    #[error("HS256 needs a secret, every other algorithm a public key or a key set")]
    KeyKind,
    /// Not a public key, one of another algorithm, or a weak one.
    #[error("the key must be an SPKI PEM public key that fits the algorithm (RS256: 2048 bits or more)")]
    PublicKey,
}

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
