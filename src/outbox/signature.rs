//! The signature of a callback, by the anchor's Stellar key.

use crate::domain::callback::{CallbackBody, CallbackUrl};
use crate::domain::clock::Timestamp;
use crate::vault::SigningKey;
use data_encoding::BASE64;

/// The key behind `SIGNING_KEY` in the anchor's stellar.toml.
///
/// It signs transactions elsewhere, so what it signs here is never somebody else's choice: the text is put together of
/// a time, the host of a [`CallbackUrl`] and a [`CallbackBody`], and begins with a number, as no transaction hash does
/// but by chance.
pub struct Signer(SigningKey);

impl Signer {
    /// Takes the key.
    #[must_use]
    pub fn new(key: SigningKey) -> Self {
        Self(key)
    }

    /// Gives the value of both signature headers
    /// ([SEP-12](https://github.com/stellar/stellar-protocol/blob/master/ecosystem/sep-0012.md#compute-signature)).
    #[must_use]
    pub fn sign(&self, at: Timestamp, url: &CallbackUrl, body: &CallbackBody) -> String {
        let t = at.seconds();
        let signature = self.0.sign(format!("{t}.{}.{}", url.signed_host(), body.as_str()).as_bytes());
        format!("t={t}, s={}", BASE64.encode(&signature))
    }
}
