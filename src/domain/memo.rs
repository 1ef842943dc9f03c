//! Memos, and the customer key: an account with the memo that tells its customers apart.

use std::fmt;

use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};

use super::account::Account;

/// The longest text memo in bytes. Stellar's own are 28, but SEP-12's examples send UUIDs.
const MAX_TEXT: usize = 64;

/// What tells the customers of one account apart. Id, text and hash never meet. `Debug` shows the kind alone.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Memo {
    /// `id`: an unsigned 64-bit number, written in plain decimal digits.
    Id(u64),
    /// `text`: 1 to 64 bytes of UTF-8 without control characters.
    Text(String),
    /// `hash`: 32 bytes, base64 on the wire.
    Hash([u8; 32]),
}

/// How a memo can be wrong; `Display` is fit for the person who sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MemoError {
    /// Not a plain decimal `u64`.
    #[error("memo must be a number from 0 to 18446744073709551615 when memo_type is id")]
    Id,
    /// Empty, too long, or with control characters.
    #[error("memo must be 1 to 64 bytes of text when memo_type is text")]
    Text,
    /// Not the base64 of 32 bytes.
    #[error("memo must be base64 of 32 bytes when memo_type is hash")]
    Hash,
    /// Neither `id`, `text` nor `hash`.
    #[error("memo_type must be id, text or hash")]
    Type,
    /// A contract account has no memos.
    #[error("memo must not be given for a C… account")]
    Contract,
}

impl Memo {
    /// Reads a memo of `memo_type`, which is `id` when absent.
    ///
    /// # Errors
    /// Names what the type demands; never repeats the value.
    pub fn parse(value: &str, memo_type: Option<&str>) -> Result<Self, MemoError> {
        match memo_type.unwrap_or("id") {
            "id" => parse_id(value).map(Self::Id).ok_or(MemoError::Id),
            "text" if value.is_empty() || value.len() > MAX_TEXT || value.contains(char::is_control) => {
                Err(MemoError::Text)
            }
            "text" => Ok(Self::Text(value.to_owned())),
            "hash" => BASE64
                .decode(value.as_bytes())
                .ok()
                .and_then(|bytes| bytes.try_into().ok())
                .map(Self::Hash)
                .ok_or(MemoError::Hash),
            _ => Err(MemoError::Type),
        }
    }
}

impl fmt::Debug for Memo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Id(_) => "id memo",
            Self::Text(_) => "text memo",
            Self::Hash(_) => "hash memo",
        })
    }
}

/// Reads a decimal `u64` in its one canonical spelling: no sign, no leading zero, ASCII digits only.
#[must_use]
pub fn parse_id(text: &str) -> Option<u64> {
    let canonical = text == "0" || !text.starts_with('0');
    (canonical && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

/// An account and its memo: what identifies a customer towards wallets.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CustomerKey {
    account: Account,
    memo: Option<Memo>,
}

impl CustomerKey {
    /// Joins an account and a memo.
    ///
    /// # Errors
    /// A contract account with a memo.
    pub fn new(account: Account, memo: Option<Memo>) -> Result<Self, MemoError> {
        match (account, &memo) {
            (Account::Contract(_), Some(_)) => Err(MemoError::Contract),
            _ => Ok(Self { account, memo }),
        }
    }

    /// The account of the customer.
    #[must_use]
    pub fn account(&self) -> Account {
        self.account
    }

    /// The memo of the customer, if the account is shared.
    #[must_use]
    pub fn memo(&self) -> Option<&Memo> {
        self.memo.as_ref()
    }

    /// Writes the key as the normal form of its payment target: `payto://stellar/G…`, then nothing, `/id/<u64>`,
    /// `/text/<base64url>` or `/hash/<64 hex>`.
    #[must_use]
    pub fn to_payto(&self) -> String {
        let account = self.account;
        match &self.memo {
            None => format!("payto://stellar/{account}"),
            Some(Memo::Id(id)) => format!("payto://stellar/{account}/id/{id}"),
            Some(Memo::Text(text)) => {
                format!("payto://stellar/{account}/text/{}", BASE64URL_NOPAD.encode(text.as_bytes()))
            }
            Some(Memo::Hash(hash)) => format!("payto://stellar/{account}/hash/{}", HEXLOWER.encode(hash)),
        }
    }
}
