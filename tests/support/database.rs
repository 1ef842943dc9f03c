//! A database of its own for every test, on the engine that the test is a function of.
//!
//! ```ignore
//! #[rstest]
//! #[case::postgres(Engine::Postgres)]
//! #[case::sqlite(Engine::Sqlite)]
//! #[tokio::test]
//! async fn an_erased_customer_leaves_no_row(#[case] engine: Engine) {
//!     let database = engine.fresh_database().await;
//! ```
//! `tests/run` counts the tests of each engine by these case names and demands as many of the one as of the other.

use std::path::Path;
use std::thread;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};
use tempfile::TempDir;

#[path = "postgres.rs"]
pub(crate) mod postgres;

/// Where a test keeps its rows.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Engine {
    Postgres,
    Sqlite,
}

/// An empty, migrated database that is gone when this is dropped.
pub(crate) struct Database {
    /// What `database.url` would be in a configuration.
    pub(crate) url: String,
    /// The folder of an SQLite database; a PostgreSQL one has none.
    folder: Option<TempDir>,
}

impl Engine {
    /// Makes a database with all migrations applied.
    pub(crate) async fn fresh_database(self) -> Database {
        match self {
            Self::Postgres => Database { url: postgres::create_database().await, folder: None },
            Self::Sqlite => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                let file = folder.path().join("kycd.db");
                migrate_sqlite(&file).await;
                Database { url: format!("sqlite://{}", file.display()), folder: Some(folder) }
            }
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if self.folder.is_none() {
            let url = std::mem::take(&mut self.url);
            // A runtime of its own: a destructor cannot await on the test's, and that one may already be closing.
            let dropping = thread::spawn(move || {
                tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .expect("a runtime")
                    .block_on(postgres::drop_database(&url));
            });
            // A second panic would hide the first one.
            assert!(dropping.join().is_ok() || thread::panicking(), "the test's database could not be dropped");
        }
    }
}

/// Makes the file and applies `migrations/sqlite` to it, without waiting for the disk.
async fn migrate_sqlite(file: &Path) {
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
    let mut connection = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .synchronous(SqliteSynchronous::Off)
        .connect()
        .await
        .expect("the file can be made");
    let migrator = Migrator::new(migrations.as_path()).await.expect("migrations/sqlite is readable");
    migrator.run(&mut connection).await.expect("the migrations apply");
    connection.close().await.expect("a clean end");
}
