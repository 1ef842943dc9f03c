//! The signature of a callback, by the anchor's Stellar key.

use data_encoding::BASE64;
use ed25519_dalek::{Signer as _, SigningKey};
use stellar_strkey::ed25519::PublicKey;

use crate::domain::callback::{CallbackBody, CallbackUrl};
use crate::domain::clock::Timestamp;
use crate::domain::pii::Secret;

/// The key behind `SIGNING_KEY` in the anchor's stellar.toml.
///
/// It signs transactions elsewhere, so what it signs here is never somebody else's choice: the text is put together of
/// a time, the host of a [`CallbackUrl`] and a [`CallbackBody`], and begins with a number, as no transaction hash does
/// but by chance.
pub struct Signer(SigningKey);

impl Signer {
    /// Takes the seed.
    #[must_use]
    pub fn new(seed: &Secret<[u8; 32]>) -> Self {
        Self(SigningKey::from_bytes(seed.expose()))
    }

    /// The public key, `G…`.
    #[must_use]
    pub fn address(&self) -> String {
        PublicKey(self.0.verifying_key().to_bytes()).to_string().as_str().to_owned()
    }

    /// Gives the value of both signature headers
    /// ([SEP-12](https://github.com/stellar/stellar-protocol/blob/master/ecosystem/sep-0012.md#compute-signature)).
    #[must_use]
    pub fn sign(&self, at: Timestamp, url: &CallbackUrl, body: &CallbackBody) -> String {
        let t = at.seconds();
        let signature = self.0.sign(format!("{t}.{}.{}", url.signed_host(), body.as_str()).as_bytes());
        format!("t={t}, s={}", BASE64.encode(&signature.to_bytes()))
    }
}
