//! The beginning: connecting, migrating, opening with the master keys.

use std::sync::Arc;
use std::time::Duration;

use sqlx::migrate::MigrateError;
use tokio::sync::Semaphore;

use super::db::Db;
use super::shared::Shared;
use super::targets::{Changes, Find, Save};
use super::{Store, StoreError, secret};
use crate::domain::clock::Clock;
use crate::vault::MasterKeys;

/// How many uploads write at once; the others wait for their turn, and leave connections to those who read.
const UPLOAD_TURNS: usize = 4;

/// Where the database is and what is done with it at start.
pub struct StoreSettings<'a> {
    /// `postgres://…` or `sqlite://path`.
    pub url: &'a str,
    /// The size of the connection pool (PostgreSQL).
    pub connections: u32,
    /// Whether the schema is brought up to date.
    pub migrate: bool,
    /// How long a connection, or a turn to write, is waited for.
    pub acquire_timeout: Duration,
}

/// Why a database is not there to be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Nobody answers where it should be.
    #[error("the database cannot be reached")]
    Unreachable,
    /// The schema is not that of this version, and was not to be brought up to date.
    #[error("the database does not have the schema of this version: run `kycd migrate`")]
    NotMigrated,
    /// The schema could not be brought up to date.
    #[error("the migration failed")]
    Migration(#[from] MigrateError),
    /// It failed, or the master keys are not its own.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Opens the database and the installation's secrets; makes these at the first start.
    ///
    /// # Errors
    /// The database cannot be reached, migrated, or opened with these master keys.
    pub async fn open(
        settings: StoreSettings<'_>,
        masters: MasterKeys,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, OpenError> {
        let db = connect(settings.url, settings.connections, settings.acquire_timeout).await?;
        if settings.migrate {
            db.migrate().await?;
        } else if !db.is_migrated().await.map_err(StoreError::from)? {
            return Err(OpenError::NotMigrated);
        }
        let vault = secret::open_vault(&db, masters).await?;
        Ok(Self {
            lookups: Shared::new(Find::new(db.clone())),
            whole_lookups: Shared::new(Find::new(db.clone())),
            saves: Shared::new(Save::new(db.clone())),
            changes: Changes::new(db.clone()),
            upload_turns: Arc::new(Semaphore::new(UPLOAD_TURNS)),
            db,
            vault,
            clock,
        })
    }

    /// Brings the schema up to date without opening anything.
    ///
    /// # Errors
    /// The database cannot be reached or migrated.
    pub async fn migrate(url: &str, acquire_timeout: Duration) -> Result<(), OpenError> {
        let db = connect(url, 1, acquire_timeout).await?;
        db.migrate().await?;
        db.close().await;
        Ok(())
    }
}

/// Connects; a refused connection is tried again for a moment, because the database may be starting too.
async fn connect(url: &str, connections: u32, acquire_timeout: Duration) -> Result<Db, OpenError> {
    Db::connect(url, connections, acquire_timeout).await.map_err(|error| match error {
        sqlx::Error::PoolTimedOut => OpenError::Unreachable,
        other => StoreError::from(other).into(),
    })
}
