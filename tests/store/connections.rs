//! What becomes of connections: none is lost, none is given on in the middle of something.

use std::time::Duration;

use futures_util::FutureExt as _;
use kycd::domain::payto::Payto;
use kycd::store::StoreError;
use rstest::rstest;
use tokio::task::yield_now;
use tokio::time::timeout;

use crate::database::Engine;
use crate::installation::Installation;
use crate::people::{A, B, plain, register};
use crate::sql::Sql;

/// Whoever waits longer than this waits for ever.
const PATIENCE: Duration = Duration::from_mins(1);

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn requests_that_are_dropped_half_way_leave_their_connections_to_others(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    register(&store, &plain(A), &[("first_name", "Ada")]).await;
    let other = register(&store, &plain(B), &[("first_name", "Eva")]).await;
    let (dropped, asked) = (Payto::from(&plain(A)).hash(), Payto::from(&plain(B)).hash());

    for polls in 0..200 {
        let mut request = Box::pin(store.find_target(&dropped));
        for _ in 0..polls % 10 {
            if request.as_mut().now_or_never().is_some() {
                break;
            }
            yield_now().await;
        }
        drop(request);
        let found = store.find_target(&asked).await.expect("a connection is left");
        assert_eq!(found.expect("the customer").id, other);
    }
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn the_locks_of_a_dropped_transaction_go_with_it(#[case] engine: Engine) {
    let installation = Installation::on(engine).await;
    let replica = installation.replica().await;
    let payto = Payto::from(&plain(A));
    let mut tx = installation.store.begin().await.expect("a transaction");
    tx.lock_or_insert_target(&payto).await.expect("a target");

    drop(tx);

    let mut next = timeout(PATIENCE, replica.begin()).await.expect("no lock").expect("a transaction");
    timeout(PATIENCE, next.lock_or_insert_target(&payto)).await.expect("no lock").expect("a target");
}

#[tokio::test]
async fn nobody_waits_for_ever_for_a_lock() {
    let installation = Installation::on(Engine::Postgres).await;
    let replica = installation.replica().await;
    let payto = Payto::from(&plain(A));
    let mut holding = installation.store.begin().await.expect("a transaction");
    holding.lock_or_insert_target(&payto).await.expect("a target");
    holding.commit().await.expect("it can be committed");
    let mut holding = installation.store.begin().await.expect("a transaction");
    holding.lock_or_insert_target(&payto).await.expect("the target");

    let mut waiting = replica.begin().await.expect("a transaction");
    let refused = timeout(PATIENCE, waiting.lock_or_insert_target(&payto)).await.expect("an end").err();

    assert!(matches!(refused, Some(StoreError::Busy(_))), "{refused:?}");
    drop(waiting);
    drop(holding);
    let mut next = timeout(PATIENCE, replica.begin()).await.expect("no lock").expect("a transaction");
    timeout(PATIENCE, next.lock_or_insert_target(&payto)).await.expect("no lock").expect("the target");
}

#[tokio::test]
async fn whoever_asks_while_the_database_starts_again_may_come_back() {
    let Installation { store, database, .. } = Installation::on(Engine::Postgres).await;
    register(&store, &plain(A), &[("first_name", "Ada")]).await;
    let hash = Payto::from(&plain(A)).hash();
    store.find_target(&hash).await.expect("an answer");
    let others = "SELECT CAST(pg_terminate_backend(pid) AS TEXT) FROM pg_stat_activity \
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    assert!(!Sql::connect(&database).await.texts(others).await.is_empty(), "there were connections");

    let mut answers = Vec::new();
    while !matches!(answers.last(), Some(Ok(_))) {
        answers.push(store.find_target(&hash).await);
        assert!(answers.len() <= 20, "it never came back");
    }

    let Some((Ok(Some(_)), failures)) = answers.split_last() else { panic!("the customer is gone") };
    assert!(
        failures.iter().all(|failure| matches!(failure, Err(StoreError::Busy(_)))),
        "one was no reason to come back"
    );
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_store_closes_when_the_transaction_under_way_has_ended(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let mut tx = store.begin().await.expect("a transaction");
    let mut closing = Box::pin(store.close());
    assert!(closing.as_mut().now_or_never().is_none(), "it was closed under the transaction");

    tx.lock_or_insert_target(&Payto::from(&plain(A))).await.expect("the connection is open");
    tx.commit().await.expect("the connection is open");

    timeout(PATIENCE, closing).await.expect("nothing is held any more");
}
