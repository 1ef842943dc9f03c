//! How many forms of one target are taken at a time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use uuid::Uuid;

use crate::http::pages::PageError;

/// Enough for a person with two devices. Each form may bring files, and take its time.
const AT_A_TIME: usize = 2;
/// When it is worth trying again.
const RETRY_AFTER: Duration = Duration::from_secs(10);

/// Counts the forms that are being taken, by their target.
#[derive(Clone, Default)]
pub struct Turns(Arc<Mutex<HashMap<Uuid, usize>>>);

/// A form that is being taken, until this is dropped.
pub(super) struct Turn {
    turns: Turns,
    target: Uuid,
}

impl Turns {
    pub(super) fn take(&self, target: Uuid) -> Result<Turn, PageError> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(target).or_default();
        if *count == AT_A_TIME {
            return Err(PageError::TooOften { retry_after: RETRY_AFTER });
        }
        *count += 1;
        Ok(Turn { turns: self.clone(), target })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut counts = self.turns.0.lock().unwrap_or_else(PoisonError::into_inner);
        match counts.get_mut(&self.target) {
            Some(count) if *count > 1 => *count -= 1,
            Some(_) | None => drop(counts.remove(&self.target)),
        }
    }
}
