//! Connections at hand: what spares a statement the round trip by which sqlx's pool tests every connection that comes
//! back to it.
//!
//! That test costs as much as the one statement of a read. A connection whose statement ended is known to be well and
//! stays at hand; every other one — an error, a request that was dropped half-way, a transaction without commit — is
//! tested before somebody else gets it, and closed when it does not answer in time. Each goes back to sqlx after
//! [`AT_HAND`], so that sqlx can retire it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use sqlx::pool::PoolConnection;
use sqlx::{Connection as _, Database, Error, Pool};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// How long a connection is not tested.
const AT_HAND: Duration = Duration::from_secs(10);
/// How long a test, or the end of a transaction that nobody wants any more, may take.
const REPAIR: Duration = Duration::from_secs(2);

/// The connections to one database. Clones share them.
pub(super) struct Connections<DB: Database>(Arc<Shared<DB>>);

struct Shared<DB: Database> {
    pool: Pool<DB>,
    /// As many as the pool has connections, so that whoever has one hardly waits for the pool.
    permits: Arc<Semaphore>,
    at_hand: Mutex<Vec<Tested<DB>>>,
}

/// A connection, and when sqlx gave it out.
struct Tested<DB: Database> {
    connection: PoolConnection<DB>,
    at: Instant,
}

/// A connection in use.
pub(super) struct Lent<DB: Database>(Option<Use<DB>>);

struct Use<DB: Database> {
    tested: Tested<DB>,
    from: Connections<DB>,
    _permit: OwnedSemaphorePermit,
}

impl<DB: Database> Clone for Connections<DB> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<DB: Database> Connections<DB> {
    pub(super) fn new(pool: Pool<DB>) -> Self {
        let permits = usize::try_from(pool.options().get_max_connections()).unwrap_or(Semaphore::MAX_PERMITS);
        Self(Arc::new(Shared { pool, permits: Arc::new(Semaphore::new(permits)), at_hand: Mutex::default() }))
    }

    /// How long a connection is waited for.
    pub(super) fn acquire_timeout(&self) -> Duration {
        self.0.pool.options().get_acquire_timeout()
    }

    /// Waits for a connection: for a permit, then for the pool, each not longer than [`Self::acquire_timeout`].
    pub(super) async fn lend(&self) -> Result<Lent<DB>, Error> {
        let waiting = Arc::clone(&self.0.permits).acquire_owned();
        let permit = timeout(self.acquire_timeout(), waiting).await;
        let permit = permit.map_err(|_| Error::PoolTimedOut)?.map_err(|_| Error::PoolClosed)?;
        let at_hand = self.0.at_hand.lock().pop().filter(|tested| tested.at.elapsed() < AT_HAND);
        let tested = match at_hand {
            Some(tested) => tested,
            // Seldom on a busy server, and much larger than what runs a statement.
            None => Tested { connection: Box::pin(self.0.pool.acquire()).await?, at: Instant::now() },
        };
        Ok(Lent(Some(Use { tested, from: self.clone(), _permit: permit })))
    }

    /// Closes all connections, those in use as soon as they come back.
    pub(super) async fn close(&self) {
        self.0.permits.close();
        self.0.at_hand.lock().clear();
        self.0.pool.close().await;
    }
}

impl<DB: Database> Lent<DB> {
    pub(super) fn connection(&mut self) -> &mut DB::Connection {
        &mut self.0.as_mut().expect("only its end takes it").tested.connection
    }

    /// Gives the connection back after a statement or transaction that ended well; dropped instead, it is tested first.
    pub(super) fn keep(mut self) {
        if let Some(used) = self.0.take() {
            used.keep();
        }
    }
}

impl<DB: Database> Drop for Lent<DB> {
    fn drop(&mut self) {
        if let Some(used) = self.0.take() {
            tokio::spawn(used.repair(async |connection| connection.ping().await));
        }
    }
}

impl<DB: Database> Use<DB> {
    fn keep(self) {
        let mut at_hand = self.from.0.at_hand.lock();
        if !self.from.0.permits.is_closed() {
            at_hand.push(self.tested);
        }
    }

    /// Keeps the connection if it takes `test`, and closes it if not: sqlx would wait for its answer without end.
    async fn repair(mut self, test: impl AsyncFnOnce(&mut DB::Connection) -> Result<(), Error>) {
        match timeout(REPAIR, test(&mut self.tested.connection)).await {
            Ok(Ok(())) => self.keep(),
            // The permit is free when the pool has room for another connection.
            Ok(Err(_)) | Err(_) => drop(timeout(REPAIR, self.tested.connection.close()).await),
        }
    }
}

/// What a transaction needs of an engine.
pub(super) trait Engine: Database {
    /// Begins a transaction that will write.
    const BEGIN: &'static str;

    /// Runs a statement without values or rows.
    fn run(connection: &mut Self::Connection, sql: &'static str) -> impl Future<Output = Result<(), Error>> + Send;
}

/// A transaction that is rolled back when it is dropped.
pub(super) struct Open<DB: Engine>(Option<Lent<DB>>);

impl<DB: Engine> Open<DB> {
    pub(super) async fn begin(connections: &Connections<DB>) -> Result<Self, Error> {
        let mut open = Self(Some(connections.lend().await?));
        DB::run(open.connection(), DB::BEGIN).await?;
        Ok(open)
    }

    pub(super) fn connection(&mut self) -> &mut DB::Connection {
        self.0.as_mut().expect("only its end takes it").connection()
    }

    pub(super) async fn commit(mut self) -> Result<(), Error> {
        DB::run(self.connection(), "COMMIT").await?;
        if let Some(lent) = self.0.take() {
            lent.keep();
        }
        Ok(())
    }
}

impl<DB: Engine> Drop for Open<DB> {
    fn drop(&mut self) {
        if let Some(used) = self.0.take().and_then(|mut lent| lent.0.take()) {
            tokio::spawn(used.repair(async |connection| DB::run(connection, "ROLLBACK").await));
        }
    }
}
