//! The operator's side of the built-in integration: who waits, what is known of them, and what is decided.
//!
//! Whatever an operator does to a customer is remembered in the transaction that does it: a decision together with the
//! statuses that follow from it, the reading of a value before the value is given out.

mod decide;
mod dossier;
mod reveal;

use std::sync::Arc;

use uuid::Uuid;

use crate::domain::facts::Status;
use crate::domain::requirement::{Requirement, Requirements};
use crate::store::{AuditRecord, LockedTarget, OpenTarget, StatusRecord, Store, StoreError, Tx};

pub use decide::NewDecision;
pub use dossier::{DecisionView, Dossier, FileView, HeldField, ProofView, ProvidedView, TypeView};
pub use reveal::{Content, Revealed};

/// How many entries of the audit trail are given at once.
pub const AUDIT_PAGE: u32 = 200;

/// Why the operator is refused.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// No such customer: 404.
    #[error("customer not found")]
    NotFound,
    /// Something in the request is wrong: 400. The text repeats no value.
    #[error("{0}")]
    Invalid(String),
    /// It does not fit how the customer stands: 409.
    #[error("{0}")]
    Conflict(String),
    /// Storage failed: 503 when busy, else 500.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The service behind the operator's routes about customers.
pub struct Reviews {
    store: Store,
    requirements: Arc<Requirements>,
    sticky_rejection: bool,
}

impl Reviews {
    /// Joins the parts; `sticky_rejection` lets a rejection outlive the erasure of its customer.
    #[must_use]
    pub fn new(store: Store, requirements: Arc<Requirements>, sticky_rejection: bool) -> Self {
        Self { store, requirements, sticky_rejection }
    }

    /// Lists up to `limit` customers in a status behind an entry, of one type or of all.
    ///
    /// # Errors
    /// An unknown type; storage failed.
    pub async fn list(
        &self,
        status: Status,
        customer_type: Option<&str>,
        after: Option<&StatusRecord>,
        limit: u32,
    ) -> Result<Vec<StatusRecord>, ReviewError> {
        if let Some(name) = customer_type {
            self.customer_type(name)?;
        }
        Ok(self.store.list_customers(status, customer_type, after, limit).await?)
    }

    /// Shows what is known of a customer, without values.
    ///
    /// # Errors
    /// [`ReviewError::NotFound`]; storage failed.
    pub async fn find(&self, id: Uuid) -> Result<Dossier, ReviewError> {
        let open = self.store.find_as_of_now(id, &self.requirements).await?;
        let open = open.filter(is_customer).ok_or(ReviewError::NotFound)?;
        let files = self.store.list_target_files(id).await?;
        Ok(Dossier::new(&open, files, &self.requirements, &self.store)?)
    }

    /// Lists what operators did to a customer before a position, the last of it first; the customer may be erased.
    ///
    /// # Errors
    /// [`ReviewError::NotFound`] when nothing is known of it; storage failed.
    pub async fn audit(&self, id: Uuid, before: i64) -> Result<Vec<AuditRecord>, ReviewError> {
        let entries = self.store.list_audit_entries(id, before, AUDIT_PAGE).await?;
        // Behind the oldest entry there is nothing more, which is no reason to deny the others.
        if entries.is_empty() && self.store.list_audit_entries(id, i64::MAX, 1).await?.is_empty() {
            self.find(id).await?;
        }
        Ok(entries)
    }

    fn customer_type(&self, name: &str) -> Result<(&str, &Requirement), ReviewError> {
        let unknown = || ReviewError::Invalid("'type' is not one that this server knows".to_owned());
        self.requirements.find(Some(name)).ok_or_else(unknown)
    }

    async fn lock(tx: &mut Tx, id: Uuid) -> Result<LockedTarget, ReviewError> {
        let locked = tx.lock_target(id).await?.filter(|locked| is_customer(locked));
        locked.ok_or(ReviewError::NotFound)
    }
}

/// Whoever no wallet registered yet has no id of SEP-12.
fn is_customer(open: &OpenTarget) -> bool {
    open.target.is_customer && open.target.registered
}
