//! Stellar addresses: `G…` accounts, `C…` contracts and `M…` muxed accounts (SEP-23).

use std::fmt;

use stellar_strkey::{Contract, Strkey, ed25519};

/// The holder of funds: a classic account or a contract. `Debug` shows no address.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Account {
    /// `G…`, the ed25519 key of a classic account.
    Classic([u8; 32]),
    /// `C…`, the hash of a contract.
    Contract([u8; 32]),
}

/// What is not an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a Stellar account: must be a G…, M… or C… address")]
pub struct AddressError;

/// An address as it is written; a muxed one is its account together with an id. `Debug` shows neither.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Address {
    /// The account behind the address.
    pub account: Account,
    /// The id of an `M…` address.
    pub muxed_id: Option<u64>,
}

impl Address {
    /// Reads a `G…`, `M…` or `C…` strkey.
    ///
    /// # Errors
    /// Anything else: another kind of strkey, a bad checksum, lower case, surrounding space.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        match Strkey::from_string(text).map_err(|_| AddressError)? {
            Strkey::PublicKeyEd25519(key) => Ok(Self { account: Account::Classic(key.0), muxed_id: None }),
            Strkey::MuxedAccountEd25519(muxed) => {
                Ok(Self { account: Account::Classic(muxed.ed25519), muxed_id: Some(muxed.id) })
            }
            Strkey::Contract(contract) => Ok(Self { account: Account::Contract(contract.0), muxed_id: None }),
            _ => Err(AddressError),
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.muxed_id {
            Some(_) => f.write_str("M…"),
            None => fmt::Debug::fmt(&self.account, f),
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Classic(key) => f.write_str(&ed25519::PublicKey(*key).to_string()),
            Self::Contract(hash) => f.write_str(&Contract(*hash).to_string()),
        }
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Classic(_) => "G…",
            Self::Contract(_) => "C…",
        })
    }
}
