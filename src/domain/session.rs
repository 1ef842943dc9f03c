//! Who is asking: the authenticated account of a wallet, and which customers it can mean.

use uuid::Uuid;

use super::account::{Account, Address};
use super::memo::{CustomerKey, Memo, MemoError, parse_id};

/// What a SEP-10 or SEP-45 token proves, or the link of a customer's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    key: CustomerKey,
    client_domain: Option<String>,
    /// Whether it speaks for this one customer, whatever other customers its account has.
    is_of_one: bool,
}

/// The parameters by which a request names a customer, as they were sent.
#[derive(Clone, Copy, Default)]
pub struct Naming<'a> {
    /// `id`, from an earlier PUT.
    pub id: Option<&'a str>,
    /// `account`, deprecated.
    pub account: Option<&'a str>,
    /// `memo`.
    pub memo: Option<&'a str>,
    /// `memo_type`, deprecated.
    pub memo_type: Option<&'a str>,
}

/// The customer a request means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selector {
    /// By account and memo.
    Key(CustomerKey),
    /// By id; `expected` is the key that the request gave with it and that has to agree.
    Id {
        /// The id.
        id: Uuid,
        /// The key, if the request named a memo.
        expected: Option<CustomerKey>,
    },
}

/// Which customers a session reaches: those of its account, or a single one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// A token without memo reaches every customer of its account (SEP-31 senders).
    Account(Account),
    /// A token with memo, or of a muxed account, reaches its own customer.
    Customer(CustomerKey),
}

impl Reach {
    /// Tells whether a customer is among them.
    #[must_use]
    pub fn covers(&self, customer: &CustomerKey) -> bool {
        match self {
            Self::Account(account) => customer.account() == *account,
            Self::Customer(own) => customer == own,
        }
    }
}

/// Why a naming was refused, in the order in which the reasons are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NamingError {
    /// A parameter that cannot be read.
    #[error("account must be a G…, M… or C… address")]
    Account,
    /// A memo that cannot be read, or that contradicts a muxed account.
    #[error(transparent)]
    Memo(#[from] MemoError),
    /// `memo` and the id of a muxed `account` differ.
    #[error("memo contradicts account")]
    Contradiction,
    /// The token does not cover the account or memo.
    #[error("the token does not cover this account or memo")]
    Forbidden,
    /// The id is not a UUID, so nobody has it.
    #[error("customer not found")]
    UnknownId,
}

impl Session {
    /// Opens a session for an account, with the memo id of the token's `sub` if it has one.
    ///
    /// # Errors
    /// A contract account with a memo.
    pub fn new(account: Account, memo: Option<u64>, client_domain: Option<String>) -> Result<Self, MemoError> {
        Ok(Self { key: CustomerKey::new(account, memo.map(Memo::Id))?, client_domain, is_of_one: memo.is_some() })
    }

    /// Opens a session for one customer: that of whoever holds the link of the customer's page.
    #[must_use]
    pub fn of_customer(key: CustomerKey) -> Self {
        Self { key, client_domain: None, is_of_one: true }
    }

    /// The account that authenticated.
    #[must_use]
    pub fn account(&self) -> Account {
        self.key.account()
    }

    /// The proven domain of the wallet, if the token names one.
    #[must_use]
    pub fn client_domain(&self) -> Option<&str> {
        self.client_domain.as_deref()
    }

    /// The customer that a request means when it names none.
    #[must_use]
    pub fn key(&self) -> &CustomerKey {
        &self.key
    }

    /// The customers that the session may touch.
    #[must_use]
    pub fn reach(&self) -> Reach {
        if self.is_of_one { Reach::Customer(self.key.clone()) } else { Reach::Account(self.account()) }
    }

    /// Decides which customer a request means, before anything is looked up.
    ///
    /// # Errors
    /// The account first, then the memo, each malformed before not covered by the token; the id last.
    pub fn select(&self, naming: Naming<'_>) -> Result<Selector, NamingError> {
        Ok(self.named(naming)?.unwrap_or_else(|| Selector::Key(self.key.clone())))
    }

    /// Decides which customer a request names; `None` when it names none, or no other than the token does.
    ///
    /// # Errors
    /// As [`select`](Self::select).
    pub fn named(&self, naming: Naming<'_>) -> Result<Option<Selector>, NamingError> {
        let claimed = self.claimed_key(naming)?;
        match naming.id {
            Some(id) => {
                let id = Uuid::try_parse(id).map_err(|_| NamingError::UnknownId)?;
                Ok(Some(Selector::Id { id, expected: claimed }))
            }
            None => Ok(claimed.map(Selector::Key)),
        }
    }

    /// The key that the request spells out with a memo, checked against the token; `None` when it gives no memo, or the
    /// token's own.
    fn claimed_key(&self, naming: Naming<'_>) -> Result<Option<CustomerKey>, NamingError> {
        let address = naming.account.map(Address::parse).transpose().map_err(|_| NamingError::Account)?;
        if address.is_some_and(|address| address.account != self.account()) {
            return Err(NamingError::Forbidden);
        }
        let muxed_id = address.and_then(|address| address.muxed_id);
        match (self.account(), naming.memo, self.key.memo()) {
            // Any memo, before it is read: SEP-12 says it "must not be specified" for a C account.
            (Account::Contract(_), Some(_), _) => Err(MemoError::Contract.into()),
            (_, _, Some(own)) => covered_memo(naming, muxed_id, own).map(|()| None),
            (account, _, None) => {
                let memo = claimed_memo(naming, muxed_id)?;
                Ok(memo.map(|memo| CustomerKey::new(account, Some(memo))).transpose()?)
            }
        }
    }
}

/// Checks what a request gives against the memo of its token.
fn covered_memo(naming: Naming<'_>, muxed_id: Option<u64>, own: &Memo) -> Result<(), NamingError> {
    // SEP-12: with a memo in the token, `memo_type` "can be ignored" and `memo` must match.
    let is_own = |id: u64| Memo::Id(id) == *own;
    if let Some(memo) = naming.memo
        && !parse_id(memo).is_some_and(is_own)
    {
        Memo::parse(memo, naming.memo_type)?;
        return Err(NamingError::Forbidden);
    }
    if muxed_id.is_none_or(is_own) { Ok(()) } else { Err(NamingError::Forbidden) }
}

/// The memo that a request gives by `memo`, by a muxed `account`, or by both alike.
fn claimed_memo(naming: Naming<'_>, muxed_id: Option<u64>) -> Result<Option<Memo>, NamingError> {
    let Some(value) = naming.memo else {
        return match naming.memo_type {
            None | Some("id" | "text" | "hash") => Ok(muxed_id.map(Memo::Id)),
            Some(_) => Err(MemoError::Type.into()),
        };
    };
    let memo = Memo::parse(value, naming.memo_type)?;
    match muxed_id {
        Some(id) if memo != Memo::Id(id) => Err(NamingError::Contradiction),
        _ => Ok(Some(memo)),
    }
}
