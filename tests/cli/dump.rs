//! Everything that a database holds, as whoever steals it would have it.

use std::fs;

use futures_util::TryStreamExt as _;
use sqlx::{Connection, PgConnection, query_scalar};

use crate::database::Database;

/// The bytes of an SQLite database's files, or of all tables of a PostgreSQL one, byte strings as they are.
pub(crate) async fn of(database: &Database) -> Vec<u8> {
    match database.url.strip_prefix("sqlite://") {
        // The second and third are gone once the last connection is.
        Some(path) => {
            ["", "-wal", "-shm"].map(|suffix| fs::read(format!("{path}{suffix}")).unwrap_or_default()).concat()
        }
        None => tables(&database.url).await,
    }
}

async fn tables(url: &str) -> Vec<u8> {
    let mut connection = PgConnection::connect(url).await.expect("a connection");
    let names: Vec<String> =
        query_scalar("SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'")
            .fetch_all(&mut connection)
            .await
            .expect("names");
    assert!(names.iter().any(|name| name == "payment_targets"), "{names:?}");
    let mut bytes = Vec::new();
    for name in names {
        let copy = format!("COPY {name} TO STDOUT (FORMAT binary)");
        let chunks: Vec<_> =
            connection.copy_out_raw(&copy).await.expect("a copy").try_collect().await.expect("all of it");
        bytes.extend(chunks.concat());
    }
    bytes
}
