//! Master keys: what the operator keeps in files, and what wraps every other key.

use data_encoding::BASE64;
use zeroize::Zeroizing;

use super::cipher::{Cipher, FORMAT};
use super::place::Place;
use super::{KEY_LEN, Key, VaultError, random};
use crate::domain::pii::Secret;

/// The longest kid. It is shorter than a key in base64, so that a key in the kid's stead is refused, not named.
const MAX_KID: usize = 32;

/// What is wrong with a master key. It is named by its kid, or by its position (counted from 1) when it has no readable
/// kid; the key itself is never repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MasterKeyError {
    /// There is none.
    #[error("no master key is configured")]
    Missing,
    /// Not of the form `kid:base64`.
    #[error("master key {position} must be one line kid:base64, the kid being 1 to 32 of A-Z a-z 0-9 _ -")]
    Form {
        /// Which of the lines.
        position: usize,
    },
    /// What follows the kid is not base64, or not of 32 bytes.
    #[error("master key {kid} must be base64 of 32 bytes")]
    Length {
        /// Which key.
        kid: String,
    },
    /// Two keys have this kid.
    #[error("master key {kid} is configured twice")]
    Duplicate {
        /// Which key.
        kid: String,
    },
    /// A kid that no key may have.
    #[error("a kid is 1 to 32 of A-Z a-z 0-9 _ -")]
    Kid,
}

/// The configured master keys: the first seals, all open.
#[derive(Clone)]
pub struct MasterKeys {
    first: MasterKey,
    others: Vec<MasterKey>,
}

#[derive(Clone)]
struct MasterKey {
    kid: String,
    cipher: Cipher,
}

impl MasterKeys {
    /// Reads lines `kid:base64(32 bytes)`, in the order of the configuration.
    ///
    /// # Errors
    /// No line, a line of another form, a key of another length, a kid given twice.
    pub fn parse<'a>(lines: impl IntoIterator<Item = &'a Secret<String>>) -> Result<Self, MasterKeyError> {
        let mut keys = Vec::<MasterKey>::new();
        for (index, line) in lines.into_iter().enumerate() {
            let key = MasterKey::parse(line, index + 1)?;
            if keys.iter().any(|other| other.kid == key.kid) {
                return Err(MasterKeyError::Duplicate { kid: key.kid });
            }
            keys.push(key);
        }
        let mut keys = keys.into_iter();
        let first = keys.next().ok_or(MasterKeyError::Missing)?;
        Ok(Self { first, others: keys.collect() })
    }

    /// Names the keys, the one that seals first.
    pub fn kids(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.first).chain(&self.others).map(|master| master.kid.as_str())
    }

    /// Wraps a key under the first master key.
    pub(super) fn wrap(&self, place: Place, key: &Key) -> Vec<u8> {
        self.first.cipher.seal(&header(&self.first.kid), place, key.as_slice())
    }

    /// Unwraps a key with the master key that its header names.
    pub(super) fn unwrap(&self, place: Place, wrapped: &[u8]) -> Result<Key, VaultError> {
        let (kid, body) = split(wrapped).ok_or(VaultError::Malformed(place))?;
        let master = std::iter::once(&self.first)
            .chain(&self.others)
            .find(|master| master.kid == kid)
            .ok_or_else(|| VaultError::UnknownKid { kid: kid.to_owned(), place })?;
        let opened = master.cipher.open(&header(kid), place, body)?;
        opened.as_slice().try_into().map(Zeroizing::new).map_err(|_| VaultError::Malformed(place))
    }
}

impl MasterKey {
    fn parse(line: &Secret<String>, position: usize) -> Result<Self, MasterKeyError> {
        let form = MasterKeyError::Form { position };
        let (kid, base64) = line.expose().split_once(':').ok_or(form.clone())?;
        if !is_kid(kid) {
            return Err(form);
        }
        let wrong_length = || MasterKeyError::Length { kid: kid.to_owned() };
        let decoded = Zeroizing::new(BASE64.decode(base64.as_bytes()).map_err(|_| wrong_length())?);
        let key = decoded.as_slice().try_into().map(Zeroizing::new).map_err(|_| wrong_length())?;
        Ok(Self { kid: kid.to_owned(), cipher: Cipher::new(&key) })
    }
}

/// Makes a new master key by the name `kid`, as the line that [`MasterKeys::parse`] reads.
///
/// # Errors
/// [`MasterKeyError::Kid`].
pub fn generate(kid: &str) -> Result<Secret<String>, MasterKeyError> {
    if !is_kid(kid) {
        return Err(MasterKeyError::Kid);
    }
    let key = Zeroizing::new(random::bytes::<KEY_LEN>());
    let base64 = Zeroizing::new(BASE64.encode(key.as_slice()));
    Ok(Secret::new(format!("{kid}:{}", *base64)))
}

fn is_kid(text: &str) -> bool {
    (1..=MAX_KID).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// Writes `format ‖ length of kid ‖ kid`.
fn header(kid: &str) -> Vec<u8> {
    let length = u8::try_from(kid.len()).expect("a kid has at most 32 bytes");
    [&[FORMAT, length], kid.as_bytes()].concat()
}

/// Splits a wrapped key into kid and body.
fn split(wrapped: &[u8]) -> Option<(&str, &[u8])> {
    let ([FORMAT, length], rest) = wrapped.split_first_chunk()? else { return None };
    let (kid, body) = rest.split_at_checked(usize::from(*length))?;
    let kid = std::str::from_utf8(kid).ok().filter(|kid| is_kid(kid))?;
    Some((kid, body))
}
