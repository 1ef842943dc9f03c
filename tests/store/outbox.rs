//! Messages: written with the change, leased by one, settled by whoever holds the lease.

use std::time::Duration;

use futures_util::future::join_all;
use kycd::domain::account::Account;
use kycd::domain::callback::CallbackUrl;
use kycd::domain::delivery::{End, Kind, Next, Trouble};
use kycd::domain::payto::Payto;
use kycd::store::{LockedTarget, Message, Store, Tx};
use rstest::rstest;

use crate::database::Engine;
use crate::installation::Installation;
use crate::people::{A, plain, register};
use crate::requirements::requirements;
use crate::sql::Sql;

const DELIVERED: Next = Next::End(End::Delivered);

async fn lock(store: &Store, account: Account) -> (Tx, LockedTarget) {
    let mut tx = store.begin().await.expect("a transaction");
    let locked = tx.lock_or_insert_target(&Payto::from(&plain(account))).await.expect("a target");
    (tx, locked)
}

/// Registers a customer with a callback.
async fn listen(store: &Store, account: Account, url: &str) {
    register(store, &plain(account), &[]).await;
    let (mut tx, locked) = lock(store, account).await;
    tx.save_callback(&locked, &CallbackUrl::parse(url).expect("a URL")).await.expect("it can be saved");
    tx.commit().await.expect("a commit");
}

/// Makes `sep6` ACCEPTED: both names are there.
async fn accept(store: &Store, account: Account) {
    register(store, &plain(account), &[("first_name", "Ada"), ("last_name", "Lovelace")]).await;
}

/// Makes `sep6` what it is not, whatever is known of the customer.
async fn flip(store: &Store, account: Account) {
    let (mut tx, locked) = lock(store, account).await;
    let mut document = locked.document().expect("a document");
    let needed = crate::requirements::requirement(&["tax_id"], &[], None);
    let types = [("sep6".to_owned(), needed)].into();
    let stricter = kycd::domain::requirement::Requirements::new("sep6".to_owned(), types, None);
    let accepted = locked.target.facts.statuses["sep6"] == kycd::domain::facts::Status::Accepted;
    document.set_value("first_name", "Grace".to_owned());
    let requirements = if accepted { stricter } else { requirements() };
    tx.save_assessed(&locked, &document, &requirements).await.expect("it can be saved");
    tx.commit().await.expect("a commit");
}

async fn lease(store: &Store) -> Vec<Message> {
    store.lease_messages(Kind::Callback, 10).await.expect("an answer")
}

async fn lease_one(store: &Store) -> Message {
    let mut messages = lease(store).await;
    assert_eq!(messages.len(), 1);
    messages.remove(0)
}

async fn settle(store: &Store, message: &Message, next: Next) {
    store.settle_message(message, next).await.expect("it can be settled");
}

/// Everything but ids and times.
async fn rows(sql: &mut Sql) -> Vec<String> {
    sql.texts("SELECT topic || ' ' || state || ' ' || attempts || ' ' || COALESCE(trouble, '-') FROM outbox ORDER BY 1")
        .await
}

async fn age(sql: &mut Sql) {
    sql.execute("UPDATE outbox SET due_at = 0", &[]).await;
}

async fn age_leases(sql: &mut Sql) {
    assert_eq!(sql.execute("UPDATE outbox SET leased_until = 0 WHERE leased_until IS NOT NULL", &[]).await, 1);
}

#[rstest]
#[tokio::test]
async fn a_change_of_status_and_its_message_come_together(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values(true, false)] committed: bool,
) {
    let Installation { store, database, .. } = Installation::on(engine).await;
    let mut sql = Sql::connect(&database).await;
    listen(&store, A, "https://wallet.example/cb").await;
    assert!(rows(&mut sql).await.is_empty(), "registering is no change");

    let (mut tx, locked) = lock(&store, A).await;
    let mut document = locked.document().expect("a document");
    document.set_value("first_name", "Ada".to_owned());
    document.set_value("last_name", "Lovelace".to_owned());
    tx.save_assessed(&locked, &document, &requirements()).await.expect("it can be saved");
    if committed {
        tx.commit().await.expect("a commit");
    } else {
        drop(tx);
    }

    let expected: &[&str] = if committed { &["sep6 waiting 0 -"] } else { &[] };
    assert_eq!(rows(&mut sql).await, expected);
    assert_eq!(lease(&store).await.len(), expected.len());
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_change_that_nobody_asked_for_is_no_message(#[case] engine: Engine) {
    let Installation { store, database, .. } = Installation::on(engine).await;
    listen(&store, A, "https://wallet.example/cb").await;
    let (mut tx, locked) = lock(&store, A).await;
    assert!(tx.delete_callback(&locked).await.expect("an answer"));
    assert!(!tx.delete_callback(&locked).await.expect("an answer"), "it is gone");
    tx.commit().await.expect("a commit");

    accept(&store, A).await;

    assert!(rows(&mut Sql::connect(&database).await).await.is_empty());
    assert!(store.find_callback(locked.target.id).await.expect("an answer").is_none());
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_message_is_leased_to_one_alone(#[case] engine: Engine) {
    let installation = Installation::on(engine).await;
    let store = &installation.store;
    let accounts = (1..=20).map(|n| Account::Classic([n; 32]));
    for account in accounts {
        listen(store, account, "https://wallet.example/cb").await;
        accept(store, account).await;
    }
    let replica = installation.replica().await;

    let leased = join_all((0..8).map(|n| lease(if n % 2 == 0 { store } else { &replica }))).await;

    let mut ids: Vec<_> = leased.iter().flatten().map(|message| message.id).collect();
    // Of those who ask at the same moment some go away with less, or nothing.
    ids.extend(lease(store).await.iter().chain(&lease(store).await).map(|message| message.id));
    ids.sort();
    let all = ids.len();
    ids.dedup();
    assert_eq!((all, ids.len()), (20, 20));
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_lease_that_ran_out_is_worth_nothing(#[case] engine: Engine) {
    let Installation { store, database, .. } = Installation::on(engine).await;
    let mut sql = Sql::connect(&database).await;
    listen(&store, A, "https://wallet.example/cb").await;
    accept(&store, A).await;
    let first = lease_one(&store).await;
    assert!(lease(&store).await.is_empty());

    age_leases(&mut sql).await;
    let second = lease_one(&store).await;

    assert_eq!(first.id, second.id, "CB-04: the same message keeps its id");
    settle(&store, &first, DELIVERED).await;
    assert_eq!(rows(&mut sql).await, ["sep6 waiting 0 -"]);
    settle(&store, &second, DELIVERED).await;
    assert_eq!(rows(&mut sql).await, ["sep6 delivered 1 -"]);
    assert!(lease(&store).await.is_empty());
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_failed_message_is_due_when_its_time_has_come(#[case] engine: Engine) {
    let Installation { store, database, .. } = Installation::on(engine).await;
    let mut sql = Sql::connect(&database).await;
    listen(&store, A, "https://wallet.example/cb").await;
    accept(&store, A).await;
    let first = lease_one(&store).await;
    let again = Next::Again { after: Duration::from_hours(1), attempts: 1, trouble: Some(Trouble::Blocked) };

    settle(&store, &first, again).await;

    assert_eq!(rows(&mut sql).await, ["sep6 waiting 1 blocked"]);
    assert!(lease(&store).await.is_empty());
    age(&mut sql).await;
    let second = lease_one(&store).await;
    assert_eq!((second.id, second.attempts), (first.id, 1));
    settle(&store, &second, Next::End(End::GivenUp(Trouble::Status(500)))).await;
    assert_eq!(rows(&mut sql).await, ["sep6 given_up 2 status 500"]);
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_newer_message_waits_for_the_attempt_under_way_and_survives_it(#[case] engine: Engine) {
    let Installation { store, database, .. } = Installation::on(engine).await;
    let mut sql = Sql::connect(&database).await;
    listen(&store, A, "https://wallet.example/cb").await;
    accept(&store, A).await;
    let older = lease_one(&store).await;

    flip(&store, A).await;

    assert!(lease(&store).await.is_empty(), "CB-05: the older one could arrive after it");
    settle(&store, &older, DELIVERED).await;
    assert_eq!(rows(&mut sql).await, ["sep6 waiting 0 -"]);
    let newer = lease_one(&store).await;
    assert_ne!(newer.id, older.id);
    assert_eq!(newer.attempts, 0);
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_newer_message_takes_the_place_of_one_that_waits(#[case] engine: Engine) {
    let Installation { store, database, .. } = Installation::on(engine).await;
    let mut sql = Sql::connect(&database).await;
    listen(&store, A, "https://wallet.example/cb").await;
    accept(&store, A).await;
    let older = lease_one(&store).await;
    let again = Next::Again { after: Duration::from_hours(24), attempts: 9, trouble: Some(Trouble::TimedOut) };
    settle(&store, &older, again).await;

    flip(&store, A).await;

    assert_eq!(rows(&mut sql).await, ["sep6 waiting 0 -"]);
    assert_ne!(lease_one(&store).await.id, older.id);
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn after_the_last_word_there_is_none_until_somebody_registers_again(#[case] engine: Engine) {
    let Installation { store, database, .. } = Installation::on(engine).await;
    let mut sql = Sql::connect(&database).await;
    listen(&store, A, "https://wallet.example/cb").await;
    accept(&store, A).await;
    settle(&store, &lease_one(&store).await, Next::End(End::Finished)).await;

    flip(&store, A).await;
    flip(&store, A).await;
    assert_eq!(rows(&mut sql).await, ["sep6 finished 1 -"]);

    listen(&store, A, "https://wallet.example/cb").await;
    assert!(rows(&mut sql).await.is_empty(), "registering is no change");
    flip(&store, A).await;
    assert_eq!(rows(&mut sql).await, ["sep6 waiting 0 -"]);
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn another_url_gets_at_once_what_the_old_one_did_not_get(#[case] engine: Engine) {
    let Installation { store, database, .. } = Installation::on(engine).await;
    let mut sql = Sql::connect(&database).await;
    listen(&store, A, "https://old.example/cb").await;
    accept(&store, A).await;
    let first = lease_one(&store).await;
    let again = Next::Again { after: Duration::from_hours(24), attempts: 9, trouble: Some(Trouble::TimedOut) };
    settle(&store, &first, again).await;

    listen(&store, A, "https://new.example/cb").await;

    assert_eq!(rows(&mut sql).await, ["sep6 waiting 0 -"]);
    let second = lease_one(&store).await;
    assert_eq!(second.id, first.id);
    let url = store.find_callback(second.target).await.expect("an answer").expect("a callback");
    assert_eq!(url.as_url().as_str(), "https://new.example/cb");

    // While an attempt is under way, its outcome tells nothing about another URL.
    listen(&store, A, "https://newest.example/cb").await;
    settle(&store, &second, Next::End(End::Unwanted)).await;
    assert!(store.find_callback(second.target).await.expect("an answer").is_some());
    assert_eq!(lease_one(&store).await.id, first.id);
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn whoever_wants_no_more_gets_no_more(#[case] engine: Engine) {
    let Installation { store, database, .. } = Installation::on(engine).await;
    let mut sql = Sql::connect(&database).await;
    listen(&store, A, "https://wallet.example/cb").await;
    accept(&store, A).await;
    let message = lease_one(&store).await;

    settle(&store, &message, Next::End(End::Unwanted)).await;

    assert!(store.find_callback(message.target).await.expect("an answer").is_none());
    flip(&store, A).await;
    assert_eq!(rows(&mut sql).await, ["sep6 unwanted 1 -"]);
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn nothing_is_leased_of_an_erased_customer(#[case] engine: Engine) {
    let Installation { store, database, .. } = Installation::on(engine).await;
    listen(&store, A, "https://wallet.example/cb").await;
    accept(&store, A).await;
    let message = lease_one(&store).await;

    let mut tx = store.begin().await.expect("a transaction");
    assert!(tx.delete_customer(&plain(A)).await.expect("an answer"));
    tx.commit().await.expect("a commit");

    settle(&store, &message, Next::Again { after: Duration::ZERO, attempts: 1, trouble: None }).await;
    assert!(rows(&mut Sql::connect(&database).await).await.is_empty());
    assert!(lease(&store).await.is_empty());
    assert!(store.find_callback(message.target).await.expect("an answer").is_none());
}
