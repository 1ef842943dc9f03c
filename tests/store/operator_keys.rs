//! Keys of operators.

use std::time::Duration;

use kycd::store::{OperatorKeyRecord, Store};
use rstest::rstest;

use crate::database::Engine;
use crate::installation::{Installation, START};

async fn insert(store: &Store, name: &str, key: &[u8]) -> bool {
    let mut tx = store.begin().await.expect("a transaction");
    let inserted = tx.insert_operator_key(name, key).await.expect("an answer");
    tx.commit().await.expect("a commit");
    inserted
}

async fn revoke(store: &Store, name: &str) -> bool {
    let mut tx = store.begin().await.expect("a transaction");
    let revoked = tx.revoke_operator_key(name).await.expect("an answer");
    tx.commit().await.expect("a commit");
    revoked
}

async fn found(store: &Store, key: &[u8]) -> Option<String> {
    store.find_operator_key(key).await.expect("an answer")
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_key_is_found_by_itself_until_it_is_revoked(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    assert!(insert(&store, "console", b"key one").await, "a new name");
    assert!(insert(&store, "treasury", b"key two").await, "a new name");

    assert_eq!(found(&store, b"key one").await.as_deref(), Some("console"));
    assert_eq!(found(&store, b"key").await, None);
    assert!(revoke(&store, "console").await);

    assert_eq!(found(&store, b"key one").await, None);
    assert_eq!(found(&store, b"key two").await.as_deref(), Some("treasury"));
    assert!(!revoke(&store, "console").await, "it is revoked already");
    assert!(!revoke(&store, "nobody").await);
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_name_is_given_once_even_after_its_key_was_revoked(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    assert!(insert(&store, "console", b"key one").await, "a new name");

    assert!(!insert(&store, "console", b"key two").await);
    assert!(revoke(&store, "console").await);

    assert!(!insert(&store, "console", b"key three").await);
    assert_eq!(found(&store, b"key three").await, None);
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn keys_are_listed_by_name_with_their_times(#[case] engine: Engine) {
    let Installation { store, clock, database: _database, .. } = Installation::on(engine).await;
    let later = START + Duration::from_mins(1);
    assert!(insert(&store, "treasury", b"key one").await, "a new name");
    assert!(insert(&store, "console", b"key two").await, "a new name");

    clock.advance(Duration::from_mins(1));
    assert!(revoke(&store, "treasury").await);

    let record = |name: &str, revoked_at| OperatorKeyRecord { name: name.to_owned(), created_at: START, revoked_at };
    let listed = store.list_operator_keys().await.expect("an answer");
    assert_eq!(listed, [record("console", None), record("treasury", Some(later))]);
}
