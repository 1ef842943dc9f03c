//! Asks providers again that had not decided yet.

use std::pin::pin;
use std::time::Duration;

use crate::domain::causes::chain;
use crate::proof::Proofs;

/// How often it is looked whose time has come.
const INTERVAL: Duration = Duration::from_secs(5);

/// Asks until `shutdown` resolves; a question under way is put off, not lost.
pub(super) async fn ask(proofs: &Proofs, shutdown: impl Future<Output = ()>) {
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => return,
            asked = proofs.ask_again() => if let Err(error) = asked {
                tracing::warn!(error = chain(&error), "could not ask providers again; trying later");
            }
        }
        tokio::select! {
            () = &mut shutdown => return,
            () = tokio::time::sleep(INTERVAL) => {}
        }
    }
}
