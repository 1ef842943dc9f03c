//! Opening a database: the schema, the root secret, the keys.

use std::sync::Arc;
use std::time::Duration;

use kycd::domain::payto::Payto;
use kycd::store::{OpenError, Store, StoreError, StoreSettings};
use kycd::vault::{Purpose, VaultError};
use rstest::rstest;

use crate::clock::ManualClock;
use crate::database::{Database, Engine};
use crate::dump;
use crate::installation::{Installation, PATIENCE, START, new_masters, open};
use crate::people::{A, plain, register};
use crate::sql::Sql;

/// A database without any table.
async fn empty_database(engine: Engine) -> (Database, String) {
    let database = engine.fresh_database().await;
    let mut url = database.url.clone();
    match engine {
        Engine::Postgres => {
            let mut sql = Sql::connect(&database).await;
            sql.execute("DROP SCHEMA public CASCADE", &[]).await;
            sql.execute("CREATE SCHEMA public", &[]).await;
        }
        Engine::Sqlite => url.push_str(".empty"),
    }
    (database, url)
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn stores_that_open_an_empty_database_at_once_share_one_root_secret(#[case] engine: Engine) {
    let (_database, url) = empty_database(engine).await;
    let (masters, clock) = (new_masters(), Arc::new(ManualClock::new(START)));

    let (one, two, three) =
        tokio::join!(open(&url, &masters, &clock), open(&url, &masters, &clock), open(&url, &masters, &clock));

    let tag = |store: Result<Store, _>| store.expect("it opens").vault().tag(Purpose::Account, &[b"same"]);
    let tags = [one, two, three].map(tag);
    assert!(tags.iter().all(|other| *other == tags[0]), "there are several root secrets");
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn the_root_secret_outlives_the_process(#[case] engine: Engine) {
    let installation = Installation::on(engine).await;
    let id = register(&installation.store, &plain(A), &[("first_name", "Ada")]).await;
    installation.store.close().await;

    let reopened = installation.replica().await;

    let hash = Payto::from(&plain(A)).hash();
    assert_eq!(reopened.find_target(&hash).await.expect("an answer").expect("the customer").id, id);
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_database_does_not_open_with_another_master_key(#[case] engine: Engine) {
    let installation = Installation::on(engine).await;

    let refused = open(&installation.database.url, &new_masters(), &installation.clock).await;

    assert!(matches!(refused.err(), Some(OpenError::Store(StoreError::Vault(VaultError::Tampered(_))))));
    installation.replica().await;
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn migrating_twice_changes_nothing(#[case] engine: Engine) {
    let (_database, url) = empty_database(engine).await;

    Store::migrate(&url, PATIENCE).await.expect("the first time");
    Store::migrate(&url, PATIENCE).await.expect("the second time");

    let clock = Arc::new(ManualClock::new(START));
    open(&url, &new_masters(), &clock).await.expect("it opens").ping().await.expect("it answers");
}

/// Of two migrations that were made side by side, the older one can come later.
#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_database_without_one_of_the_migrations_is_not_migrated(#[case] engine: Engine) {
    let installation = Installation::on(engine).await;
    let mut sql = Sql::connect(&installation.database).await;
    assert_eq!(sql.execute("DELETE FROM _sqlx_migrations WHERE version = 3", &[]).await, 1);

    let refused = installation.open(StoreSettings { migrate: false, ..installation.settings() }).await;

    assert!(matches!(refused.err(), Some(OpenError::NotMigrated)));
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_closed_store_does_not_answer(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    store.ping().await.expect("it answers");

    store.close().await;

    store.ping().await.expect_err("it is closed");
    assert!(store.begin().await.is_err());
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_transaction_without_commit_changes_nothing(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let payto = Payto::from(&plain(A));

    let mut tx = store.begin().await.expect("a transaction");
    assert_eq!(tx.now(), START);
    tx.lock_or_insert_target(&payto).await.expect("a target");
    drop(tx);

    assert!(store.find_target(&payto.hash()).await.expect("an answer").is_none());
}

/// Opens it once more for somebody who does not wait long.
async fn hasty(installation: &Installation) -> Store {
    let settings = StoreSettings { acquire_timeout: Duration::from_secs(2), ..installation.settings() };
    installation.open(settings).await.expect("it opens")
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_request_that_gets_no_connection_is_told_that_the_database_is_busy(#[case] engine: Engine) {
    let installation = Installation::on(engine).await;
    let store = hasty(&installation).await;
    let mut held = Vec::new();
    let refused = loop {
        match store.begin().await {
            Ok(tx) => held.push(tx),
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, StoreError::Busy(_)), "{refused:?}");
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn the_migrations_of_both_engines_give_the_same_columns_and_indexes(#[case] engine: Engine) {
    let other = match engine {
        Engine::Postgres => Engine::Sqlite,
        Engine::Sqlite => Engine::Postgres,
    };
    let (mine, others) = (engine.fresh_database().await, other.fresh_database().await);
    let (mut mine, mut others) = (Sql::connect(&mine).await, Sql::connect(&others).await);

    let columns = dump::columns(&mut mine).await;

    assert!(columns.iter().any(|column| column == "payment_targets.account_tag bytes null"), "{columns:?}");
    assert_eq!(columns, dump::columns(&mut others).await);
    assert_eq!(dump::indexes(&mut mine).await, dump::indexes(&mut others).await);
}

#[tokio::test]
async fn an_sqlite_file_that_another_process_writes_is_busy_too() {
    let installation = Installation::on(Engine::Sqlite).await;
    let store = hasty(&installation).await;
    let mut other_process = Sql::connect(&installation.database).await;
    other_process.execute("BEGIN IMMEDIATE", &[]).await;

    let refused = store.begin().await.err().expect("there is one writer");
    assert!(matches!(refused, StoreError::Busy(_)), "{refused:?}");

    other_process.execute("COMMIT", &[]).await;
    installation.store.begin().await.map(drop).expect("it is free again");
}
