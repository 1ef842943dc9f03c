//! The signatures of a transaction: each has to be somebody's.

use std::collections::BTreeMap;

use ed25519_dalek::{Signature, VerifyingKey};
use stellar_xdr::DecoratedSignature;

use super::Invalid;

/// Who has a say about an account, and how much of it is enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// The weights of the ed25519 keys.
    pub signers: BTreeMap<[u8; 32], u8>,
    /// What the weights have to reach together: the medium threshold, which moves money
    /// ([SEP-10, Verifying Authority to Move Funds](https://github.com/stellar/stellar-protocol/blob/master/ecosystem/sep-0010.md#verifying-authority-to-move-funds)).
    pub threshold: u8,
}

impl Authority {
    /// An account that does not exist, or of which nothing can be known: its master key decides alone.
    #[must_use]
    pub fn of_master_key(account: [u8; 32]) -> Self {
        Self { signers: BTreeMap::from([(account, 1)]), threshold: 1 }
    }
}

/// The signatures that were not accounted for yet.
pub(super) struct Signatures {
    hash: [u8; 32],
    left: Vec<DecoratedSignature>,
}

impl Signatures {
    pub(super) fn new(hash: [u8; 32], signatures: Vec<DecoratedSignature>) -> Self {
        Self { hash, left: signatures }
    }

    /// Takes one signature of a key; tells whether there was one.
    pub(super) fn take(&mut self, key: &[u8; 32]) -> bool {
        let position = self.left.iter().position(|signature| self.is_of(signature, key));
        position.map(|position| self.left.swap_remove(position)).is_some()
    }

    /// Takes the signatures of those who have a say, which must be all that are left, and weighs them.
    pub(super) fn reach(
        &mut self,
        authority: &Authority,
        has_a_say: impl Fn(&[u8; 32]) -> bool,
    ) -> Result<(), Invalid> {
        let mut weight = 0_u32;
        for (key, own) in authority.signers.iter().filter(|(key, own)| **own > 0 && has_a_say(key)) {
            if self.take(key) {
                weight += u32::from(*own);
            }
        }
        if !self.left.is_empty() {
            return Err(Invalid::StraySignature);
        }
        // A threshold of 0 still wants one signature.
        if weight >= u32::from(authority.threshold.max(1)) { Ok(()) } else { Err(Invalid::Threshold) }
    }

    fn is_of(&self, signature: &DecoratedSignature, key: &[u8; 32]) -> bool {
        let verify = || {
            let signature = Signature::from_slice(&signature.signature.0).ok()?;
            // Strictly: some malleable forms that others accept, and keys that fit any signature, are refused.
            VerifyingKey::from_bytes(key).ok()?.verify_strict(&self.hash, &signature).ok()
        };
        key.ends_with(&signature.hint.0) && verify().is_some()
    }
}
