//! Where customers are kept and decided: the trait that an operator can implement, and the built-in store.
//!
//! An implementation of one's own is a type with this trait, given to [`App`](crate::app::App):
//!
//! ```
//! use kycd::domain::facts::Status;
//! use kycd::domain::session::Session;
//! use kycd::integration::{CustomerAnswer, CustomerIntegration, GetCustomer, IntegrationError};
//!
//! /// Accepts everybody; every method left out answers 501.
//! struct Open;
//!
//! #[async_trait::async_trait]
//! impl CustomerIntegration for Open {
//!     async fn get(&self, _: &Session, _: GetCustomer<'_>) -> Result<CustomerAnswer, IntegrationError> {
//!         Ok(CustomerAnswer::new(Status::Accepted))
//!     }
//! }
//! ```

mod answer;
mod callbacks;
mod files;
mod message;
pub mod review;
mod stored;
pub mod transactions;
mod verification;

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use uuid::Uuid;

use crate::domain::language::{Language, Message};
use crate::domain::memo::CustomerKey;
use crate::domain::pii::Pii;
use crate::domain::session::{Selector, Session};
use crate::domain::submission::FileReference;
use crate::domain::verification::Code;
use crate::store::{StagedFile, StoreError};

pub use answer::{CustomerAnswer, FieldAnswer, InvariantError};
pub use callbacks::{CallbackHosts, CallbackPolicy};
pub use message::{fault as explain, notice as explain_notice};
pub use stored::Stored;
pub use verification::wrong_code;

/// What `GET /customer` asks.
#[derive(Clone, Debug)]
pub struct GetCustomer<'a> {
    /// Whom.
    pub selector: Selector,
    /// For what; the default type when absent.
    pub customer_type: Option<&'a str>,
    /// In which language descriptions and messages are; choices never are translated.
    pub language: Language,
}

/// What `PUT /customer` brings.
pub struct PutCustomer {
    /// Whom; by key, it registers the customer.
    pub selector: Selector,
    /// For what.
    pub customer_type: Option<String>,
    /// Values by canonical field name, validated.
    pub values: BTreeMap<String, Pii<String>>,
    /// Files by canonical field name, arrived and unclaimed.
    pub files: Vec<(String, StagedFile)>,
    /// Codes by the canonical name of the field that they verify.
    pub codes: BTreeMap<String, Code>,
    /// The fields, by canonical name, to which the code that they wait for is to be sent again: what giving the same
    /// value once more does.
    pub resend: BTreeSet<String>,
    /// Files by canonical field name that were posted before; that they are this session's is still to be checked.
    pub file_ids: BTreeMap<String, FileReference>,
    /// The language that the wallet asks for, if it does: what is said later, unasked, is said in it.
    pub language: Option<Language>,
    /// The customer as whoever gives this saw it: of one that changed since, or is gone, nothing is changed or made.
    pub seen: Option<Seen>,
}

/// A customer at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The target's id, also of one that no wallet registered.
    pub id: Uuid,
    /// The version of what was known of it.
    pub version: i64,
}

/// What `PUT /customer/verification` brings.
pub struct PutVerification {
    /// Whom.
    pub selector: Selector,
    /// For what the answer is.
    pub customer_type: Option<String>,
    /// Codes by the canonical name of the field that they verify.
    pub codes: BTreeMap<String, Code>,
    /// In which language the answer is.
    pub language: Language,
}

/// How a call can fail; the edge gives each its status.
#[derive(Debug, thiserror::Error)]
pub enum IntegrationError {
    /// Nobody that this session reaches: 404.
    #[error("customer not found")]
    NotFound,
    /// Somebody, but not the one the request names: 403.
    #[error("the token does not cover this account or memo")]
    Forbidden,
    /// Something in the request is wrong: 400. The text is shown to the caller and repeats no value.
    #[error("{0}")]
    Invalid(Message),
    /// What came as the code of a field, which goes by its canonical name, is none: wrong, too late, used, guessed too
    /// often, or of somebody else. 400.
    #[error("no code of that field")]
    WrongCode(String),
    /// The customer is not as it was [`seen`](PutCustomer::seen): 409.
    #[error("the customer changed meanwhile")]
    Changed,
    /// The implementation leaves this out: 501.
    #[error("{0} is not available here")]
    NotImplemented(&'static str),
    /// Storage failed: 503 when busy, else 500.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Anything else: 500.
    #[error("the integration failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// An anchor's customers, with the methods and in the order of Polaris' `CustomerIntegration`.
///
/// Every method gets the authenticated session; the selector was already checked against it, so what is left to the
/// implementation is that an id belongs to a customer the session reaches. Whatever `get` returns is checked against
/// SEP-12's invariants before it leaves the house.
#[async_trait]
pub trait CustomerIntegration: Send + Sync + 'static {
    /// Tells how a customer stands.
    async fn get(&self, session: &Session, request: GetCustomer<'_>) -> Result<CustomerAnswer, IntegrationError> {
        let _ = (session, request);
        Err(IntegrationError::NotImplemented("GET /customer"))
    }

    /// Takes what a customer gives and returns the customer's id.
    async fn put(&self, session: &Session, request: PutCustomer) -> Result<String, IntegrationError> {
        let _ = (session, request);
        Err(IntegrationError::NotImplemented("PUT /customer"))
    }

    /// Erases everything about a customer.
    async fn delete(&self, session: &Session, customer: &CustomerKey) -> Result<(), IntegrationError> {
        let _ = (session, customer);
        Err(IntegrationError::NotImplemented("DELETE /customer"))
    }

    /// Sets the URL that is told of changes, in place of an earlier one; an empty one takes that back.
    async fn callback(&self, session: &Session, customer: Selector, url: &str) -> Result<(), IntegrationError> {
        let _ = (session, customer, url);
        Err(IntegrationError::NotImplemented("PUT /customer/callback"))
    }

    /// Tells where the customer can go on in a browser, if anything is to be done there.
    async fn more_info_url(
        &self,
        session: &Session,
        request: GetCustomer<'_>,
    ) -> Result<Option<String>, IntegrationError> {
        Ok(self.get(session, request).await?.more_info_url)
    }

    /// Takes codes that verify fields, and tells how the customer stands then.
    async fn put_verification(
        &self,
        session: &Session,
        request: PutVerification,
    ) -> Result<CustomerAnswer, IntegrationError> {
        let _ = (session, request);
        Err(IntegrationError::NotImplemented("PUT /customer/verification"))
    }
}
