//! Which customer a request means.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRef;

use crate::domain::session::{Naming, Selector, Session};
use crate::domain::submission::Submission;
use crate::domain::transaction::TransactionId;
use crate::http::ApiError;
use crate::http::state::AppState;
use crate::integration::IntegrationError;
use crate::integration::transactions::{DirectoryError, TransactionDirectory};

/// When to come back while the directory does not answer.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// The parameters of a request that names a customer, perhaps by a transaction.
#[derive(Clone, Copy)]
pub(super) struct Whom<'a> {
    pub(super) naming: Naming<'a>,
    pub(super) customer_type: Option<&'a str>,
    pub(super) transaction_id: Option<&'a str>,
}

impl<'a> From<&'a Submission> for Whom<'a> {
    fn from(submission: &'a Submission) -> Self {
        Self {
            naming: submission.naming(),
            customer_type: submission.customer_type.as_deref(),
            transaction_id: submission.transaction_id.as_deref(),
        }
    }
}

/// The operator's transactions, where they are known.
#[derive(Clone)]
pub(in crate::http) struct Transactions(Option<Arc<dyn TransactionDirectory>>);

impl FromRef<AppState> for Transactions {
    fn from_ref(state: &AppState) -> Self {
        Self(state.transactions.clone())
    }
}

impl Transactions {
    /// Decides which customer is meant. What a transaction does not settle is never settled without it.
    pub(super) async fn select(&self, session: &Session, whom: Whom<'_>) -> Result<Selector, ApiError> {
        let Some(id) = whom.transaction_id else { return Ok(session.select(whom.naming)?) };
        let directory = self.0.as_ref().ok_or(ApiError::bad_request("'transaction_id' is not in use here"))?;
        let id = TransactionId::parse(id).map_err(|error| ApiError::bad_request(error.to_string()))?;
        // SEP-12: "If `transaction_id` is in use, `type` must be provided".
        let needed = ApiError::bad_request("'type' must be given together with 'transaction_id'");
        let customer_type = whom.customer_type.ok_or(needed)?;
        let own = session.named(whom.naming)?;
        let transaction = directory.find(&id).await?.ok_or(ApiError::NotFound)?;
        let customer = transaction.customer(session, customer_type, own).map_err(DirectoryError::from)?;
        customer.ok_or(ApiError::NotFound)
    }
}

/// Answers what the integration refuses. With a transaction, a customer who is not the one that the request names
/// besides is nobody, as is the customer of somebody else's transaction.
pub(super) fn refusal(error: IntegrationError, by_transaction: bool) -> ApiError {
    match error {
        IntegrationError::Forbidden if by_transaction => ApiError::NotFound,
        error => error.into(),
    }
}

impl From<DirectoryError> for ApiError {
    fn from(error: DirectoryError) -> Self {
        Self::Unavailable { retry_after: RETRY_AFTER, cause: Some(error.into()) }
    }
}
