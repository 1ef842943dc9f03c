//! Customers looked for at the same time are found by one statement.
//!
//! A busy server spends more on the way to the database and back than the database spends on a row. So while a statement
//! is under way, those who ask meanwhile wait for the next one and share it; another one starts beside it when more wait
//! than one can serve. An idle server shares nothing, and nobody waits for company.

use std::iter::repeat_n;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;
use tokio::time::timeout;

use super::{TargetRow, WholeRow, reached, readable, whole};
use crate::store::db::{ACQUIRE_TIMEOUT, Db, Record};

/// How many statements are under way at most, so that others have connections, too.
const STATEMENTS: usize = 4;
/// How many lookups share a statement at most: those of the longest one.
const AT_ONCE: usize = 16;
/// How many lookups wait at most; whoever comes then is told to come back.
const WAITING: usize = 4096;

/// A statement for one tag, and others for as many as are looked for at once; each with the number of its placeholders,
/// of which a share leaves few empty.
macro_rules! found {
    ($select:ident) => {
        [
            (1, $select!("target_tag = $1")),
            (4, $select!("target_tag IN ($1, $2, $3, $4)")),
            (8, $select!("target_tag IN ($1, $2, $3, $4, $5, $6, $7, $8)")),
            (
                AT_ONCE,
                $select!("target_tag IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"),
            ),
        ]
    };
}

/// What is found of a target.
pub(in crate::store) trait Row: Record + Clone + Sync + 'static {
    /// By any of so many tags, the fewest first.
    const FIND: [(usize, &'static str); 4];
    /// By an id, within the reach of a session.
    const FIND_REACHED: &'static str;

    fn tag(&self) -> &[u8];
}

impl Row for TargetRow {
    const FIND: [(usize, &'static str); 4] = found!(readable);
    const FIND_REACHED: &'static str = readable!(reached!());

    fn tag(&self) -> &[u8] {
        &self.target_tag
    }
}

impl Row for WholeRow {
    const FIND: [(usize, &'static str); 4] = found!(whole);
    const FIND_REACHED: &'static str = whole!(reached!());

    fn tag(&self) -> &[u8] {
        self.readable.tag()
    }
}

/// The row of a tag, or the failure that it shares with others.
type Found<R> = Result<Option<R>, Arc<sqlx::Error>>;

/// Where lookups meet. Clones share it.
#[derive(Clone)]
pub(in crate::store) struct Lookups<R> {
    db: Db,
    queue: Arc<Mutex<Queue<R>>>,
}

struct Queue<R> {
    waiting: Vec<Lookup<R>>,
    under_way: usize,
}

/// A tag that somebody waits for.
struct Lookup<R> {
    tag: Vec<u8>,
    found: oneshot::Sender<Found<R>>,
}

impl<R: Row> Lookups<R> {
    pub(in crate::store) fn new(db: Db) -> Self {
        let queue = Queue { waiting: Vec::new(), under_way: 0 };
        Self { db, queue: Arc::new(Mutex::new(queue)) }
    }

    /// Finds the target with that tag, within the time that a connection is waited for.
    pub(super) async fn find(&self, tag: Vec<u8>) -> Found<R> {
        let (found, finding) = oneshot::channel();
        let has_turn = {
            let mut queue = self.queue();
            if queue.waiting.len() == WAITING {
                return Err(Arc::new(sqlx::Error::PoolTimedOut));
            }
            queue.waiting.push(Lookup { tag, found });
            let has_turn = queue.under_way < STATEMENTS && queue.under_way * AT_ONCE < queue.waiting.len();
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
}

impl<R> Lookups<R> {
    fn queue(&self) -> MutexGuard<'_, Queue<R>> {
        // Nothing panics between two states of the queue.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of the statements under way, and those after it until nobody waits.
struct Turn<R> {
    lookups: Lookups<R>,
    is_over: bool,
}

impl<R: Row> Turn<R> {
    async fn run(mut self) {
        while let Some(share) = self.next() {
            let rows = self.fetch(&share).await.map_err(Arc::new);
            for Lookup { tag, found } in share {
                let of_tag = match &rows {
                    Ok(rows) => Ok(rows.iter().find(|row| row.tag() == tag).cloned()),
                    Err(error) => Err(Arc::clone(error)),
                };
                // Nobody listens any more when the request was dropped.
                let _ = found.send(of_tag);
            }
        }
    }

    /// Takes those who still wait; with nobody left the turn is over.
    fn next(&mut self) -> Option<Vec<Lookup<R>>> {
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

    async fn fetch(&self, share: &[Lookup<R>]) -> Result<Vec<R>, sqlx::Error> {
        let fitting = R::FIND.into_iter().find(|(places, _)| share.len() <= *places);
        let (places, sql) = fitting.expect("no share is larger than the longest statement");
        // No target has an empty tag.
        let tags = share.iter().map(|lookup| lookup.tag.as_slice()).chain(repeat_n(&[][..], places - share.len()));
        let query = tags.fold(self.lookups.db.query(sql), |query, tag| query.bind(tag.to_vec()));
        // A connection on which nothing comes back is given up, for nobody waits for it any more.
        timeout(ACQUIRE_TIMEOUT, query.fetch_all()).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
    }
}

impl<R> Drop for Turn<R> {
    fn drop(&mut self) {
        if !self.is_over {
            self.lookups.queue().under_way -= 1;
        }
    }
}
