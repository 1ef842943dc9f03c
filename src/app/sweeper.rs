//! What goes by itself: files that no PUT claimed, processes that ended long ago, challenges and sessions of operators that
//! have expired, counts of codes, traces of what was erased, and the time of proofs and documents, which statuses follow.

use std::time::Duration;

use super::periodic::repeat;
use crate::domain::causes::chain;
use crate::domain::requirement::Requirements;
use crate::store::{Store, StoreError};

/// How often it is looked.
const INTERVAL: Duration = Duration::from_secs(30);

/// How many due targets are listed at once.
const BATCH: u32 = 100;

/// How long an ended process answers a reload of the browser.
const PROCESSES_KEPT: Duration = Duration::from_hours(24);

/// How long a provider's message is remembered: beyond the age at which any is taken.
const MESSAGES_KEPT: Duration = Duration::from_mins(15);

/// Sweeps until `shutdown` resolves; whatever is left half done rolls back.
pub(super) async fn sweep(store: &Store, requirements: &Requirements, shutdown: impl Future<Output = ()>) {
    let sweep = || async {
        if let Err(error) = sweep_once(store, requirements).await {
            tracing::warn!(error = chain(&error), "could not sweep; trying again later");
        }
    };
    repeat(INTERVAL, shutdown, sweep).await;
}

async fn sweep_once(store: &Store, requirements: &Requirements) -> Result<(), StoreError> {
    let expired = assess_due(store, requirements).await?;
    let files = store.delete_unclaimed_files().await?;
    let processes = store.delete_ended_processes(store.now() - PROCESSES_KEPT).await?;
    let challenges = store.delete_expired_challenges().await?;
    store.delete_old_code_budgets().await?;
    let messages = store.delete_old_messages(store.now() - MESSAGES_KEPT).await?;
    let sessions = store.delete_ended_operator_sessions().await?;
    store.scrub_log().await?;
    if files + processes + challenges + messages + sessions + expired > 0 {
        tracing::info!(files, processes, challenges, messages, sessions, expired, "swept");
    }
    Ok(())
}

/// Lets statuses follow what stopped counting by itself; one target that fails keeps no other from it.
async fn assess_due(store: &Store, requirements: &Requirements) -> Result<u64, StoreError> {
    let (mut assessed, mut after) = (0, None);
    loop {
        let batch = store.list_due(after, BATCH).await?;
        let Some(last) = batch.last() else { return Ok(assessed) };
        after = Some(*last);
        for due in batch {
            match store.assess_due(due.id, requirements).await {
                Ok(done) => assessed += u64::from(done),
                Err(error @ (StoreError::Busy(_) | StoreError::Database(_))) => return Err(error),
                Err(error @ (StoreError::Vault(_) | StoreError::Corrupt { .. })) => {
                    tracing::warn!(target_id = %due.id, error = chain(&error), "could not assess again; trying later");
                }
            }
        }
    }
}
