//! Data keys: one for each customer or payment target, sealing all that is kept of it.

use zeroize::Zeroizing;

use super::cipher::{Cipher, FORMAT};
use super::place::Place;
use super::{Key, VaultError};

/// The key under which the values of one customer or payment target are sealed.
pub struct DataKey(Cipher);

impl DataKey {
    pub(super) fn new(key: &Key) -> Self {
        Self(Cipher::new(key))
    }

    /// Seals `plaintext` for `place`; the result is 29 bytes longer.
    #[must_use]
    pub fn seal(&self, place: Place, plaintext: &[u8]) -> Vec<u8> {
        self.0.seal(&[FORMAT], place, plaintext)
    }

    /// Opens what was sealed for `place`.
    ///
    /// # Errors
    /// [`VaultError::Malformed`] when it is too short or of another format, [`VaultError::Tampered`] when it was altered,
    /// moved from another place, or sealed with another key.
    pub fn open(&self, place: Place, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        match sealed.split_at_checked(1) {
            Some((header @ [FORMAT], body)) => self.0.open(header, place, body),
            _ => Err(VaultError::Malformed(place)),
        }
    }
}
