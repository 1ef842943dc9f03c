//! Everything that is durable, condensed: equal dumps mean that no row changed.

use sqlx::postgres::PgConnection;
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection, query_as, query_scalar};

use crate::database::{Database, Engine};

/// The engine of a test, with a connection that is not the server's.
pub(crate) enum Rows {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

/// Tables and columns of PostgreSQL, without the bookkeeping of migrations.
const POSTGRES_COLUMNS: &str = "SELECT table_name::text, column_name::text, data_type::text \
     FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_%' \
     ORDER BY table_name, ordinal_position";

/// The same of SQLite.
const SQLITE_COLUMNS: &str = "SELECT t.name, c.name, c.type FROM sqlite_schema t, pragma_table_info(t.name) c \
     WHERE t.type = 'table' AND t.name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY t.name, c.cid";

impl Rows {
    pub(crate) async fn connect(engine: Engine, database: &Database) -> Self {
        let url = &database.url;
        match engine {
            Engine::Postgres => Self::Postgres(PgConnection::connect(url).await.expect("a connection")),
            Engine::Sqlite => Self::Sqlite(SqliteConnection::connect(url).await.expect("a connection")),
        }
    }

    /// Lists every row of every table as text. Of a long value the beginning and the length will do: what is sealed
    /// begins with a random nonce.
    pub(crate) async fn dump(&mut self) -> Vec<String> {
        let columns: Vec<(String, String, String)> = match self {
            Self::Postgres(connection) => query_as(POSTGRES_COLUMNS).fetch_all(connection).await,
            Self::Sqlite(connection) => query_as(SQLITE_COLUMNS).fetch_all(connection).await,
        }
        .expect("the tables");
        let tables = columns.chunk_by(|one, other| one.0 == other.0);
        let selects: Vec<_> = tables.map(|columns| self.select(columns)).collect();
        let sql = format!("{} ORDER BY 1", selects.join(" UNION ALL "));
        match self {
            Self::Postgres(connection) => query_scalar(AssertSqlSafe(sql)).fetch_all(connection).await,
            Self::Sqlite(connection) => query_scalar(AssertSqlSafe(sql)).fetch_all(connection).await,
        }
        .expect("the rows")
    }

    /// Counts the rows of a table.
    pub(crate) async fn count(&mut self, table: &str) -> usize {
        let prefix = format!("{table}|");
        self.dump().await.iter().filter(|row| row.starts_with(&prefix)).count()
    }

    /// Reads the first column of all rows, which has to be text.
    pub(crate) async fn texts(&mut self, sql: &'static str) -> Vec<String> {
        match self {
            Self::Postgres(connection) => query_scalar(sql).fetch_all(connection).await,
            Self::Sqlite(connection) => query_scalar(sql).fetch_all(connection).await,
        }
        .expect("it is SQL")
    }

    /// Runs a statement of the test's own: it ages a row, or holds one.
    pub(crate) async fn execute(&mut self, sql: &'static str) -> u64 {
        match self {
            Self::Postgres(connection) => {
                sqlx::query(sql).execute(connection).await.expect("it is SQL").rows_affected()
            }
            Self::Sqlite(connection) => sqlx::query(sql).execute(connection).await.expect("it is SQL").rows_affected(),
        }
    }

    fn select(&self, columns: &[(String, String, String)]) -> String {
        let table = &columns[0].0;
        let values: Vec<_> = columns.iter().map(|(_, column, kind)| self.as_text(column, kind)).collect();
        format!("SELECT '{table}' || {} FROM {table}", values.join(" || "))
    }

    fn as_text(&self, column: &str, kind: &str) -> String {
        let text = match (self, kind) {
            (Self::Postgres(_), "bytea") => {
                format!("encode(substring({column} from 1 for 48), 'hex') || length({column})")
            }
            (Self::Postgres(_), _) => format!("{column}::text"),
            (Self::Sqlite(_), "BLOB") => format!("hex(substr({column}, 1, 48)) || length({column})"),
            (Self::Sqlite(_), _) => format!("CAST({column} AS TEXT)"),
        };
        format!("'|' || COALESCE({text}, 'NULL')")
    }
}
