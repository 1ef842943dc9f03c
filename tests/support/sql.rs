//! What a test reads or breaks behind the store's back.

use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection, PgConnection, query, query_scalar};
use uuid::Uuid;

use crate::database::Database;

/// A connection of the test's own.
pub(crate) enum Sql {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

impl Sql {
    /// Connects to a test's database.
    pub(crate) async fn connect(database: &Database) -> Self {
        let url = &database.url;
        if url.starts_with("sqlite:") {
            Self::Sqlite(SqliteConnection::connect(url).await.expect("a connection"))
        } else {
            Self::Postgres(PgConnection::connect(url).await.expect("a connection"))
        }
    }

    /// Runs a statement, whose `$1`… are `ids`, and gives the number of rows it changed.
    pub(crate) async fn execute(&mut self, sql: &str, ids: &[Uuid]) -> u64 {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Postgres(connection) => {
                let statement = ids.iter().fold(query(sql), |statement, id| statement.bind(*id));
                statement.execute(connection).await.expect("a good statement").rows_affected()
            }
            Self::Sqlite(connection) => {
                let statement = ids.iter().fold(query(sql), |statement, id| statement.bind(*id));
                statement.execute(connection).await.expect("a good statement").rows_affected()
            }
        }
    }

    /// Reads the first column of all rows, which has to be text.
    pub(crate) async fn texts(&mut self, sql: &str) -> Vec<String> {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Postgres(connection) => query_scalar(sql).fetch_all(connection).await,
            Self::Sqlite(connection) => query_scalar(sql).fetch_all(connection).await,
        }
        .expect("a good statement")
    }
}
