//! Processes: one live one, tickets and nonces, spent codes, and how far each has come.

use std::time::Duration;

use futures_util::future::join_all;
use kycd::domain::clock::Timestamp;
use kycd::domain::payto::Payto;
use kycd::domain::process::{LIFETIME, Progress, SpentCodes, State, Trouble};
use kycd::store::{LockedTarget, Process, Store, StoreError, Tx};
use kycd::vault::VaultError;
use rstest::rstest;
use uuid::Uuid;

use crate::database::Engine;
use crate::installation::{Installation, START};
use crate::people::{A, B, plain};
use crate::requirements::PROVIDER;
use crate::sql::Sql;

const TICKET: [u8; 32] = [7; 32];
const NONCE: [u8; 32] = [9; 32];

async fn target(tx: &mut Tx) -> LockedTarget {
    tx.lock_or_insert_target(&Payto::from(&plain(A))).await.expect("a target")
}

/// The live process of `A` for a type at a provider.
async fn process_for(store: &Store, customer_type: &str, provider: &str) -> Process {
    let mut tx = store.begin().await.expect("a transaction");
    let target = target(&mut tx).await;
    let process = tx.find_or_insert_process(&target, customer_type, provider).await.expect("a process");
    tx.commit().await.expect("a commit");
    process
}

async fn process(store: &Store) -> Process {
    process_for(store, "sep6-high", PROVIDER).await
}

async fn save_progress(store: &Store, id: Uuid, progress: Progress) {
    let mut tx = store.begin().await.expect("a transaction");
    tx.lock_process(id).await.expect("an answer").expect("the process");
    tx.save_progress(id, progress).await.expect("it can be saved");
    tx.commit().await.expect("a commit");
}

async fn read(store: &Store, id: Uuid) -> Process {
    store.find_process(id).await.expect("an answer").expect("the process")
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_target_has_one_live_process_for_each_type_and_provider(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let first = process(&store).await;
    assert_eq!(first.progress, Progress { state: State::Started { trouble: None }, expires_at: START + LIFETIME });

    let turns = (0..10).map(|_| {
        let store = store.clone();
        tokio::spawn(async move { process(&store).await.id })
    });
    for id in join_all(turns).await {
        assert_eq!(id.expect("no panic"), first.id);
    }
    let exchanging = State::Exchanging { deadline: START + Duration::from_secs(15) };
    save_progress(&store, first.id, Progress { state: exchanging, ..first.progress }).await;
    assert_eq!(process(&store).await.id, first.id, "an exchanging process is live");

    for (customer_type, provider) in [("sep6", PROVIDER), ("sep6-high", "bank")] {
        let other = process_for(&store, customer_type, provider).await;
        assert_ne!(other.id, first.id);
        assert_eq!((other.customer_type.as_str(), other.provider.as_str()), (customer_type, provider));
        assert_eq!(other.target_id, first.target_id);
    }
}

#[rstest]
#[case::verified(State::Verified)]
#[case::refused(State::Refused)]
#[tokio::test]
async fn after_a_process_is_closed_another_one_starts(
    #[case] state: State,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let closed = process(&store).await;
    save_progress(&store, closed.id, Progress { state, ..closed.progress }).await;

    assert_ne!(process(&store).await.id, closed.id);
    assert_eq!(read(&store, closed.id).await.progress.state, state, "it can still be looked up");
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn an_expired_process_is_replaced(#[case] engine: Engine) {
    let Installation { store, clock, database: _database, .. } = Installation::on(engine).await;
    let old = process(&store).await;

    clock.set(old.progress.expires_at - Duration::from_micros(1));
    assert_eq!(process(&store).await.id, old.id);
    clock.advance(Duration::from_micros(1));
    let new = process(&store).await;

    assert_ne!(new.id, old.id);
    assert_eq!(new.progress.expires_at, START + LIFETIME + LIFETIME);
    assert!(store.find_process(old.id).await.expect("an answer").is_none());
}

#[rstest]
#[case::started(State::Started { trouble: None })]
#[case::code_refused(State::Started { trouble: Some(Trouble::CodeRefused) })]
#[case::nonsense(State::Started { trouble: Some(Trouble::Nonsense) })]
#[case::timed_out(State::Started { trouble: Some(Trouble::TimedOut) })]
#[case::busy(State::Started { trouble: Some(Trouble::Busy) })]
#[case::exchanging(State::Exchanging { deadline: Timestamp::from_micros(1_800_000_015_000_001) })]
#[case::verified(State::Verified)]
#[case::refused(State::Refused)]
#[tokio::test]
async fn every_state_comes_back_as_it_was_saved(
    #[case] state: State,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let process = process(&store).await;
    // What the columns hold of another state must not shine through.
    let before = State::Exchanging { deadline: START };
    save_progress(&store, process.id, Progress { state: before, ..process.progress }).await;

    save_progress(&store, process.id, Progress { state, ..process.progress }).await;

    assert_eq!(read(&store, process.id).await.progress, Progress { state, ..process.progress });
    let mut tx = store.begin().await.expect("a transaction");
    let locked = tx.lock_process(process.id).await.expect("an answer").expect("the process");
    assert_eq!(locked.progress.state, state);
    assert!(tx.lock_process(Uuid::nil()).await.expect("an answer").is_none());
}

#[rstest]
#[case::an_unknown_state("state = 'new'", "state")]
#[case::an_exchange_without_deadline("state = 'exchanging'", "state")]
#[case::an_unknown_trouble("trouble = 'other'", "trouble")]
#[tokio::test]
async fn a_corrupt_process_is_named_by_table_column_and_row(
    #[case] change: &str,
    #[case] column: &str,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Installation { store, database, .. } = Installation::on(engine).await;
    let id = process(&store).await.id;

    Sql::connect(&database).await.execute(&format!("UPDATE processes SET {change} WHERE id = $1"), &[id]).await;

    let error = store.find_process(id).await.err().expect("it is corrupt");
    assert_eq!(error.to_string(), format!("corrupt row: processes.{column} of {id}"));
}

async fn save_ticket(store: &Store, process: &Process, ticket: &[u8]) {
    let mut tx = store.begin().await.expect("a transaction");
    let expires_at = tx.now() + Duration::from_mins(10);
    tx.save_ticket(process, ticket, expires_at).await.expect("it can be saved");
    tx.commit().await.expect("a commit");
}

async fn consume(store: &Store, ticket: &[u8]) -> Option<Uuid> {
    let mut tx = store.begin().await.expect("a transaction");
    let process = tx.consume_ticket(ticket).await.expect("an answer");
    tx.commit().await.expect("a commit");
    process.map(|process| process.id)
}

async fn peek(store: &Store, ticket: &[u8]) -> Option<Uuid> {
    store.find_process_by_ticket(ticket).await.expect("an answer").map(|process| process.id)
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_ticket_can_be_looked_at_often_and_consumed_once(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let process = process(&store).await;
    save_ticket(&store, &process, &TICKET).await;
    assert_eq!(peek(&store, &TICKET).await, Some(process.id));
    assert_eq!(peek(&store, &TICKET).await, Some(process.id));
    assert_eq!(peek(&store, &NONCE).await, None);

    let turns = (0..10).map(|_| {
        let store = store.clone();
        tokio::spawn(async move { consume(&store, &TICKET).await })
    });
    let consumed: Vec<_> = join_all(turns).await.into_iter().filter_map(|turn| turn.expect("no panic")).collect();

    assert_eq!(consumed, [process.id]);
    assert_eq!(peek(&store, &TICKET).await, None);
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn an_expired_ticket_and_an_older_one_are_void(#[case] engine: Engine) {
    let Installation { store, database, .. } = Installation::on(engine).await;
    let process = process(&store).await;
    save_ticket(&store, &process, &[6; 32]).await;
    save_ticket(&store, &process, &TICKET).await;
    assert_eq!(consume(&store, &[6; 32]).await, None);
    assert_eq!(peek(&store, &TICKET).await, Some(process.id));

    let age = format!("UPDATE processes SET ticket_expires_at = {} WHERE id = $1", START.micros());
    Sql::connect(&database).await.execute(&age, &[process.id]).await;

    assert_eq!(peek(&store, &TICKET).await, None);
    assert_eq!(consume(&store, &TICKET).await, None);
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_departed_process_is_found_by_its_nonce_at_its_provider_alone(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let mut process = process(&store).await;
    let troubled = Progress { state: State::Started { trouble: Some(Trouble::Busy) }, ..process.progress };
    save_progress(&store, process.id, troubled).await;

    for (nonce, kept) in [(&[8; 32], b"verifier one"), (&NONCE, b"verifier two")] {
        let mut tx = store.begin().await.expect("a transaction");
        let target = target(&mut tx).await;
        process.progress = troubled.depart(tx.now()).expect("it can start again");
        tx.save_departure(&target, &process, nonce, kept).await.expect("it can be saved");
        tx.commit().await.expect("a commit");
    }

    let found = store.find_process_by_nonce(PROVIDER, &NONCE).await.expect("an answer").expect("the process");
    assert_eq!((found.id, found.progress.state), (process.id, State::Started { trouble: None }));
    let target = store.find_by_id(found.target_id).await.expect("an answer").expect("the target");
    assert_eq!(found.kept(&target).expect("it opens").as_slice(), b"verifier two");
    assert!(store.find_process_by_nonce("bank", &NONCE).await.expect("an answer").is_none());
    assert!(store.find_process_by_nonce(PROVIDER, &[8; 32]).await.expect("an answer").is_none(), "it was replaced");
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn what_a_process_sealed_opens_for_it_alone(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let (process, other) = (process(&store).await, process_for(&store, "sep6", PROVIDER).await);
    let mut tx = store.begin().await.expect("a transaction");
    let mine = target(&mut tx).await;
    let others = tx.lock_or_insert_target(&Payto::from(&plain(B))).await.expect("a target");
    let sealed = process.seal(&mine, "code", b"secret");

    assert_eq!(process.open(&mine, "code", &sealed).expect("it opens").as_slice(), b"secret");
    for refused in [
        process.open(&others, "code", &sealed),
        process.open(&mine, "kept", &sealed),
        other.open(&mine, "code", &sealed),
    ] {
        assert!(matches!(refused, Err(StoreError::Vault(VaultError::Tampered(_)))));
    }
    let nothing = process.kept(&mine).map(drop).expect_err("nothing was kept");
    assert_eq!(nothing.to_string(), format!("corrupt row: processes.kept of {}", process.id));
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_code_is_spent_once_for_its_process(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let (process, other) = (process(&store).await, process_for(&store, "sep6", PROVIDER).await);
    let spent = async |id| store.count_spent_codes(id, b"code").await.expect("an answer");
    assert_eq!(spent(process.id).await, SpentCodes { this_one: false, count: 0 });

    let mut tx = store.begin().await.expect("a transaction");
    tx.insert_spent_code(process.id, b"another").await.expect("it can be saved");
    tx.insert_spent_code(process.id, b"code").await.expect("it can be saved");
    let within = tx.count_spent_codes(process.id, b"another").await.expect("an answer");
    assert_eq!(within, SpentCodes { this_one: true, count: 2 });
    tx.commit().await.expect("a commit");

    assert_eq!(spent(process.id).await, SpentCodes { this_one: true, count: 2 });
    assert_eq!(spent(other.id).await, SpentCodes { this_one: false, count: 0 });
    let mut tx = store.begin().await.expect("a transaction");
    assert!(tx.insert_spent_code(process.id, b"code").await.is_err(), "no code is spent twice");
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn processes_that_ended_are_deleted_with_their_codes(#[case] engine: Engine) {
    let Installation { store, clock, database, .. } = Installation::on(engine).await;
    let ended = process(&store).await;
    let mut tx = store.begin().await.expect("a transaction");
    tx.insert_spent_code(ended.id, b"code").await.expect("an answer");
    tx.commit().await.expect("a commit");
    clock.advance(Duration::from_secs(1));
    let live = process_for(&store, "sep6", PROVIDER).await;

    assert_eq!(store.delete_ended_processes(START).await.expect("an answer"), 0);
    assert_eq!(store.delete_ended_processes(START + LIFETIME).await.expect("an answer"), 1);

    assert!(store.find_process(ended.id).await.expect("an answer").is_none());
    assert!(store.find_process(live.id).await.expect("an answer").is_some());
    let codes = "SELECT CAST(count(*) AS TEXT) FROM spent_codes";
    assert_eq!(Sql::connect(&database).await.texts(codes).await, ["0"]);
}
