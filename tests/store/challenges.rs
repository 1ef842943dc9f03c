//! Challenges that were exchanged for a token.

use std::time::Duration;

use kycd::domain::clock::Timestamp;
use kycd::store::Store;
use rstest::rstest;

use crate::database::Engine;
use crate::installation::{Installation, START};

async fn spend(store: &Store, hash: [u8; 32], expires_at: Timestamp) -> bool {
    let mut tx = store.begin().await.expect("a transaction");
    let first = tx.insert_spent_challenge(&hash, expires_at).await.expect("an answer");
    tx.commit().await.expect("a commit");
    first
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_challenge_is_spent_once(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;

    assert!(spend(&store, [1; 32], START).await);
    assert!(!spend(&store, [1; 32], START + Duration::from_secs(1)).await);
    assert!(spend(&store, [2; 32], START).await);
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn of_many_who_spend_a_challenge_at_once_one_is_the_first(#[case] engine: Engine) {
    let installation = Installation::on(engine).await;
    let replica = installation.replica().await;
    let stores = [&installation.store, &replica, &installation.store, &replica];

    for round in 0..8 {
        let spending = stores.map(|store| spend(store, [round; 32], START));
        let firsts = futures_util::future::join_all(spending).await;
        assert_eq!(firsts.iter().filter(|first| **first).count(), 1, "{firsts:?}");
    }
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_challenge_is_forgotten_when_it_has_expired(#[case] engine: Engine) {
    let Installation { store, clock, database: _database, .. } = Installation::on(engine).await;
    assert!(spend(&store, [1; 32], START + Duration::from_secs(10)).await);
    assert!(spend(&store, [2; 32], START + Duration::from_secs(20)).await);

    clock.advance(Duration::from_secs(9));
    assert_eq!(store.delete_expired_challenges().await.expect("an answer"), 0);
    clock.advance(Duration::from_secs(1));
    assert_eq!(store.delete_expired_challenges().await.expect("an answer"), 1);

    assert!(!spend(&store, [2; 32], START).await, "the other one is still known");
}
