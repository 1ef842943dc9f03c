//! Payment targets as the operator's system sees them.

use serde::Serialize;
use utoipa::ToSchema;

use super::Proofs;
use crate::domain::assessment::assess;
use crate::domain::facts::Status;
use crate::domain::payto::{Payto, PaytoHash};
use crate::store::{StoreError, Target};

/// How a payment target stands, and where its customer goes on.
#[derive(Serialize, ToSchema)]
pub struct TargetStatus {
    /// The hash of the normal form, in Crockford's base32.
    pub h_payto: String,
    /// One of SEP-12's four.
    pub status: Status,
    /// The token of the customer's page: whoever has it may start a verification.
    pub access_token: String,
    /// The customer's page.
    pub kyc_url: String,
}

/// Why a payment target is not taken.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// The configuration does not say what such a target has to give or prove.
    #[error("such payment targets are not in use here: nothing is configured for them")]
    NotInUse,
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Proofs {
    /// Makes a payment target known; again and again the same one, with the same token.
    ///
    /// # Errors
    /// See [`RegisterError`].
    pub async fn register_target(&self, payto: &Payto) -> Result<TargetStatus, RegisterError> {
        if self.requirement(payto.customer_key().is_some(), None).is_none() {
            return Err(RegisterError::NotInUse);
        }
        let hash = payto.hash();
        if let Some(status) = self.find_target(&hash).await? {
            return Ok(status);
        }
        let mut tx = self.store.begin().await?;
        tx.lock_or_insert_target(payto).await?;
        tx.commit().await?;
        self.find_target(&hash).await?.ok_or(RegisterError::NotInUse)
    }

    /// Finds a payment target by its hash.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn find_target(&self, hash: &PaytoHash) -> Result<Option<TargetStatus>, StoreError> {
        let Some(mut target) = self.store.find_target(hash).await? else { return Ok(None) };
        if !target.facts.are_current(self.requirements.digest(), self.store.now()) {
            let open = self.store.find_as_of_now(target.id, &self.requirements).await?;
            let Some(open) = open else { return Ok(None) };
            target = open.target;
        }
        Ok(self.target_status(hash, &target))
    }

    fn target_status(&self, hash: &PaytoHash, target: &Target) -> Option<TargetStatus> {
        let (name, requirement) = self.requirement(target.is_customer, None)?;
        let access_token = target.access_token(self.store.vault()).reveal();
        Some(TargetStatus {
            h_payto: hash.to_string(),
            status: assess(name, requirement, &target.facts, self.store.now()).status,
            kyc_url: format!("{}/kyc-spa/{access_token}", self.public_url),
            access_token,
        })
    }
}
