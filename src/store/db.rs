//! The only file that names a database engine: one query interface over PostgreSQL and SQLite.
//!
//! Statements are `&'static str` with `$1` placeholders, which both engines read; [`Sql`] holds the few that differ.
//! SQLite has one writer, so its writing transactions start with `BEGIN IMMEDIATE` and share one connection.

use std::str::FromStr;
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use sqlx::error::DatabaseError;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection, PgPoolOptions, PgRow};
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteConnection, SqliteError, SqliteJournalMode, SqlitePool,
    SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use sqlx::{Connection as _, Encode, FromRow, Postgres, Sqlite, Type, raw_sql};

use super::connections::{Connections, Engine, Open};

static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");
static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

const SQLITE_READERS: u32 = 4;
/// How long a busy file is opened again and again, and after which pause.
const SQLITE_OPENING: Duration = Duration::from_secs(10);
const SQLITE_PAUSE: Duration = Duration::from_millis(50);

/// A value that both engines can bind.
pub(super) trait Bind:
    for<'q> Encode<'q, Postgres> + Type<Postgres> + for<'q> Encode<'q, Sqlite> + Type<Sqlite>
{
}
impl<T> Bind for T where T: for<'q> Encode<'q, Postgres> + Type<Postgres> + for<'q> Encode<'q, Sqlite> + Type<Sqlite> {}

/// A row type that both engines can fill.
pub(super) trait Record:
    for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, SqliteRow> + Send + Unpin + 'static
{
}
impl<T> Record for T where T: for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, SqliteRow> + Send + Unpin + 'static {}

/// The text of a statement, where the engines differ one for each.
#[derive(Clone, Copy)]
pub(super) struct Sql {
    pub(super) postgres: &'static str,
    pub(super) sqlite: &'static str,
}

impl From<&'static str> for Sql {
    fn from(both: &'static str) -> Self {
        Self { postgres: both, sqlite: both }
    }
}

/// Writes a statement for both engines. `$text!` gets the database's time in microseconds, and what makes a `SELECT`
/// lock the rows that nobody else has locked; SQLite's writing transactions are alone anyway.
macro_rules! for_each_engine {
    ($text:ident) => {
        $crate::store::db::Sql {
            postgres: $text!("(EXTRACT(EPOCH FROM statement_timestamp()) * 1000000)::BIGINT", "FOR UPDATE SKIP LOCKED"),
            sqlite: $text!("CAST(unixepoch('subsec') * 1000000 AS INTEGER)", ""),
        }
    };
}

/// Writes a `SELECT` for both engines that locks the rows it finds; SQLite's writing transactions are alone anyway.
macro_rules! locking {
    ($select:expr) => {
        $crate::store::db::Sql { postgres: concat!($select, " FOR UPDATE"), sqlite: $select }
    };
}

pub(super) use {for_each_engine, locking};

impl Engine for Postgres {
    /// Nobody waits for ever: neither for a lock, nor for whoever holds one and is not heard of any more.
    const BEGIN: &'static str =
        "BEGIN; SET LOCAL lock_timeout = '10s'; SET LOCAL idle_in_transaction_session_timeout = '60s'";

    async fn run(connection: &mut PgConnection, sql: &'static str) -> Result<(), sqlx::Error> {
        raw_sql(sql).execute(connection).await.map(drop)
    }
}

impl Engine for Sqlite {
    const BEGIN: &'static str = "BEGIN IMMEDIATE";

    async fn run(connection: &mut SqliteConnection, sql: &'static str) -> Result<(), sqlx::Error> {
        raw_sql(sql).execute(connection).await.map(drop)
    }
}

/// The database.
#[derive(Clone)]
pub(super) enum Db {
    Postgres(Connections<Postgres>),
    Sqlite { readers: Connections<Sqlite>, writer: Connections<Sqlite> },
}

/// A transaction that ends without effect unless it is committed.
pub(super) enum DbTransaction {
    Postgres(Open<Postgres>),
    Sqlite(Open<Sqlite>),
}

impl Db {
    /// Opens `postgres://…` or `sqlite://path`; the SQLite file is made if it is missing. Whoever waits for longer than
    /// `acquire_timeout` for a connection is told to come back.
    pub(super) async fn connect(url: &str, connections: u32, acquire_timeout: Duration) -> Result<Self, sqlx::Error> {
        if url.starts_with("sqlite:") {
            let options = SqliteConnectOptions::from_str(url)?
                .create_if_missing(true)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(acquire_timeout)
                .pragma("secure_delete", "ON");
            let pool = SqlitePoolOptions::new().acquire_timeout(acquire_timeout).test_before_acquire(false);
            let writer = connect_sqlite_writer(pool.clone().max_connections(1), options.clone()).await?;
            let readers = pool.max_connections(SQLITE_READERS).connect_with(options).await?;
            return Ok(Self::Sqlite { readers: Connections::new(readers), writer: Connections::new(writer) });
        }
        let options = PgConnectOptions::from_str(url)?.application_name("kycd");
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(acquire_timeout)
            .test_before_acquire(false)
            .connect_with(options)
            .await?;
        Ok(Self::Postgres(Connections::new(pool)))
    }

    /// How long a connection is waited for.
    pub(super) fn acquire_timeout(&self) -> Duration {
        match self {
            Self::Postgres(connections) => connections.acquire_timeout(),
            Self::Sqlite { readers, .. } => readers.acquire_timeout(),
        }
    }

    /// Brings the schema up to date.
    pub(super) async fn migrate(&self) -> Result<(), MigrateError> {
        match self {
            Self::Postgres(connections) => POSTGRES_MIGRATIONS.run(connections.lend().await?.connection()).await,
            Self::Sqlite { writer, .. } => {
                let mut lent = writer.lend().await?;
                // The migrator locks nothing on SQLite, so two processes could apply the same migration at once.
                let mut tx = lent.connection().begin_with("BEGIN IMMEDIATE").await?;
                SQLITE_MIGRATIONS.run(&mut *tx).await?;
                Ok(tx.commit().await?)
            }
        }
    }

    /// Tells whether all migrations of this version were applied; of two that were made side by side, the older one can
    /// come later.
    pub(super) async fn is_migrated(&self) -> Result<bool, sqlx::Error> {
        let migrations = match self {
            Self::Postgres(_) => &POSTGRES_MIGRATIONS,
            Self::Sqlite { .. } => &SQLITE_MIGRATIONS,
        };
        let applied = self.query("SELECT version FROM _sqlx_migrations WHERE success").fetch_all::<(i64,)>().await;
        match applied {
            // The first migration makes the table, too.
            Err(sqlx::Error::Database(_)) => Ok(false),
            applied => {
                let applied = applied?;
                Ok(migrations.iter().all(|migration| applied.contains(&(migration.version,))))
            }
        }
    }

    /// Starts a writing transaction.
    pub(super) async fn begin(&self) -> Result<DbTransaction, sqlx::Error> {
        Ok(match self {
            Self::Postgres(connections) => DbTransaction::Postgres(Open::begin(connections).await?),
            Self::Sqlite { writer, .. } => DbTransaction::Sqlite(Open::begin(writer).await?),
        })
    }

    /// Starts a statement outside a transaction, on any connection; on SQLite it must not write.
    pub(super) fn query(&self, sql: impl Into<Sql>) -> Query<'_> {
        let sql = sql.into();
        match self {
            Self::Postgres(connections) => Query::Postgres(Runner::Any(connections), sqlx::query(sql.postgres)),
            Self::Sqlite { readers, .. } => Query::Sqlite(Runner::Any(readers), sqlx::query(sql.sqlite)),
        }
    }

    /// Starts a statement that writes and is a transaction of its own.
    pub(super) fn change(&self, sql: impl Into<Sql>) -> Query<'_> {
        match self {
            Self::Postgres(_) => self.query(sql),
            Self::Sqlite { writer, .. } => Query::Sqlite(Runner::Any(writer), sqlx::query(sql.into().sqlite)),
        }
    }

    /// Takes out of the write-ahead log what was erased from the database; nothing to do on PostgreSQL, which recycles
    /// its log, nor while somebody reads.
    pub(super) async fn scrub_log(&self) -> Result<(), sqlx::Error> {
        match self {
            Self::Postgres(_) => Ok(()),
            Self::Sqlite { .. } => self.change("PRAGMA wal_checkpoint(TRUNCATE)").execute().await.map(drop),
        }
    }

    /// Closes all connections.
    pub(super) async fn close(&self) {
        match self {
            Self::Postgres(connections) => connections.close().await,
            Self::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
        }
    }
}

impl DbTransaction {
    /// Starts a statement in the transaction.
    pub(super) fn query(&mut self, sql: impl Into<Sql>) -> Query<'_> {
        let sql = sql.into();
        match self {
            Self::Postgres(tx) => Query::Postgres(Runner::Transaction(tx), sqlx::query(sql.postgres)),
            Self::Sqlite(tx) => Query::Sqlite(Runner::Transaction(tx), sqlx::query(sql.sqlite)),
        }
    }

    /// Makes everything since the start durable.
    pub(super) async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Postgres(tx) => tx.commit().await,
            Self::Sqlite(tx) => tx.commit().await,
        }
    }
}

/// Opens the one connection that writes, which makes the file a WAL one for all others.
async fn connect_sqlite_writer(
    pool: SqlitePoolOptions,
    options: SqliteConnectOptions,
) -> Result<SqlitePool, sqlx::Error> {
    let options = options.journal_mode(SqliteJournalMode::Wal);
    let begun = Instant::now();
    loop {
        // Of two processes that switch a file to WAL at once, SQLite fails one without waiting for the busy timeout.
        match pool.clone().connect_with(options.clone()).await {
            Err(error) if is_busy(&error) && begun.elapsed() < SQLITE_OPENING => {}
            connected => return connected,
        }
        tokio::time::sleep(SQLITE_PAUSE).await;
    }
}

/// Tells whether whoever comes back later may be luckier: no connection or lock came free in time, or the database went
/// away, as it does when it starts again.
pub(super) fn is_busy(error: &sqlx::Error) -> bool {
    const SQLITE_BUSY: i32 = 5;
    /// [Error codes](https://www.postgresql.org/docs/current/errcodes-appendix.html): `admin_shutdown`,
    /// `crash_shutdown`, `cannot_connect_now`, `lock_not_available`.
    const POSTGRES_AWAY: [&str; 4] = ["57P01", "57P02", "57P03", "55P03"];
    let primary_code =
        |error: &SqliteError| error.code().and_then(|code| code.parse::<i32>().ok()).map(|code| code & 0xff);
    match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) => true,
        sqlx::Error::Database(error) => {
            error.try_downcast_ref().and_then(primary_code) == Some(SQLITE_BUSY)
                || error.code().is_some_and(|code| POSTGRES_AWAY.contains(&&*code))
        }
        _ => false,
    }
}

/// Where a statement runs.
pub(super) enum Runner<'c, DB: Engine> {
    Any(&'c Connections<DB>),
    Transaction(&'c mut Open<DB>),
}

/// A statement with its values, prepared once a connection.
pub(super) enum Query<'c> {
    Postgres(Runner<'c, Postgres>, sqlx::query::Query<'static, Postgres, PgArguments>),
    Sqlite(Runner<'c, Sqlite>, sqlx::query::Query<'static, Sqlite, SqliteArguments>),
}

/// Runs one of `sqlx`'s methods on whichever engine and runner the statement has.
macro_rules! run {
    ($query:expr, $method:ident, $answer:pat => $then:expr) => {
        match $query {
            Query::Postgres(runner, query) => run!(on runner, query, $method).map(|$answer| $then),
            Query::Sqlite(runner, query) => run!(on runner, query, $method).map(|$answer| $then),
        }
    };
    (on $runner:expr, $query:expr, $method:ident) => {
        match $runner {
            Runner::Any(connections) => {
                let mut lent = connections.lend().await?;
                let answer = $query.$method(lent.connection()).await;
                if answer.is_ok() {
                    lent.keep();
                }
                answer
            }
            Runner::Transaction(tx) => $query.$method(tx.connection()).await,
        }
    };
}

/// What runs a statement is boxed: unboxed, whoever waits for it is as large as it, and so is whoever waits for them.
impl<'c> Query<'c> {
    /// Binds the next value.
    pub(super) fn bind(self, value: impl Bind) -> Self {
        match self {
            Self::Postgres(runner, query) => Self::Postgres(runner, query.bind(value)),
            Self::Sqlite(runner, query) => Self::Sqlite(runner, query.bind(value)),
        }
    }

    /// Reads one row, if there is one.
    pub(super) fn fetch_optional<R: Record>(self) -> BoxFuture<'c, Result<Option<R>, sqlx::Error>> {
        Box::pin(async move { run!(self, fetch_optional, row => row.map(|row| R::from_row(&row)).transpose())? })
    }

    /// Reads all rows.
    pub(super) fn fetch_all<R: Record>(self) -> BoxFuture<'c, Result<Vec<R>, sqlx::Error>> {
        Box::pin(async move { run!(self, fetch_all, rows => rows.iter().map(R::from_row).collect())? })
    }

    /// Runs the statement and gives the number of rows it changed.
    pub(super) fn execute(self) -> BoxFuture<'c, Result<u64, sqlx::Error>> {
        Box::pin(async move { run!(self, execute, done => done.rows_affected()) })
    }
}
