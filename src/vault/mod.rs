//! Sealing what is personal, and finding it again without opening it.
//!
//! # Theory of operation
//! Three layers of keys, so that each can be replaced or destroyed without touching the others:
//!
//! 1. **Master keys** ([`MasterKeys`]) come from files of the operator and are never stored. Each has a short name, its
//!    *kid*. They wrap keys and nothing else: the first one seals, all of them open, and what is wrapped names the kid
//!    it needs.
//! 2. A **data key** ([`DataKey`]) belongs to one customer or one payment target. It is random, is stored wrapped beside
//!    what it seals, and seals documents, files, callback URLs. Dropping the wrapped key erases all of it at once.
//! 3. The **root secret** is random, made once per database and stored there, wrapped. From it one key per [`Purpose`]
//!    is derived, and with those [`Vault::tag`] computes the tags by which rows are found and codes and tokens checked.
//!    It does not depend on which master key is first, so the tags outlive every rotation.
//!
//! Sealing is AES-256-GCM with a random nonce. Every sealed value is bound to its [`Place`] — table, row, column and
//! version — as associated data: a value copied into another row, put back from an older version, or a chunk of a file
//! that was swapped, dropped or appended does not open. The two forms, byte for byte:
//!
//! ```text
//! sealed by a data key     01 ‖ nonce (12) ‖ ciphertext ‖ tag (16)
//! wrapped by a master key  01 ‖ length of kid ‖ kid ‖ nonce (12) ‖ ciphertext ‖ tag (16)
//! ```
//!
//! What stands before the nonce is authenticated as well. Keys are overwritten in memory when they are dropped; errors
//! name kids and places, never keys or contents.

mod cipher;
mod data_key;
pub mod master;
mod place;
pub mod random;
mod signing_key;
mod tag;

use std::sync::Arc;

pub use data_key::DataKey;
pub use master::{MasterKeyError, MasterKeys};
pub use place::Place;
pub use signing_key::SigningKey;
pub use tag::Purpose;
use tag::TagKeys;
use uuid::Uuid;
use zeroize::Zeroizing;

/// The length of every key, in bytes.
const KEY_LEN: usize = 32;

/// A key of AES-256 or HMAC-SHA-256.
type Key = Zeroizing<[u8; KEY_LEN]>;

/// What the wrapped root secret is bound to, wherever it is stored.
const ROOT: Place = Place { table: "vault", row: Uuid::nil(), column: "root_secret", version: 0 };

/// Why something does not open.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// It was wrapped by a master key that is not configured.
    #[error("{place} needs the master key {kid}, which is not configured")]
    UnknownKid {
        /// The name of the missing key.
        kid: String,
        /// Where the wrapped key is kept.
        place: Place,
    },
    /// It was altered, is in the wrong place, or was sealed with another key.
    #[error("{0} does not open: altered, moved, or sealed with another key")]
    Tampered(Place),
    /// It has not the form of a sealed value.
    #[error("{0} is not a sealed value of this version")]
    Malformed(Place),
}

/// The keys of one database. Clones share them.
#[derive(Clone)]
pub struct Vault(Arc<Keys>);

struct Keys {
    masters: MasterKeys,
    tags: TagKeys,
}

impl Vault {
    /// Makes the vault of a new database, and its root secret wrapped by the first master key, to be stored.
    #[must_use]
    pub fn create(masters: MasterKeys) -> (Self, Vec<u8>) {
        let root = Zeroizing::new(random::bytes());
        let wrapped = masters.wrap(ROOT, &root);
        (Self::new(masters, &root), wrapped)
    }

    /// Opens the vault of a database with its stored root secret.
    ///
    /// # Errors
    /// The master key that wrapped it is not configured, or is another one by the same name.
    pub fn open(masters: MasterKeys, wrapped_root: &[u8]) -> Result<Self, VaultError> {
        let root = masters.unwrap(ROOT, wrapped_root)?;
        Ok(Self::new(masters, &root))
    }

    fn new(masters: MasterKeys, root: &Key) -> Self {
        Self(Arc::new(Keys { masters, tags: TagKeys::derive(root) }))
    }

    /// Makes a data key, and its wrapped form to be stored at `place`.
    #[must_use]
    pub fn new_data_key(&self, place: Place) -> (DataKey, Vec<u8>) {
        let key = Zeroizing::new(random::bytes());
        (DataKey::new(&key), self.0.masters.wrap(place, &key))
    }

    /// Unwraps the data key that is stored at `place`.
    ///
    /// # Errors
    /// An unknown master key, or bytes that were not wrapped for this place.
    pub fn open_data_key(&self, place: Place, wrapped: &[u8]) -> Result<DataKey, VaultError> {
        self.0.masters.unwrap(place, wrapped).map(|key| DataKey::new(&key))
    }

    /// Computes the HMAC-SHA-256 of `parts` under the key of `purpose`. Every part counts with its length, so
    /// `["ab", "c"]` and `["a", "bc"]` differ.
    #[must_use]
    pub fn tag(&self, purpose: Purpose, parts: &[&[u8]]) -> [u8; 32] {
        self.0.tags.tag(purpose, parts)
    }

    /// Tells in constant time whether `tag` is the tag of `parts`; a tag of any other length is not.
    #[must_use]
    pub fn verify(&self, purpose: Purpose, parts: &[&[u8]], tag: &[u8]) -> bool {
        self.0.tags.verify(purpose, parts, tag)
    }
}
