//! The cursor of a list: where it goes on, in a form that only we can make.

use data_encoding::BASE64URL_NOPAD;
use uuid::Uuid;

use crate::domain::clock::Timestamp;
use crate::store::StatusRecord;
use crate::vault::{Purpose, Vault};

const TAG: usize = 32;

/// Writes the place behind an entry.
pub(super) fn write(vault: &Vault, entry: &StatusRecord) -> String {
    let mut bytes = entry.changed_at.micros().to_be_bytes().to_vec();
    bytes.extend(entry.target_id.as_bytes());
    bytes.extend(entry.customer_type.as_bytes());
    let tag = vault.tag(Purpose::Cursor, &[&bytes]);
    BASE64URL_NOPAD.encode(&[tag.as_slice(), &bytes].concat())
}

/// Reads what [`write`] wrote; nothing else.
pub(super) fn read(vault: &Vault, text: &str) -> Option<StatusRecord> {
    let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
    let (tag, bytes) = bytes.split_at_checked(TAG)?;
    if !vault.verify(Purpose::Cursor, &[bytes], tag) {
        return None;
    }
    let (micros, rest) = bytes.split_first_chunk()?;
    let (id, customer_type) = rest.split_at_checked(16)?;
    Some(StatusRecord {
        changed_at: Timestamp::from_micros(i64::from_be_bytes(*micros)),
        target_id: Uuid::from_slice(id).ok()?,
        customer_type: String::from_utf8(customer_type.to_vec()).ok()?,
    })
}
