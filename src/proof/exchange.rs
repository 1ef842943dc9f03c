//! The exchange of a code, from the claim of the process to the provider's word in the document.

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use super::arrive::{Arrived, Visit};
use super::links::stored_tag;
use super::provider::{Arrival, Kept, Outcome, Verified};
use super::{Proofs, to_its_end};
use crate::domain::assessment::is_in_doubt;
use crate::domain::clock::Timestamp;
use crate::domain::document::ProvidedProof;
use crate::domain::process::OnCode;
use crate::store::{LockedTarget, OpenTarget, Process, StoreError, Tx};

/// When a second request looks for the first time whether the first one is done.
const FIRST_LOOK: Duration = Duration::from_millis(100);
/// How long it waits between two looks at most.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

impl Proofs {
    /// Exchanges a code once, whoever brings it how often: requests that come meanwhile wait and answer the same.
    pub(super) async fn exchange(
        self: &Arc<Self>,
        mut visit: Visit<'_>,
        code: String,
        iss: Option<String>,
    ) -> Result<Arrived, StoreError> {
        let code_tag = stored_tag(code.as_bytes());
        let mut retry_after = None;
        let mut wait = FIRST_LOOK;
        loop {
            let spent = self.store.count_spent_codes(visit.process.id, &code_tag).await?;
            // Read after the codes: whoever spent this one had claimed the process by then, and is waited for.
            match self.store.find_process(visit.process.id).await? {
                Some(process) => visit.process = process,
                None => return Ok(Arrived::Unknown),
            }
            match visit.process.progress.on_code(spent, self.store.now()) {
                OnCode::Verified => return self.after_verified(&visit).await,
                OnCode::Pending => return Ok(Self::undecided(&visit)),
                OnCode::Refused => return Ok(Arrived::Refused),
                OnCode::Expired => return Ok(Arrived::Unknown),
                OnCode::Repeat(trouble) => {
                    return Ok(Arrived::Trouble { trouble, retry_after, again: self.again(&visit).await });
                }
                OnCode::Wait => {
                    tokio::time::sleep(wait).await;
                    wait = (wait * 2).min(LONGEST_WAIT);
                }
                OnCode::Exchange => {
                    retry_after = self.clone().exchange_detached(visit.process.id, code.clone(), iss.clone()).await?;
                }
            }
        }
    }

    /// Claims the process for this code: of all requests that try, one succeeds.
    async fn claim(&self, process: Uuid, code_tag: &[u8]) -> Result<Option<Process>, StoreError> {
        let mut tx = self.store.begin().await?;
        let Some(mut process) = tx.lock_process(process).await? else { return Ok(None) };
        let Ok(exchanging) = process.progress.exchange(tx.now()) else { return Ok(None) };
        if !tx.count_spent_codes(process.id, code_tag).await?.leave_room() {
            return Ok(None);
        }
        tx.insert_spent_code(process.id, code_tag).await?;
        tx.save_progress(process.id, exchanging).await?;
        tx.commit().await?;
        process.progress = exchanging;
        Ok(Some(process))
    }

    /// Claims the process and asks the provider, in a task of its own, so that a browser that goes away spoils nothing;
    /// gives the time after which a busy provider wants to be asked again, if it said so.
    async fn exchange_detached(
        self: Arc<Self>,
        process: Uuid,
        code: String,
        iss: Option<String>,
    ) -> Result<Option<Duration>, StoreError> {
        to_its_end(async move {
            let Some(claimed) = self.claim(process, &stored_tag(code.as_bytes())).await? else { return Ok(None) };
            match self.ask_provider(&claimed, &code, iss.as_deref()).await? {
                Some(outcome) => self.settle(&claimed, outcome).await,
                None => Ok(None),
            }
        })
        .await
    }

    /// Gives the provider's word; nothing if the target was erased meanwhile.
    async fn ask_provider(
        &self,
        claimed: &Process,
        code: &str,
        iss: Option<&str>,
    ) -> Result<Option<Outcome>, StoreError> {
        let Some(route) = self.routes.get(&claimed.provider) else { return Ok(None) };
        let Some(target) = self.store.find_by_id(claimed.target_id).await? else { return Ok(None) };
        let kept = Kept::from_bytes(&claimed.kept(&target)?);
        let redirect_uri = self.redirect_uri(&claimed.provider);
        let arrival = Arrival { redirect_uri: &redirect_uri, code, iss, kept: &kept };
        Ok(Some(self.complete(route, claimed.target_id, arrival).await))
    }

    /// Writes the outcome, if the claim is still ours and the target still there.
    async fn settle(&self, claimed: &Process, outcome: Outcome) -> Result<Option<Duration>, StoreError> {
        let mut tx = self.store.begin().await?;
        let Some(target) = tx.lock_target(claimed.target_id).await? else { return Ok(None) };
        let process = tx.lock_process(claimed.id).await?;
        if process.is_none_or(|process| process.progress != claimed.progress) {
            return Ok(None);
        }
        let mut retry_after = None;
        let progress = match outcome {
            Outcome::Verified(verified) => {
                self.record(&mut tx, &target, claimed, &verified).await?;
                claimed.progress.verify()
            }
            // What it will say would not be taken.
            Outcome::Pending(_) if self.is_in_doubt(&target, &claimed.provider, tx.now())? => claimed.progress.verify(),
            Outcome::Pending(pending) => {
                self.remember_pending(&mut tx, &target, claimed, &pending).await?;
                tx.commit().await?;
                return Ok(None);
            }
            Outcome::Refused => claimed.progress.refuse(tx.now()),
            Outcome::Retry(trouble) => {
                retry_after = trouble.retry_after();
                claimed.progress.fail(trouble.kind())
            }
        };
        if let Ok(progress) = progress {
            tx.save_progress(claimed.id, progress).await?;
            tx.commit().await?;
        }
        Ok(retry_after)
    }

    /// Tells whether somebody has to weigh the proof of a customer before another one takes its place.
    fn is_in_doubt(&self, target: &OpenTarget, provider: &str, now: Timestamp) -> Result<bool, StoreError> {
        if !target.target.is_customer {
            return Ok(false);
        }
        let facts = self.store.assess(target, &target.document()?, &self.requirements, now);
        Ok(is_in_doubt(&self.requirements, provider, &facts, now))
    }

    /// Takes the provider's word, unless somebody has to weigh an earlier one: no other login leads out of that.
    pub(super) async fn record(
        &self,
        tx: &mut Tx,
        target: &LockedTarget,
        process: &Process,
        verified: &Verified,
    ) -> Result<(), StoreError> {
        let provider = process.provider.as_str();
        if self.is_in_doubt(target, provider, tx.now())? {
            tracing::warn!(provider, target_id = %target.target.id, "not taken: an earlier proof waits for a decision");
            return self.wait_until(tx, target, provider, None).await;
        }
        let mut document = target.document()?;
        if !target.target.is_customer {
            // Nobody gave anything: what is there, an earlier proof told.
            document.forget_values();
        }
        let proof = ProvidedProof {
            subject: verified.subject.expose().clone(),
            verified_at: tx.now(),
            expires_at: verified.expires,
            values: verified.values.iter().map(|(name, value)| ((*name).to_owned(), value.expose().clone())).collect(),
        };
        document.set_proof(provider, proof, &tx.binder(target));
        // Somebody may well have several bank accounts; but a customer is one person.
        if target.target.is_customer {
            let is_reused = tx.insert_subject(target, provider, verified.subject.expose()).await?;
            if is_reused && self.routes.get(provider).is_none_or(|route| !route.allows_reuse) {
                tracing::warn!(provider, target_id = %target.target.id, "identity_reused: one person proved two customers");
                document.set_reused(provider);
            }
        }
        tx.save_assessed(target, &document, &self.requirements).await.map(drop)
    }
}
