//! Who is authenticated.

use stellar_strkey::ed25519::{MuxedAccount, PublicKey};

use super::Invalid;
use crate::domain::account::{Account, Address};
use crate::domain::memo::parse_id;

/// The longest value of a manage data operation, in bytes.
pub(super) const MAX_VALUE: usize = 64;

/// The parameters of a request for a challenge, as they were sent.
#[derive(Clone, Copy, Default)]
pub struct ChallengeRequest<'a> {
    /// `account`: `G…` or `M…`.
    pub account: Option<&'a str>,
    /// `memo`: an id.
    pub memo: Option<&'a str>,
    /// `home_domain`; the first of ours without it.
    pub home_domain: Option<&'a str>,
    /// `client_domain`, which the wallet wants to prove.
    pub client_domain: Option<&'a str>,
}

/// Whom a challenge authenticates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// The master key of the account.
    pub account: [u8; 32],
    /// Which of the account's users it is.
    pub user: User,
    /// The home domain that the token is for.
    pub home_domain: String,
    /// The wallet, if it has to prove its domain.
    pub domain: Option<ClientDomain>,
}

/// Which of an account's users is authenticated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum User {
    /// The account as a whole.
    Holder,
    /// The user whom a memo of type id tells from the others.
    Memo(u64),
    /// The user of an `M…` address.
    Muxed(u64),
}

/// The domain of a wallet, and the `SIGNING_KEY` in its `stellar.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientDomain {
    /// The domain.
    pub name: String,
    /// The key.
    pub key: [u8; 32],
}

impl ChallengeRequest<'_> {
    /// Reads account and memo.
    pub(super) fn user(&self) -> Result<([u8; 32], User), Invalid> {
        let address = self.account.and_then(|text| Address::parse(text).ok()).ok_or(Invalid::Account)?;
        let Address { account: Account::Classic(account), muxed_id } = address else { return Err(Invalid::Account) };
        let user = match (muxed_id, self.memo) {
            (None, None) => User::Holder,
            (None, Some(memo)) => User::Memo(parse_id(memo).ok_or(Invalid::Memo)?),
            (Some(id), None) => User::Muxed(id),
            (Some(_), Some(_)) => return Err(Invalid::MuxedMemo),
        };
        Ok((account, user))
    }
}

impl Client {
    /// Writes the `sub` of the token
    /// ([SEP-10, Token](https://github.com/stellar/stellar-protocol/blob/master/ecosystem/sep-0010.md#token)):
    /// `G…`, `G…:id` or `M…`.
    pub(super) fn subject(&self) -> String {
        let account = PublicKey(self.account);
        match self.user {
            User::Holder => account.to_string().as_str().to_owned(),
            User::Memo(id) => format!("{account}:{id}"),
            User::Muxed(id) => MuxedAccount { ed25519: self.account, id }.to_string().as_str().to_owned(),
        }
    }
}
