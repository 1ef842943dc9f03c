//! `[keys]`: what seals and what signs.

use stellar_strkey::ed25519::PrivateKey;

use super::problem::Fault;
use super::reader::Section;
use super::tree::Value;
use super::{Mode, secret};
use crate::domain::pii::Secret;

/// Keys of the operator, as they stand in their files.
pub struct Keys {
    /// Lines `kid:base64(32 bytes)`: the first seals, all open. They are looked into by the vault.
    pub master_keys: Vec<Secret<String>>,
    /// The seed of the anchor's Stellar signing key.
    pub signing_seed: Option<Secret<[u8; 32]>>,
}

impl Keys {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let mode = section.mode();
        Self {
            master_keys: section.filled_list("master_key_files", secret::text_file(mode)),
            signing_seed: section.optional("signing_key_file", |value| seed(value, mode)),
        }
    }
}

fn seed(value: &Value, mode: Mode) -> Result<Secret<[u8; 32]>, Fault> {
    let text = secret::text_file(mode)(value)?;
    let seed = PrivateKey::from_string(text.expose()).map_err(|_| "the file must hold a Stellar seed, S…")?;
    Ok(Secret::new(seed.0))
}
