//! Customers looked for at the same time are found by one statement.
//!
//! A busy server spends more on the way to the database and back than the database spends on a row. So while
//! [`STATEMENTS`] are under way, whoever asks meanwhile waits for the next one and shares it with others. An idle
//! server shares nothing, and nobody waits for company.

use std::iter::repeat;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;
use tokio::time::timeout;

use super::{TargetRow, readable};
use crate::store::db::{ACQUIRE_TIMEOUT, Db};

/// How many statements are under way at most.
const STATEMENTS: usize = 2;
/// How many lookups share a statement at most: the placeholders of [`FIND`].
const AT_ONCE: usize = 16;
/// How many lookups wait at most; whoever comes then is told to come back.
const WAITING: usize = 4096;
const FIND: &str = readable!("target_tag IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)");

/// The row of a tag, or the failure that it shares with others.
type Found = Result<Option<TargetRow>, Arc<sqlx::Error>>;

/// Where lookups meet. Clones share it.
#[derive(Clone)]
pub(in crate::store) struct Lookups {
    db: Db,
    queue: Arc<Mutex<Queue>>,
}

#[derive(Default)]
struct Queue {
    waiting: Vec<Lookup>,
    under_way: usize,
}

/// A tag that somebody waits for.
struct Lookup {
    tag: Vec<u8>,
    found: oneshot::Sender<Found>,
}

impl Lookups {
    pub(in crate::store) fn new(db: Db) -> Self {
        Self { db, queue: Arc::default() }
    }

    /// Finds the target with that tag, within the time that a connection is waited for.
    pub(super) async fn find(&self, tag: Vec<u8>) -> Found {
        let (found, finding) = oneshot::channel();
        let has_turn = {
            let mut queue = self.queue();
            if queue.waiting.len() == WAITING {
                return Err(Arc::new(sqlx::Error::PoolTimedOut));
            }
            queue.waiting.push(Lookup { tag, found });
            let has_turn = queue.under_way < STATEMENTS;
            queue.under_way += usize::from(has_turn);
            has_turn
        };
        if has_turn {
            // A task of its own: whoever asked may go away, others share what was begun.
            tokio::spawn(Turn { lookups: self.clone(), is_over: false }.run());
        }
        let lost = |error| Err(Arc::new(error));
        match timeout(ACQUIRE_TIMEOUT, finding).await {
            Ok(found) => found.unwrap_or_else(|_| lost(sqlx::Error::WorkerCrashed)),
            Err(_) => lost(sqlx::Error::PoolTimedOut),
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        // Nothing panics between two states of the queue.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of the statements under way, and those after it until nobody waits.
struct Turn {
    lookups: Lookups,
    is_over: bool,
}

impl Turn {
    async fn run(mut self) {
        while let Some(share) = self.next() {
            let rows = self.fetch(&share).await.map_err(Arc::new);
            for Lookup { tag, found } in share {
                let of_tag = match &rows {
                    Ok(rows) => Ok(rows.iter().find(|row| row.target_tag == tag).cloned()),
                    Err(error) => Err(Arc::clone(error)),
                };
                // Nobody listens any more when the request was dropped.
                let _ = found.send(of_tag);
            }
        }
    }

    /// Takes those who still wait; with nobody left the turn is over.
    fn next(&mut self) -> Option<Vec<Lookup>> {
        let mut queue = self.lookups.queue();
        queue.waiting.retain(|lookup| !lookup.found.is_closed());
        if queue.waiting.is_empty() {
            queue.under_way -= 1;
            self.is_over = true;
            return None;
        }
        let share = queue.waiting.len().min(AT_ONCE);
        Some(queue.waiting.drain(..share).collect())
    }

    async fn fetch(&self, share: &[Lookup]) -> Result<Vec<TargetRow>, sqlx::Error> {
        // No target has an empty tag.
        let tags = share.iter().map(|lookup| lookup.tag.as_slice()).chain(repeat(&[][..])).take(AT_ONCE);
        tags.fold(self.lookups.db.query(FIND), |query, tag| query.bind(tag.to_vec())).fetch_all().await
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if !self.is_over {
            self.lookups.queue().under_way -= 1;
        }
    }
}
