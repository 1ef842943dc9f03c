//! Asks providers again that had not decided yet.

use std::time::Duration;

use super::periodic::repeat;
use crate::domain::causes::chain;
use crate::proof::Proofs;

/// How often it is looked whose time has come.
const INTERVAL: Duration = Duration::from_secs(5);

/// Asks until `shutdown` resolves; a question under way is put off, not lost.
pub(super) async fn ask(proofs: &Proofs, shutdown: impl Future<Output = ()>) {
    let ask = || async {
        if let Err(error) = proofs.ask_again().await {
            tracing::warn!(error = chain(&error), "could not ask providers again; trying later");
        }
    };
    repeat(INTERVAL, shutdown, ask).await;
}
