//! Decisions that are still to come: asking the provider again, or hearing from it.

use std::time::Duration;

use super::Proofs;
use super::provider::{Kept, Outcome, Pending};
use crate::domain::causes::chain;
use crate::domain::clock::Timestamp;
use crate::store::{LockedTarget, PendingRecord, Process, StoreError, Tx};

/// How many providers are asked in one go.
const BATCH: u32 = 16;

/// How long nobody else asks: longer than all calls of one go take.
const LEASE: Duration = Duration::from_mins(5);

/// When to ask again after trouble that does not say when.
const AFTER_TROUBLE: Duration = Duration::from_mins(5);

impl Proofs {
    /// Asks the providers whose time has come, and gives their number.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn ask_again(&self) -> Result<usize, StoreError> {
        let due = self.store.lease_questions(self.store.now() + LEASE, BATCH).await?;
        for process in &due {
            match self.ask_about(process).await {
                Ok(()) => {}
                Err(error @ (StoreError::Busy(_) | StoreError::Database(_))) => return Err(error),
                // One row that cannot be opened does not keep the others waiting.
                Err(error @ (StoreError::Vault(_) | StoreError::Corrupt { .. })) => {
                    tracing::warn!(process = %process.id, error = chain(&error), "could not ask again; trying later");
                }
            }
        }
        Ok(due.len())
    }

    async fn ask_about(&self, process: &Process) -> Result<(), StoreError> {
        let Some(route) = self.routes.get(&process.provider) else { return Ok(()) };
        let Some(target) = self.store.find_by_id(process.target_id).await? else { return Ok(()) };
        let kept = Kept::from_bytes(&process.kept(&target)?);
        let outcome = self.ask(route, process.target_id, &kept).await;
        let mut tx = self.store.begin().await?;
        self.decide_pending(&mut tx, process, &outcome).await?;
        tx.commit().await
    }

    /// Remembers a decision that is still to come; the customer waits until it is there.
    pub(super) async fn remember_pending(
        &self,
        tx: &mut Tx,
        target: &LockedTarget,
        claimed: &Process,
        pending: &Pending,
    ) -> Result<(), StoreError> {
        let now = tx.now();
        let until = now + pending.lasts;
        let Ok(progress) = claimed.progress.wait(until) else { return Ok(()) };
        self.wait_until(tx, target, &claimed.provider, Some(until)).await?;
        let kept = pending.kept.to_bytes();
        let record = PendingRecord {
            kept: &kept,
            ask_at: pending.ask_after.map(|after| now + after),
            reference: pending.reference.expose(),
        };
        tx.save_pending(target, claimed, progress, record).await
    }

    /// Writes what came of the waiting, if it is still waited for.
    pub(super) async fn decide_pending(
        &self,
        tx: &mut Tx,
        process: &Process,
        outcome: &Outcome,
    ) -> Result<(), StoreError> {
        let Some(target) = tx.lock_target(process.target_id).await? else { return Ok(()) };
        let Some(process) = tx.lock_process(process.id).await?.filter(|process| process.is_pending(tx.now())) else {
            return Ok(());
        };
        match outcome {
            Outcome::Verified(verified) => {
                self.record(tx, &target, &process, verified).await?;
                if let Ok(progress) = process.progress.verify() {
                    tx.save_progress(process.id, progress).await?;
                }
            }
            Outcome::Refused => {
                self.wait_until(tx, &target, &process.provider, None).await?;
                if let Ok(progress) = process.progress.refuse(tx.now()) {
                    tx.save_progress(process.id, progress).await?;
                }
            }
            Outcome::Pending(pending) => {
                // Who tells so by itself says nothing about when to ask: that stays as it is.
                if let Some(after) = pending.ask_after {
                    tx.save_question(process.id, tx.now() + after).await?;
                }
            }
            Outcome::Retry(trouble) => {
                let after = trouble.retry_after().unwrap_or(AFTER_TROUBLE);
                tx.save_question(process.id, tx.now() + after).await?;
            }
        }
        Ok(())
    }

    /// Notes in the document that a provider has not decided yet, or that it is waited for no more.
    pub(super) async fn wait_until(
        &self,
        tx: &mut Tx,
        target: &LockedTarget,
        provider: &str,
        until: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let mut document = target.document()?;
        document.set_pending(provider, until);
        tx.save_assessed(target, &document, &self.requirements).await.map(drop)
    }
}
