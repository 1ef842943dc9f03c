//! Everything durable, sealed before it is written.
//!
//! A [`Store`] reads; a [`Tx`] writes and commits explicitly. Ownership stands in the statements: a row that the
//! [`Reach`](crate::domain::session::Reach) of a session does not cover is not found. No transaction is held across
//! the network. Rows are locked in one order: the target, then its process, its messages, its callback, its codes.
//!
//! Adding a migration: write `migrations/{postgres,sqlite}/NNNN_snake_case.sql` under one name, the same tables and
//! columns in both (a test compares); never edit one that was released; bind times as [`Timestamp`] micros; seal what
//! is personal with the data key of its row and a [`Place`](crate::vault::Place) that names table, row and column; give
//! every new method a test in `tests/store`, which runs on both engines.
//!
//! [`Timestamp`]: crate::domain::clock::Timestamp

mod audit;
mod callbacks;
mod challenges;
mod codes;
mod connections;
mod db;
mod files;
mod open;
mod operator_keys;
mod operator_sessions;
mod outbox;
mod pending;
mod processes;
mod rejections;
mod secret;
mod shared;
mod statuses;
mod subjects;
mod targets;

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::domain::clock::{Clock, Timestamp};
use crate::vault::{Vault, VaultError};

pub use audit::{AuditRecord, NewAuditEntry};
pub use codes::{OutgoingCode, RightCode};
pub use files::{ClaimedFile, FileQuota, FileRecord, FileUpload, PostError, PostedFile, StagedFile};
pub use open::{OpenError, StoreSettings};
pub use operator_keys::OperatorKeyRecord;
pub use outbox::Message;
pub use pending::PendingRecord;
pub use processes::Process;
pub use statuses::StatusRecord;
pub use targets::{AccessToken, Due, LockedTarget, OpenTarget, Target};

/// How storage can fail.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No connection, lock or turn to write came free in time, or the database went away: the caller may come back.
    #[error("the database is busy")]
    Busy(#[source] Arc<sqlx::Error>),
    /// The database failed.
    #[error("the database failed")]
    Database(#[source] Arc<sqlx::Error>),
    /// Something could not be opened.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A row holds what this version never writes.
    #[error("corrupt row: {table}.{column} of {row}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row's id.
        row: String,
    },
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Arc::new(error).into()
    }
}

impl From<Arc<sqlx::Error>> for StoreError {
    fn from(error: Arc<sqlx::Error>) -> Self {
        if db::is_busy(&error) { Self::Busy(error) } else { Self::Database(error) }
    }
}

/// The database together with the keys that open it. Clones share both.
#[derive(Clone)]
pub struct Store {
    db: db::Db,
    lookups: shared::Shared<targets::Find<targets::TargetRow>>,
    whole_lookups: shared::Shared<targets::Find<targets::WholeRow>>,
    saves: shared::Shared<targets::Save>,
    changes: targets::Changes,
    vault: Vault,
    clock: Arc<dyn Clock>,
    /// Turns of uploads to write.
    upload_turns: Arc<Semaphore>,
}

/// A writing transaction; dropped without [`Tx::commit`], it changes nothing.
pub struct Tx {
    inner: db::DbTransaction,
    vault: Vault,
    now: Timestamp,
}

impl Store {
    /// Starts a writing transaction.
    ///
    /// # Errors
    /// No connection.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(Tx { inner: self.db.begin().await?, vault: self.vault.clone(), now: self.clock.now() })
    }

    /// Tells whether the database answers.
    ///
    /// # Errors
    /// It does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.db.query("SELECT 1").execute().await?;
        Ok(())
    }

    /// Makes sure that nothing erased is left in the database's own log. Best effort: a reader can be in the way.
    ///
    /// # Errors
    /// The database failed.
    pub async fn scrub_log(&self) -> Result<(), StoreError> {
        Ok(self.db.scrub_log().await?)
    }

    /// The keys of this installation.
    #[must_use]
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// The moment by the store's clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.db.close().await;
    }
}

/// Lets one transaction at a time have a number; SQLite's writing transactions are alone anyway.
const LOCK_NUMBER: db::Sql = db::Sql { postgres: "SELECT pg_advisory_xact_lock($1)", sqlite: "SELECT $1" };

impl Tx {
    /// Lets nobody else go on who locks the same tag, until the end of the transaction; for what has no row to lock.
    async fn lock_tag(&mut self, tag: &[u8; 32]) -> Result<(), StoreError> {
        let [number, ..] = tag.as_chunks().0 else { unreachable!("32 bytes are four times eight") };
        self.inner.query(LOCK_NUMBER).bind(i64::from_be_bytes(*number)).execute().await?;
        Ok(())
    }

    /// Makes everything since [`Store::begin`] durable.
    ///
    /// # Errors
    /// The database failed; then nothing of it was done.
    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.inner.commit().await?)
    }

    /// The moment at which the transaction began.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }
}
