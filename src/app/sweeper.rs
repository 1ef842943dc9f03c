//! What goes by itself: files that no PUT claimed, processes that ended long ago, challenges that have expired, traces
//! of what was erased.

use std::pin::pin;
use std::time::Duration;

use crate::domain::causes::chain;
use crate::store::{Store, StoreError};

/// How often it is looked.
const INTERVAL: Duration = Duration::from_secs(30);

/// How long an ended process answers a reload of the browser.
const PROCESSES_KEPT: Duration = Duration::from_hours(24);

/// Sweeps until `shutdown` resolves.
pub(super) async fn sweep(store: &Store, shutdown: impl Future<Output = ()>) {
    let mut shutdown = pin!(shutdown);
    loop {
        if let Err(error) = sweep_once(store).await {
            tracing::warn!(error = chain(&error), "could not sweep; trying again later");
        }
        tokio::select! {
            () = &mut shutdown => return,
            () = tokio::time::sleep(INTERVAL) => {}
        }
    }
}

async fn sweep_once(store: &Store) -> Result<(), StoreError> {
    let files = store.delete_unclaimed_files().await?;
    let processes = store.delete_ended_processes(store.now() - PROCESSES_KEPT).await?;
    let challenges = store.delete_expired_challenges().await?;
    store.scrub_log().await?;
    if files + processes + challenges > 0 {
        tracing::info!(files, processes, challenges, "swept");
    }
    Ok(())
}
