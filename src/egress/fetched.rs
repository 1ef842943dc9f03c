//! A document that somebody publishes: fetched when it is needed, and kept for a while.
//!
//! A fetch runs in a task of its own: whoever wants the document may go away in the middle (a client that closes its
//! socket drops its handler), and spoils nothing for the others, who share that fetch. Nobody asks while a pause lasts,
//! which counts from the end of a fetch, so that a slow failure is not repeated by everybody who waited for it.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::{Mutex, OwnedMutexGuard, watch};
use tokio::task::JoinHandle;

use crate::domain::clock::{Clock, Timestamp};

/// How long a document is used, and how often it is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// How long it is used without asking again.
    pub fresh: Duration,
    /// How long it is used while there is no newer one.
    pub stale: Duration,
    /// How long after a success nobody asks again, whoever is in doubt.
    pub pause: Duration,
    /// How long after a failure nobody asks again.
    pub pause_after_failure: Duration,
}

/// A document `T` that is fetched, or the reason `E` why it could not be.
pub struct Fetched<T, E>(Arc<Shared<T, E>>);

struct Shared<T, E> {
    terms: Terms,
    clock: Arc<dyn Clock>,
    fetch: Box<dyn Fn() -> BoxFuture<'static, Result<T, E>> + Send + Sync>,
    known: watch::Sender<Option<Known<T>>>,
    /// The latest fetch; the task that has its lock is the one that fetches.
    attempt: Arc<Mutex<Option<Attempt<T, E>>>>,
}

struct Known<T> {
    document: Arc<T>,
    fetched: Timestamp,
}

struct Attempt<T, E> {
    outcome: Result<Arc<T>, E>,
    /// When the next one may begin.
    next: Timestamp,
}

impl<T: Send + Sync + 'static, E: Clone + Send + 'static> Fetched<T, E> {
    /// Knows nothing yet. `fetch` bounds its own time and logs what went wrong: there may be nobody to tell.
    pub fn new<F>(terms: Terms, clock: Arc<dyn Clock>, fetch: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<T, E>> + Send + 'static,
    {
        let fetch = Box::new(move || fetch().boxed());
        Self(Arc::new(Shared { terms, clock, fetch, known: watch::Sender::new(None), attempt: Arc::default() }))
    }

    /// Gives what is known at once, asking behind the caller's back if it is stale; waits only where nothing is known.
    ///
    /// # Errors
    /// Nothing is known, and the latest fetch failed.
    pub async fn get(&self) -> Result<Arc<T>, E> {
        if let Some(fresh) = self.fresh() {
            return Ok(fresh);
        }
        let Some(stale) = self.stale() else { return self.refresh().await };
        if let Ok(attempt) = Arc::clone(&self.0.attempt).try_lock_owned()
            && self.0.pausing(attempt.as_ref()).is_none()
        {
            self.0.begin(attempt);
        }
        Ok(stale)
    }

    /// Gives the document while it needs no asking.
    #[must_use]
    pub fn fresh(&self) -> Option<Arc<T>> {
        self.0.younger_than(self.0.terms.fresh)
    }

    /// Gives the document while it may be used where asking was in vain.
    #[must_use]
    pub fn stale(&self) -> Option<Arc<T>> {
        self.0.younger_than(self.0.terms.stale)
    }

    /// Waits for the fetch that is under way, or for one of its own; during a pause, gives the outcome of the latest.
    ///
    /// # Errors
    /// The fetch failed.
    pub async fn refresh(&self) -> Result<Arc<T>, E> {
        let attempt = Arc::clone(&self.0.attempt).lock_owned().await;
        if let Some(outcome) = self.0.pausing(attempt.as_ref()) {
            return outcome;
        }
        match self.0.begin(attempt).await {
            Ok(outcome) => outcome,
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        }
    }
}

/// A lock on the latest attempt that a task can take along.
type Turn<T, E> = OwnedMutexGuard<Option<Attempt<T, E>>>;

impl<T: Send + Sync + 'static, E: Clone + Send + 'static> Shared<T, E> {
    fn younger_than(&self, age: Duration) -> Option<Arc<T>> {
        let known = self.known.borrow();
        let known = known.as_ref().filter(|known| self.clock.now() < known.fetched + age)?;
        Some(Arc::clone(&known.document))
    }

    /// Gives the outcome of the latest attempt while it keeps others from asking.
    fn pausing(&self, attempt: Option<&Attempt<T, E>>) -> Option<Result<Arc<T>, E>> {
        attempt.filter(|attempt| self.clock.now() < attempt.next).map(|attempt| attempt.outcome.clone())
    }

    /// Fetches in a task of its own, which ends the caller's turn when it ends.
    fn begin(self: &Arc<Self>, mut turn: Turn<T, E>) -> JoinHandle<Result<Arc<T>, E>> {
        let shared = Arc::clone(self);
        tokio::spawn(async move {
            let outcome = (shared.fetch)().await.map(Arc::new);
            let now = shared.clock.now();
            let pause = match &outcome {
                Ok(document) => {
                    let known = Known { document: Arc::clone(document), fetched: now };
                    shared.known.send_replace(Some(known));
                    shared.terms.pause
                }
                Err(_) => shared.terms.pause_after_failure,
            };
            *turn = Some(Attempt { outcome: outcome.clone(), next: now + pause });
            outcome
        })
    }
}
