//! How many forms of one target are taken at a time, and how long each may take.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::timeout;
use uuid::Uuid;

use crate::http::pages::PageError;

/// Enough for a person with two devices. Each form may bring files, and take its time.
const AT_A_TIME: usize = 2;
/// How long a form may take to arrive, however steadily it comes: long enough for files on a bad line.
const LONGEST: Duration = Duration::from_mins(15);
/// When it is worth trying again.
const RETRY_AFTER: Duration = Duration::from_secs(10);

/// Counts the forms that are being taken, by their target.
#[derive(Clone)]
pub struct Turns {
    longest: Duration,
    counts: Arc<Mutex<HashMap<Uuid, usize>>>,
}

/// A form that is being taken, until this is dropped.
pub(super) struct Turn {
    turns: Turns,
    target: Uuid,
}

impl Default for Turns {
    fn default() -> Self {
        Self::lasting(LONGEST)
    }
}

impl Turns {
    /// Lets each form take so long.
    #[must_use]
    pub fn lasting(longest: Duration) -> Self {
        Self { longest, counts: Arc::default() }
    }

    pub(super) fn take(&self, target: Uuid) -> Result<Turn, PageError> {
        let mut counts = self.counts.lock();
        let count = counts.entry(target).or_default();
        if *count == AT_A_TIME {
            return Err(PageError::TooOften { retry_after: RETRY_AFTER });
        }
        *count += 1;
        Ok(Turn { turns: self.clone(), target })
    }
}

impl Turn {
    /// Waits until the form is there, for as long as it may take.
    pub(super) async fn wait_for<F: Future>(&self, arriving: F) -> Result<F::Output, PageError> {
        timeout(self.turns.longest, arriving).await.map_err(|_| PageError::TooSlow)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut counts = self.turns.counts.lock();
        match counts.get_mut(&self.target) {
            Some(count) if *count > 1 => *count -= 1,
            Some(_) | None => drop(counts.remove(&self.target)),
        }
    }
}
