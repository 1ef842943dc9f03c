//! AES-256-GCM with a random nonce and the place as associated data: what both kinds of keys do.

use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, MAX_TAG_LEN, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroizing;

use super::place::Place;
use super::{Key, VaultError, random};

/// The first byte of everything sealed. Another algorithm or layout takes another number.
pub(super) const FORMAT: u8 = 1;

/// A key that seals and opens; clones share it.
#[derive(Clone)]
pub(super) struct Cipher(Arc<LessSafeKey>);

impl Cipher {
    pub(super) fn new(key: &Key) -> Self {
        let key = UnboundKey::new(&AES_256_GCM, key.as_slice()).expect("AES-256 takes 32 bytes");
        Self(Arc::new(LessSafeKey::new(key)))
    }

    /// Gives `header ‖ nonce ‖ ciphertext ‖ tag`. The header has to tell its own length.
    pub(super) fn seal(&self, header: &[u8], place: Place, plaintext: &[u8]) -> Vec<u8> {
        let nonce = random::bytes::<NONCE_LEN>();
        // Room for all at once: growing would leave a copy of the plaintext behind.
        let mut sealed = Vec::with_capacity(header.len() + NONCE_LEN + plaintext.len() + MAX_TAG_LEN);
        sealed.extend(header);
        sealed.extend(nonce);
        let start = sealed.len();
        sealed.extend(plaintext);
        let associated_data = Aad::from(place.associated_data(header));
        let tag = self
            .0
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), associated_data, &mut sealed[start..])
            .expect("AES-GCM seals anything shorter than 64 GiB");
        sealed.extend(tag.as_ref());
        sealed
    }

    /// Opens `body`, which is what followed `header`.
    pub(super) fn open(&self, header: &[u8], place: Place, body: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let (nonce, sealed) = body.split_first_chunk::<NONCE_LEN>().ok_or(VaultError::Malformed(place))?;
        if sealed.len() < MAX_TAG_LEN {
            return Err(VaultError::Malformed(place));
        }
        let mut opened = Zeroizing::new(sealed.to_vec());
        let associated_data = Aad::from(place.associated_data(header));
        let length = self
            .0
            .open_in_place(Nonce::assume_unique_for_key(*nonce), associated_data, &mut opened)
            .map_err(|_| VaultError::Tampered(place))?
            .len();
        opened.truncate(length);
        Ok(opened)
    }
}
