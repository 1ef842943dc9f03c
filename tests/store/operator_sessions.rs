//! Operators who are signed in; WEB-05.

use std::time::Duration;

use kycd::store::Store;
use rstest::rstest;

use crate::database::Engine;
use crate::installation::Installation;

const SECRET: &str = "the secret of a session";

/// Begins a session of the key `alice`.
async fn sign_in(store: &Store, secret: &str) {
    let mut tx = store.begin().await.expect("a transaction");
    tx.insert_operator_key("alice", b"a key").await.expect("an answer");
    tx.insert_operator_session(secret, "alice").await.expect("a new secret");
    tx.commit().await.expect("a commit");
}

async fn found(store: &Store, secret: &str) -> Option<String> {
    store.use_operator_session(secret).await.expect("an answer")
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_session_is_found_by_its_secret_until_it_is_deleted(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    sign_in(&store, SECRET).await;

    assert_eq!(found(&store, SECRET).await.as_deref(), Some("alice"));
    for other in ["", "another", "the secret of a sessio", "THE SECRET OF A SESSION"] {
        assert_eq!(found(&store, other).await, None, "{other}");
    }

    let mut tx = store.begin().await.expect("a transaction");
    tx.delete_operator_session(SECRET).await.expect("an answer");
    tx.delete_operator_session("another").await.expect("an answer");
    tx.commit().await.expect("a commit");
    assert_eq!(found(&store, SECRET).await, None);
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_session_ends_with_its_key(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    sign_in(&store, SECRET).await;

    let mut tx = store.begin().await.expect("a transaction");
    assert!(tx.revoke_operator_key("alice").await.expect("an answer"));
    tx.commit().await.expect("a commit");

    assert_eq!(found(&store, SECRET).await, None);
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_session_ends_when_it_is_idle_for_a_quarter_of_an_hour(#[case] engine: Engine) {
    let Installation { store, clock, database: _database, .. } = Installation::on(engine).await;
    sign_in(&store, SECRET).await;

    for _ in 0..3 {
        clock.advance(Duration::from_mins(15) - Duration::from_secs(1));
        assert_eq!(found(&store, SECRET).await.as_deref(), Some("alice"), "every use counts");
    }
    clock.advance(Duration::from_mins(15));
    assert_eq!(found(&store, SECRET).await, None);
    assert_eq!(found(&store, SECRET).await, None, "looking for it does not bring it back");
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_session_ends_after_half_a_day_however_it_is_used(#[case] engine: Engine) {
    let Installation { store, clock, database: _database, .. } = Installation::on(engine).await;
    sign_in(&store, SECRET).await;

    for _ in 0..71 {
        clock.advance(Duration::from_mins(10));
        assert_eq!(found(&store, SECRET).await.as_deref(), Some("alice"));
    }
    clock.advance(Duration::from_mins(10));
    assert_eq!(found(&store, SECRET).await, None);
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn what_has_ended_is_swept_and_nothing_else(#[case] engine: Engine) {
    let Installation { store, clock, database: _database, .. } = Installation::on(engine).await;
    sign_in(&store, SECRET).await;
    clock.advance(Duration::from_mins(10));
    sign_in(&store, "a newer one").await;
    assert_eq!(store.delete_ended_operator_sessions().await.expect("an answer"), 0);

    clock.advance(Duration::from_mins(5));
    assert_eq!(store.delete_ended_operator_sessions().await.expect("an answer"), 1);

    assert_eq!(found(&store, "a newer one").await.as_deref(), Some("alice"));
}
