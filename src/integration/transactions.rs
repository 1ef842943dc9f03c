//! Whose transactions are whose: what `transaction_id` of SEP-12 is looked up in.

use std::time::Duration;

use async_trait::async_trait;
use http::Request;
use http::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use serde::Deserialize;
use url::Url;
use uuid::Uuid;

use crate::domain::account::Address;
use crate::domain::memo::{CustomerKey, Memo};
use crate::domain::session::Reach;
use crate::domain::transaction::{Parties, PartiesError, Party, Transaction, TransactionId};
use crate::egress::{Configured, EgressError, Limits};

/// A caller waits no longer than five seconds, our own work included.
pub const LIMITS: Limits = Limits { connect: Duration::from_secs(2), total: Duration::from_secs(4), body: 64 * 1024 };

/// The statuses of a transaction that is there, and of one that is not.
const OK: u16 = 200;
const NOT_FOUND: u16 = 404;

/// Knows the transactions of the operator. A server without one takes no `transaction_id`.
#[async_trait]
pub trait TransactionDirectory: Send + Sync + 'static {
    /// Finds a transaction, whoever began it: whose it is, the caller judges.
    ///
    /// # Errors
    /// Nobody knows at present.
    async fn find(&self, id: &TransactionId) -> Result<Option<Transaction>, DirectoryError>;
}

/// Why a directory did not tell; none of it says anything about the transaction.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// No answer in time.
    #[error("the transaction directory cannot be asked")]
    Egress(#[from] EgressError),
    /// Neither yes nor no.
    #[error("the transaction directory answered with status {0}")]
    Status(u16),
    /// Not the description of this transaction; what is wrong with it is not repeated.
    #[error("the transaction directory's answer is not usable: {0}")]
    Content(&'static str),
    /// The description of this transaction, but for who takes part in it.
    #[error("the transaction directory's answer names nobody: {0}")]
    Parties(#[from] PartiesError),
}

/// A service of the operator's: `GET {url}/transactions/{id}` with a bearer key.
pub struct HttpDirectory {
    client: Configured,
    url: Url,
    authorization: HeaderValue,
}

/// What everybody's answer depends on; there are other members.
#[derive(Deserialize)]
struct Answer {
    id: Option<String>,
    creator: Named,
}

/// What only the creator's answer depends on, of the same text.
#[derive(Deserialize)]
struct TakingPart {
    #[serde(default)]
    customers: Customers,
}

#[derive(Default, Deserialize)]
struct Customers {
    sender: Option<Named>,
    receiver: Option<Named>,
}

/// Somebody.
#[derive(Deserialize)]
struct Named {
    id: Option<String>,
    account: Option<String>,
    memo: Option<String>,
    memo_type: Option<String>,
}

impl HttpDirectory {
    /// Asks the service behind `url`; `client` is made with [`LIMITS`], `authorization` is the whole header.
    #[must_use]
    pub fn new(client: Configured, url: Url, mut authorization: HeaderValue) -> Self {
        authorization.set_sensitive(true);
        Self { client, url, authorization }
    }
}

#[async_trait]
impl TransactionDirectory for HttpDirectory {
    async fn find(&self, id: &TransactionId) -> Result<Option<Transaction>, DirectoryError> {
        // An id holds no byte that a path would need escaped, or take for something else.
        let url = format!("{}/transactions/{}", self.url.as_str().trim_end_matches('/'), id.as_str());
        let request = Request::get(url)
            .header(ACCEPT, "application/json")
            .header(AUTHORIZATION, self.authorization.clone())
            .body(Vec::new())
            .map_err(|_| DirectoryError::Content("no URL"))?;
        let response = self.client.send(request).await?;
        match response.status().as_u16() {
            OK => read(response.body(), id).map(Some),
            NOT_FOUND => Ok(None),
            status => Err(DirectoryError::Status(status)),
        }
    }
}

fn read(body: &[u8], id: &TransactionId) -> Result<Transaction, DirectoryError> {
    // The parser's own words may repeat what was sent.
    let answer: Answer =
        serde_json::from_slice(body).map_err(|_| DirectoryError::Content("it is no transaction in JSON"))?;
    if answer.id.is_some_and(|answered| answered != id.as_str()) {
        return Err(DirectoryError::Content("it is another transaction"));
    }
    let creator = answer.creator.key().and_then(|key| key.ok_or("the creator has no account"));
    let creator = creator.map_err(DirectoryError::Content)?;
    Ok(Transaction { creator, parties: read_parties(body).map_err(PartiesError) })
}

fn read_parties(body: &[u8]) -> Result<Parties, &'static str> {
    let TakingPart { customers } =
        serde_json::from_slice(body).map_err(|_| "the customers are no customers in JSON")?;
    Ok(Parties {
        sender: customers.sender.map(Named::party).transpose()?,
        receiver: customers.receiver.map(Named::party).transpose()?,
    })
}

impl Named {
    fn party(self) -> Result<Party, &'static str> {
        let key = self.key()?;
        match self.id {
            None => key.map(Party::Key).ok_or("a customer has neither id nor account"),
            Some(id) => {
                let id = Uuid::try_parse(&id).map_err(|_| "a customer's id is none of ours")?;
                // Beside an id, an account without memo does not say that there is none.
                let owner = key.map(|key| match key.memo() {
                    None => Reach::Account(key.account()),
                    Some(_) => Reach::Customer(key),
                });
                Ok(Party::Id(id, owner))
            }
        }
    }

    fn key(&self) -> Result<Option<CustomerKey>, &'static str> {
        let Some(account) = &self.account else {
            let alone = self.memo.is_some();
            return if alone { Err("a memo without account") } else { Ok(None) };
        };
        let address = Address::parse(account).map_err(|_| "an account is no address")?;
        let memo = self.memo.as_deref().map(|memo| Memo::parse(memo, self.memo_type.as_deref())).transpose();
        let memo = match (memo.map_err(|_| "a memo is none")?, address.muxed_id.map(Memo::Id)) {
            (Some(memo), Some(muxed)) if memo != muxed => {
                return Err("a memo contradicts its account");
            }
            (memo, muxed) => memo.or(muxed),
        };
        CustomerKey::new(address.account, memo).map(Some).map_err(|_| "a contract account has a memo")
    }
}
