//! Everything that a database holds, as whoever steals it would read it.

use crate::database::Database;
use crate::sql::Sql;

/// The columns of all tables, one a line: table, column, type in PostgreSQL's words, and whether it may be NULL.
pub(crate) async fn columns(sql: &mut Sql) -> Vec<String> {
    sql.texts(match sql {
        Sql::Postgres(_) => {
            "SELECT table_name || '.' || column_name || ' ' || \
             CASE WHEN data_type IN ('uuid', 'bytea') THEN 'bytes' ELSE data_type END || \
             CASE WHEN is_nullable = 'YES' THEN ' null' ELSE '' END FROM information_schema.columns \
             WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations' ORDER BY 1"
        }
        // SQLite lets a primary key be NULL unless it is told otherwise; nothing here ever writes one.
        Sql::Sqlite(_) => {
            "SELECT m.name || '.' || c.name || ' ' || CASE WHEN c.type = 'BLOB' THEN 'bytes' ELSE lower(c.type) END || \
             CASE WHEN c.\"notnull\" = 0 AND c.pk = 0 THEN ' null' ELSE '' END \
             FROM sqlite_master m JOIN pragma_table_info(m.name) c \
             WHERE m.type = 'table' AND m.name <> '_sqlx_migrations' ORDER BY 1"
        }
    })
    .await
}

/// The indexes that have a name of ours, one a line: table and index.
pub(crate) async fn indexes(sql: &mut Sql) -> Vec<String> {
    sql.texts(match sql {
        Sql::Postgres(_) => {
            "SELECT tablename || '.' || indexname FROM pg_indexes WHERE schemaname = 'public' \
             AND indexname NOT LIKE '%_pkey' AND indexname NOT LIKE '%_key' ORDER BY 1"
        }
        Sql::Sqlite(_) => {
            "SELECT tbl_name || '.' || name FROM sqlite_master WHERE type = 'index' \
             AND name NOT LIKE 'sqlite_%' ORDER BY 1"
        }
    })
    .await
}

/// All rows of all tables as text; bytes are in hex.
pub(crate) async fn rows(sql: &mut Sql) -> String {
    let columns = columns(sql).await;
    let mut rows = Vec::new();
    for column in columns {
        let (table, column) = column.split_once(' ').and_then(|(name, _)| name.split_once('.')).expect("table.column");
        rows.extend(
            sql.texts(&match sql {
                Sql::Postgres(_) => format!("SELECT {column}::text FROM {table} WHERE {column} IS NOT NULL"),
                Sql::Sqlite(_) => format!("SELECT quote({column}) FROM {table} WHERE {column} IS NOT NULL"),
            })
            .await,
        );
    }
    rows.join("\n")
}

/// What stands in the files of an SQLite database, or in a dump of a PostgreSQL one.
pub(crate) async fn bytes(database: &Database) -> Vec<u8> {
    match database.url.strip_prefix("sqlite://") {
        Some(path) => {
            let files = ["", "-wal", "-shm"].map(|suffix| std::fs::read(format!("{path}{suffix}")).expect("a file"));
            files.concat()
        }
        None => rows(&mut Sql::connect(database).await).await.into_bytes(),
    }
}
