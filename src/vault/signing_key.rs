//! The anchor's Stellar key: wallets know its public half from `SIGNING_KEY` in the `stellar.toml`.

use ed25519_dalek::Signer as _;

use crate::domain::account::Account;
use crate::domain::pii::Secret;

/// The key with which the anchor signs (ed25519). Its memory is overwritten when it is dropped.
#[derive(Clone)]
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// Takes the 32 bytes behind a seed, `S…`.
    #[must_use]
    pub fn new(seed: &Secret<[u8; 32]>) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed.expose()))
    }

    /// The account whose master key this is.
    #[must_use]
    pub fn account(&self) -> Account {
        Account::Classic(self.public())
    }

    /// The public key.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// Signs a message as it is, without hashing it first.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}
