//! Our own keys, by which a provider knows us (`private_key_jwt`): the first signs, all are published, so that a new
//! one can be made known before it is used.

use jsonwebtoken::jwk::{Jwk, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;
use serde_json::{Value, json};

use crate::domain::pii::Secret;

/// What an RSA key can sign with; the first is what it does unless the operator says otherwise.
const RSA: [Algorithm; 6] =
    [Algorithm::RS256, Algorithm::PS256, Algorithm::RS384, Algorithm::PS384, Algorithm::RS512, Algorithm::PS512];

/// The keys of one provider.
pub struct ClientKeys {
    signing: EncodingKey,
    header: Header,
    published: Vec<Jwk>,
}

/// Why there are no keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientKeysError {
    /// No key at all.
    #[error("at least one key is needed")]
    None,
    /// Not a private key that can sign.
    #[error("key {0} must be an unencrypted PKCS#8 PEM private key: RSA of 2048 bits or more, P-256, P-384 or Ed25519")]
    Key(usize),
    /// The first key has another type.
    #[error("the first key cannot sign with the algorithm given")]
    Algorithm,
}

impl ClientKeys {
    /// Reads private keys as PKCS#8 PEM; `algorithm` is for those that can sign with several.
    ///
    /// # Errors
    /// See [`ClientKeysError`].
    pub fn parse(pems: &[Secret<Vec<u8>>], algorithm: Option<Algorithm>) -> Result<Self, ClientKeysError> {
        let mut keys = Vec::new();
        for (position, pem) in pems.iter().enumerate() {
            keys.push(read(pem.expose(), algorithm).ok_or(ClientKeysError::Key(position + 1))?);
        }
        let published = keys.iter().map(|(_, _, jwk)| jwk.clone()).collect();
        let (signing, found, jwk) = keys.into_iter().next().ok_or(ClientKeysError::None)?;
        if algorithm.is_some_and(|wanted| wanted != found) {
            return Err(ClientKeysError::Algorithm);
        }
        let mut header = Header::new(found);
        header.kid = jwk.common.key_id;
        Ok(Self { signing, header, published })
    }

    /// Signs claims with the first key.
    pub(super) fn sign(&self, claims: &impl Serialize) -> Option<String> {
        jsonwebtoken::encode(&self.header, claims, &self.signing).ok()
    }

    /// What the first key signs with.
    pub(super) fn algorithm(&self) -> Algorithm {
        self.header.alg
    }

    /// Gives the public halves ([RFC 7517 §5](https://www.rfc-editor.org/rfc/rfc7517#section-5)).
    pub(super) fn public(&self) -> Value {
        json!({ "keys": self.published })
    }
}

/// Reads a key, finds what it signs with, and makes its public half. Its name is its thumbprint
/// ([RFC 7638](https://www.rfc-editor.org/rfc/rfc7638)), the same wherever it stands in the list.
fn read(pem: &[u8], wanted: Option<Algorithm>) -> Option<(EncodingKey, Algorithm, Jwk)> {
    let (key, algorithms) = EncodingKey::from_ed_pem(pem)
        .map(|key| (key, vec![Algorithm::EdDSA]))
        .or_else(|_| EncodingKey::from_ec_pem(pem).map(|key| (key, vec![Algorithm::ES256, Algorithm::ES384])))
        .or_else(|_| {
            let rsa = |key| (key, wanted.filter(|wanted| RSA.contains(wanted)).into_iter().chain(RSA).collect());
            EncodingKey::from_rsa_pem(pem).map(rsa)
        })
        .ok()?;
    let (algorithm, mut jwk) = algorithms.into_iter().find_map(|algorithm| {
        let jwk = Jwk::from_encoding_key(&key, algorithm).ok()?;
        Some((algorithm, jwk))
    })?;
    jwk.common.key_id = Some(jwk.thumbprint(ThumbprintHash::SHA256).ok()?);
    jwk.common.public_key_use = Some(PublicKeyUse::Signature);
    Some((key, algorithm, jwk))
}
