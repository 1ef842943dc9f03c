//! What has to leave the house: it was written down in the transaction of the change that caused it, and is brought to
//! its receiver by a worker, as often as it takes.
//!
//! One mechanism for all kinds of messages. A worker leases what is due for a while, tries once each, and settles what
//! it still holds the lease of; between the two no transaction is open. A message is about a *topic* of a payment
//! target, and there is one for each topic: a newer one takes the place of an older one that did not arrive yet, and
//! waits for an attempt that is under way, so that each topic is told in order. Whoever crashes in between lets the
//! lease run out; the next attempt has the same id.
//!
//! Adding a kind: name it in [`Kind`], write its rows in a transaction of the store, implement [`Courier`] for what
//! brings it out, and start a worker for it where the server is put together.
//!
//! [`Kind`]: crate::domain::delivery::Kind

mod callback;
pub mod codes;
mod signature;
mod worker;

use async_trait::async_trait;

use crate::domain::delivery::{Kind, Outcome};
use crate::store::{Message, StoreError};

pub use callback::{Answers, CallbackCourier, NoAnswer, Statement};
pub use signature::Signer;
pub use worker::run;

/// Brings messages of one kind to their receivers.
#[async_trait]
pub trait Courier: Send + Sync + 'static {
    /// The kind.
    fn kind(&self) -> Kind;

    /// Tries once, for less time than a lease lasts.
    async fn deliver(&self, message: &Message) -> Result<Outcome, StoreError>;
}
