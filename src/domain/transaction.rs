//! A transaction of the operator's, and which customer a request means that names one.

use uuid::Uuid;

use super::memo::CustomerKey;
use super::session::{Reach, Selector, Session};

/// The longest id, in characters.
const MAX_ID: usize = 128;

/// What names a transaction: safe as a segment of a path, and never `.` or `..`.
#[derive(Clone, PartialEq, Eq)]
pub struct TransactionId(String);

/// What cannot be the id of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'transaction_id' must be 1 to 128 letters, digits, '-', '_', '.', ':' or '~', not beginning with '.'")]
pub struct TransactionIdError;

/// What [`TransactionId::parse`] takes, as a regular expression.
pub const ID_PATTERN: &str = "^[A-Za-z0-9_:~-][A-Za-z0-9_.:~-]{0,127}$";

impl TransactionId {
    /// Reads an id.
    ///
    /// # Errors
    /// Anything that is not of [`ID_PATTERN`].
    pub fn parse(text: &str) -> Result<Self, TransactionIdError> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:~".contains(&byte);
        let fits = (1..=MAX_ID).contains(&text.len()) && text.bytes().all(plain) && !text.starts_with('.');
        fits.then(|| Self(text.to_owned())).ok_or(TransactionIdError)
    }

    /// The id as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Who began a transaction, and who takes part in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// The account, and the memo if it is shared, that began it. Nobody else learns that it exists.
    pub creator: CustomerKey,
    /// The others; that they cannot be read is no answer to anybody else either.
    pub parties: Result<Parties, PartiesError>,
}

/// Whose money a transaction moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parties {
    /// Who sends.
    pub sender: Option<Party>,
    /// Who receives.
    pub receiver: Option<Party>,
}

/// What is said of the parties names nobody; what is wrong with it is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PartiesError(pub &'static str);

/// A customer as a transaction names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Party {
    /// By the id of a PUT, and perhaps as one of an account's customers, or as this very one.
    Id(Uuid, Option<Reach>),
    /// By account and memo.
    Key(CustomerKey),
}

/// Which side of a transaction a type of customers is on.
enum Side {
    Sender,
    Receiver,
    /// The type does not say, as `sep6`: there has to be one customer only.
    Either,
}

impl Side {
    /// A type says its side with a word of its own, as `sep31-sender` and `sep31-large-receiver` do.
    fn of(customer_type: &str) -> Self {
        let says = |word| customer_type.split(['-', '_']).any(|part| part == word);
        match (says("sender"), says("receiver")) {
            (true, false) => Self::Sender,
            (false, true) => Self::Receiver,
            (true, true) | (false, false) => Self::Either,
        }
    }
}

impl Transaction {
    /// Decides which customer is meant by a session that names this transaction, a customer type and, with `own`, a
    /// customer besides. `None` if the session did not begin the transaction, does not reach its customer, if the two
    /// customers differ, or if it is not clear which one is meant: for the caller there is no such transaction.
    ///
    /// An id is looked up within the session's reach, so whether it is the session's own shows there.
    ///
    /// # Errors
    /// The session began the transaction, and nobody can tell who takes part in it.
    pub fn customer(
        &self,
        session: &Session,
        customer_type: &str,
        own: Option<Selector>,
    ) -> Result<Option<Selector>, PartiesError> {
        if !session.reach().covers(&self.creator) {
            return Ok(None);
        }
        self.parties.as_ref().map(|parties| parties.customer(session, customer_type, own)).map_err(|error| *error)
    }
}

impl Parties {
    fn customer(&self, session: &Session, customer_type: &str, own: Option<Selector>) -> Option<Selector> {
        let (sender, receiver) = (self.sender.as_ref(), self.receiver.as_ref());
        let party = match Side::of(customer_type) {
            Side::Sender => sender?,
            Side::Receiver => receiver?,
            Side::Either if sender.is_none() || receiver.is_none() || sender == receiver => sender.or(receiver)?,
            Side::Either => return None,
        };
        let (id, key) = match party {
            Party::Id(_, Some(Reach::Account(account))) if *account != session.account() => return None,
            Party::Id(id, None | Some(Reach::Account(_))) => (Some(*id), None),
            Party::Id(id, Some(Reach::Customer(key))) => (Some(*id), Some(key)),
            Party::Key(key) => (None, Some(key)),
        };
        if !key.is_none_or(|key| session.reach().covers(key)) {
            return None;
        }
        let (own_id, own_key) = match own {
            Some(Selector::Id { id, expected }) => (Some(id), expected),
            Some(Selector::Key(key)) => (None, Some(key)),
            None => (None, None),
        };
        let id = agreeing(id, own_id)?;
        let key = agreeing(key.cloned(), own_key)?;
        match (id, key) {
            (Some(id), expected) => Some(Selector::Id { id, expected }),
            (None, key) => key.map(Selector::Key),
        }
    }
}

/// One of the two, unless they contradict each other.
#[expect(clippy::option_option, reason = "a contradiction is something else than nothing")]
fn agreeing<T: PartialEq>(one: Option<T>, other: Option<T>) -> Option<Option<T>> {
    match (one, other) {
        (Some(one), Some(other)) => (one == other).then_some(Some(one)),
        (one, other) => Some(one.or(other)),
    }
}
