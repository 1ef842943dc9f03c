//! What leaves the house in links and cookies: the `state` sent to providers, start links, tickets, cookie entries.
//!
//! Everything here is either random with only its hash stored, or carries a keyed hash of ours, so that nothing can be
//! guessed or made up.

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::BASE64URL_NOPAD;
use uuid::Uuid;

use crate::domain::payto::PaytoHash;
use crate::vault::{Purpose, Vault};

/// The `state` of an authorization request: the documented hash of the payment target, and a nonce of ours.
pub struct StateParameter {
    /// The payment target, as the Taler protocol documents it.
    pub target: PaytoHash,
    /// 32 random bytes; absent in a bare `state=H`.
    pub nonce: Option<[u8; 32]>,
}

impl StateParameter {
    /// Reads `H` or `H.N`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (hash, nonce) = match text.split_once('.') {
            None => (text, None),
            Some((hash, nonce)) => (hash, Some(BASE64URL_NOPAD.decode(nonce.as_bytes()).ok()?.try_into().ok()?)),
        };
        Some(Self { target: PaytoHash::parse(hash)?, nonce })
    }

    /// Writes `H.N`.
    #[must_use]
    pub fn reveal(&self) -> String {
        match &self.nonce {
            None => self.target.to_string(),
            Some(nonce) => format!("{}.{}", self.target, BASE64URL_NOPAD.encode(nonce)),
        }
    }
}

/// The hash under which a nonce, ticket or code is stored.
#[must_use]
pub(super) fn stored_tag(secret: &[u8]) -> Vec<u8> {
    digest(&SHA256, secret).as_ref().to_vec()
}

/// Names a requirement that can be started: it proves knowledge of the access token without carrying it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StartLink {
    /// The target.
    pub(super) target: Uuid,
    /// The customer type, empty for a bare payto.
    pub(super) customer_type: String,
    /// The provider.
    pub(super) provider: String,
}

const TAG: usize = 32;

impl StartLink {
    /// Writes the `{id}` of `/kyc-start/{id}`; the same for the same requirement.
    #[must_use]
    pub(super) fn reveal(&self, vault: &Vault) -> String {
        let body = [self.target.as_bytes(), self.customer_type.as_bytes(), b"\n", self.provider.as_bytes()].concat();
        let tag = vault.tag(Purpose::StartLink, &[&body]);
        BASE64URL_NOPAD.encode(&[&tag[..], &body].concat())
    }

    /// Reads the `{id}` of `/kyc-start/{id}`; `None` unless we made it.
    #[must_use]
    pub(super) fn read(vault: &Vault, text: &str) -> Option<Self> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        let (tag, body) = bytes.split_at_checked(TAG)?;
        if !vault.verify(Purpose::StartLink, &[body], tag) {
            return None;
        }
        let (target, names) = body.split_at_checked(16)?;
        let (customer_type, provider) = std::str::from_utf8(names).ok()?.split_once('\n')?;
        Some(Self {
            target: Uuid::from_slice(target).ok()?,
            customer_type: customer_type.to_owned(),
            provider: provider.to_owned(),
        })
    }
}

/// Writes the cookie entry that proves that this browser left for a process.
#[must_use]
pub fn cookie_entry(vault: &Vault, process: Uuid) -> String {
    let tag = vault.tag(Purpose::ProcessCookie, &[process.as_bytes()]);
    BASE64URL_NOPAD.encode(&[process.as_bytes().as_slice(), &tag].concat())
}

/// Reads a cookie entry; `None` unless we made it.
#[must_use]
pub fn read_cookie_entry(vault: &Vault, text: &str) -> Option<Uuid> {
    let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
    let (process, tag) = bytes.split_at_checked(16)?;
    vault.verify(Purpose::ProcessCookie, &[process], tag).then(|| Uuid::from_slice(process).ok())?
}
