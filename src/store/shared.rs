//! Who wants the same of the database at the same time shares a statement.
//!
//! A busy server spends more on the way to the database and back than the database spends on a row, and a commit waits
//! for the disk however little it writes. So while a statement is under way, those who come meanwhile wait for the next
//! one and share it; another one starts beside it when more wait than one can serve. An idle server shares nothing, and
//! nobody waits for company.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// How many statements of a kind are under way at most, so that others have connections, too.
const STATEMENTS: usize = 4;
/// How many wait at most; whoever comes then is told to come back.
const WAITING: usize = 4096;

/// A statement that can do for several what it does for one.
pub(super) trait Statement: Clone + Send + Sync + 'static {
    /// What somebody wants.
    type Wish: Send + Sync + 'static;
    /// What becomes of it.
    type Outcome: Send + 'static;

    /// How many share it at most.
    const AT_ONCE: usize;

    /// How long a wish waits for its outcome at most; then nothing is waited for any more, and the connection is given up.
    fn limit(&self) -> Duration;

    /// Runs it once. Gives an outcome for each wish, in their order.
    fn run(&self, wishes: &[Self::Wish]) -> impl Future<Output = Result<Vec<Self::Outcome>, sqlx::Error>> + Send;
}

/// What becomes of a wish, or the failure that it shares with others.
type Outcome<S> = Result<<S as Statement>::Outcome, Arc<sqlx::Error>>;

/// Where those meet who want the same. Clones share it.
#[derive(Clone)]
pub(super) struct Shared<S: Statement> {
    statement: S,
    queue: Arc<Mutex<Queue<S>>>,
}

struct Queue<S: Statement> {
    waiting: Vec<Waiting<S>>,
    under_way: usize,
}

struct Waiting<S: Statement> {
    wish: S::Wish,
    outcome: oneshot::Sender<Outcome<S>>,
    since: Instant,
}

impl<S: Statement> Shared<S> {
    pub(super) fn new(statement: S) -> Self {
        Self { statement, queue: Arc::new(Mutex::new(Queue { waiting: Vec::new(), under_way: 0 })) }
    }

    /// Has a wish fulfilled by the next statement.
    pub(super) async fn ask(&self, wish: S::Wish) -> Outcome<S> {
        let (outcome, coming) = oneshot::channel();
        let has_turn = {
            let mut queue = self.queue.lock();
            if queue.waiting.len() == WAITING {
                return Err(Arc::new(sqlx::Error::PoolTimedOut));
            }
            queue.waiting.push(Waiting { wish, outcome, since: Instant::now() });
            let has_turn = queue.under_way < STATEMENTS && queue.under_way * S::AT_ONCE < queue.waiting.len();
            queue.under_way += usize::from(has_turn);
            has_turn
        };
        if has_turn {
            // A task of its own: whoever asked may go away, others share what was begun.
            tokio::spawn(Turn { shared: self.clone(), is_over: false }.run());
        }
        coming.await.unwrap_or_else(|_| Err(Arc::new(sqlx::Error::WorkerCrashed)))
    }
}

/// One of the statements under way, and those after it until nobody waits.
struct Turn<S: Statement> {
    shared: Shared<S>,
    is_over: bool,
}

impl<S: Statement> Turn<S> {
    async fn run(mut self) {
        while let Some(share) = self.next() {
            // Those who came first wait first.
            let waited = share.first().map(|oldest| oldest.since.elapsed()).unwrap_or_default();
            let (wishes, listeners): (Vec<_>, Vec<_>) =
                share.into_iter().map(|waiting| (waiting.wish, waiting.outcome)).unzip();
            let statement = &self.shared.statement;
            let running = timeout(statement.limit().saturating_sub(waited), statement.run(&wishes));
            // Nobody listens any more when the request was dropped.
            match running.await.unwrap_or(Err(sqlx::Error::PoolTimedOut)) {
                Ok(outcomes) => {
                    for (listener, outcome) in listeners.into_iter().zip(outcomes) {
                        let _ = listener.send(Ok(outcome));
                    }
                }
                Err(error) => {
                    let error = Arc::new(error);
                    for listener in listeners {
                        let _ = listener.send(Err(Arc::clone(&error)));
                    }
                }
            }
        }
    }

    /// Takes those who still wait; with nobody left the turn is over.
    fn next(&mut self) -> Option<Vec<Waiting<S>>> {
        let mut queue = self.shared.queue.lock();
        let (now, limit) = (Instant::now(), self.shared.statement.limit());
        let late = |waiting: &mut Waiting<S>| now.duration_since(waiting.since) > limit;
        for waiting in queue.waiting.extract_if(.., late) {
            let _ = waiting.outcome.send(Err(Arc::new(sqlx::Error::PoolTimedOut)));
        }
        queue.waiting.retain(|waiting| !waiting.outcome.is_closed());
        if queue.waiting.is_empty() {
            queue.under_way -= 1;
            self.is_over = true;
            return None;
        }
        let share = queue.waiting.len().min(S::AT_ONCE);
        Some(queue.waiting.drain(..share).collect())
    }
}

impl<S: Statement> Drop for Turn<S> {
    fn drop(&mut self) {
        if !self.is_over {
            // It panicked, or the runtime ends: those who wait learn of it.
            let mut queue = self.shared.queue.lock();
            queue.under_way -= 1;
            queue.waiting.clear();
        }
    }
}
