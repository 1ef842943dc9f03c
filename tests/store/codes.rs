//! Codes: derived and never kept, counted before they are looked at, sent no more often than is allowed.

use std::time::Duration;

use aws_lc_rs::{digest, hmac};
use futures_util::future::join_all;
use kycd::domain::account::Account;
use kycd::domain::delivery::{End, Kind, Next, Trouble};
use kycd::domain::memo::{CustomerKey, Memo};
use kycd::domain::payto::Payto;
use kycd::domain::verification::Code;
use kycd::store::{Message, RightCode, Store};
use rstest::rstest;
use uuid::Uuid;

use crate::database::Engine;
use crate::installation::Installation;
use crate::people::{A, B, admitted, find, plain, with_memo};
use crate::requirements::requirements;
use crate::sql::Sql;

const FIELD: &str = "email_address";
const EMAIL: &str = "ada@example.com";
const DELIVERED: Next = Next::End(End::Delivered);

/// Gives a customer an address, and has a code sent to it if that is allowed.
async fn request(store: &Store, key: &CustomerKey, value: &str) -> Uuid {
    let mut tx = admitted(|| store.begin()).await;
    let locked = tx.lock_or_insert_target(&Payto::from(key)).await.expect("a target");
    let mut document = locked.document().expect("a document");
    document.set_value(FIELD, value.to_owned());
    tx.save_assessed(&locked, &document, &requirements()).await.expect("it can be saved");
    tx.request_code(&locked, &document, FIELD, true).await.expect("it can be asked for");
    tx.commit().await.expect("a commit");
    locked.target.id
}

async fn lease(store: &Store) -> Vec<Message> {
    store.lease_messages(Kind::Code, 100).await.expect("an answer")
}

/// Brings out what is due, and tells how much that was.
async fn deliver(store: &Store) -> usize {
    let messages = lease(store).await;
    for message in &messages {
        store.settle_message(message, DELIVERED).await.expect("it can be settled");
    }
    messages.len()
}

/// The code that is sent.
async fn outgoing(store: &Store, target: Uuid) -> Option<Code> {
    store.find_outgoing_code(target, FIELD).await.expect("an answer").map(|outgoing| outgoing.code)
}

async fn guess(store: &Store, target: Uuid, code: &Code) -> Option<RightCode> {
    admitted(|| store.try_code(target, FIELD, code)).await
}

fn wrong(code: &Code) -> Code {
    let number: u32 = code.expose().parse().expect("digits");
    Code::parse(&format!("{:06}", (number + 1) % 1_000_000)).expect("digits")
}

/// Uses a right guess up for what the customer holds, or would hold.
async fn spend(store: &Store, key: &CustomerKey, right: &RightCode, value: Option<&str>) -> bool {
    let mut tx = store.begin().await.expect("a transaction");
    let locked = tx.lock_or_insert_target(&Payto::from(key)).await.expect("a target");
    let mut document = locked.document().expect("a document");
    if let Some(value) = value {
        document.set_value(FIELD, value.to_owned());
    }
    let spent = tx.spend_code(&locked, &document, right).await.expect("an answer");
    tx.commit().await.expect("a commit");
    spent
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn the_time_of_a_code_begins_when_it_arrived(#[case] engine: Engine) {
    let Installation { store, clock, database, .. } = Installation::on(engine).await;
    let id = request(&store, &plain(A), EMAIL).await;
    let code = outgoing(&store, id).await.expect("a code");
    assert!(guess(&store, id, &code).await.is_none(), "nobody can have it yet");
    let message = lease(&store).await.remove(0);
    let again = Next::Again { after: Duration::ZERO, attempts: 1, trouble: Some(Trouble::Unreachable) };
    store.settle_message(&message, again).await.expect("it can be settled");
    clock.advance(Duration::from_hours(24));
    assert!(guess(&store, id, &code).await.is_none());
    let mut sql = Sql::connect(&database).await;
    assert_eq!(sql.texts("SELECT CAST(attempts AS TEXT) FROM codes").await, ["0"], "nothing was looked at");

    assert_eq!(deliver(&store).await, 1);

    assert!(outgoing(&store, id).await.is_some_and(|same| same.is(&code)));
    clock.advance(Duration::from_secs(599));
    assert!(guess(&store, id, &wrong(&code)).await.is_none());
    assert!(guess(&store, id, &code).await.is_some());
    clock.advance(Duration::from_secs(1));
    assert!(guess(&store, id, &code).await.is_none());
    assert_eq!(sql.texts("SELECT CAST(attempts AS TEXT) FROM codes").await, ["2"]);
}

/// VER-02.
#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn of_however_many_guesses_at_once_five_are_looked_at(#[case] engine: Engine) {
    let installation = Installation::on(engine).await;
    let (store, replica) = (&installation.store, installation.replica().await);
    let id = request(store, &plain(A), EMAIL).await;
    let code = outgoing(store, id).await.expect("a code");
    deliver(store).await;

    let guesses = (0..40).map(|n| guess(if n % 2 == 0 { store } else { &replica }, id, &code));
    let right = join_all(guesses).await.into_iter().flatten().count();

    assert_eq!(right, 5);
    let mut sql = Sql::connect(&installation.database).await;
    assert_eq!(sql.texts("SELECT CAST(attempts AS TEXT) FROM codes").await, ["5"]);
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_right_guess_is_used_once_and_for_what_the_code_was_sent_to(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let id = request(&store, &plain(A), EMAIL).await;
    let code = outgoing(&store, id).await.expect("a code");
    deliver(&store).await;
    let (one, other) = (guess(&store, id, &code).await, guess(&store, id, &code).await);
    let (one, other) = (one.expect("it is right"), other.expect("it is right"));

    assert!(!spend(&store, &plain(A), &one, Some("eve@example.com")).await);
    assert!(!spend(&store, &plain(B), &one, Some(EMAIL)).await, "another customer with the same address");
    assert!(spend(&store, &plain(A), &one, None).await);
    assert!(!spend(&store, &plain(A), &other, None).await);
    assert!(guess(&store, id, &code).await.is_none());
    assert!(outgoing(&store, id).await.is_none());
}

#[rstest]
#[case::used_up(true)]
#[case::too_old(false)]
#[tokio::test]
async fn a_code_stays_the_same_while_it_is_good(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] used_up: bool,
) {
    let Installation { store, clock, database: _database, .. } = Installation::on(engine).await;
    let id = request(&store, &plain(A), EMAIL).await;
    let first = outgoing(&store, id).await.expect("a code");
    deliver(&store).await;
    clock.advance(Duration::from_mins(9));
    request(&store, &plain(A), EMAIL).await;
    assert!(outgoing(&store, id).await.is_some_and(|same| same.is(&first)));
    assert_eq!(deliver(&store).await, 1);
    clock.advance(Duration::from_mins(9));
    assert!(guess(&store, id, &first).await.is_some(), "ten minutes from when it arrived last");

    if used_up {
        for _ in 0..4 {
            assert!(guess(&store, id, &wrong(&first)).await.is_none());
        }
    } else {
        clock.advance(Duration::from_mins(1));
    }
    request(&store, &plain(A), EMAIL).await;
    let second = outgoing(&store, id).await.expect("a code");
    assert!(!second.is(&first));
    deliver(&store).await;
    assert!(guess(&store, id, &second).await.is_some());
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn an_older_message_that_arrives_starts_no_newer_code(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let id = request(&store, &plain(A), EMAIL).await;
    let older = lease(&store).await.remove(0);

    request(&store, &plain(A), "lovelace@example.com").await;
    store.settle_message(&older, DELIVERED).await.expect("it can be settled");

    let code = outgoing(&store, id).await.expect("a code");
    assert!(guess(&store, id, &code).await.is_none(), "it did not arrive yet");
    let newer = lease(&store).await.remove(0);
    assert_ne!((newer.id, newer.attempts), (older.id, 1));
    store.settle_message(&newer, DELIVERED).await.expect("it can be settled");
    assert!(guess(&store, id, &code).await.is_some());
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_value_that_changed_behind_its_code_gets_none(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let id = request(&store, &plain(A), EMAIL).await;
    crate::people::register(&store, &plain(A), &[(FIELD, "eve@example.com")]).await;

    assert!(outgoing(&store, id).await.is_none());
    assert!(store.find_outgoing_code(id, "mobile_number").await.expect("an answer").is_none());
    assert!(store.find_outgoing_code(Uuid::nil(), FIELD).await.expect("an answer").is_none());
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn of_many_who_want_codes_for_one_address_at_once_ten_get_one(#[case] engine: Engine) {
    let installation = Installation::on(engine).await;
    let (store, replica) = (&installation.store, installation.replica().await);
    let keys: Vec<_> = (0..30).map(|memo| with_memo(A, Memo::Id(memo))).collect();

    let store_of = |n: usize| if n.is_multiple_of(2) { store } else { &replica };
    join_all(keys.iter().enumerate().map(|(n, key)| request(store_of(n), key, EMAIL))).await;

    assert_eq!(deliver(store).await, 10);
    installation.clock.advance(Duration::from_hours(24));
    request(store, &keys[0], EMAIL).await;
    assert_eq!(deliver(store).await, 1);
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn coming_back_after_an_erasure_gives_no_more_codes(#[case] engine: Engine) {
    let Installation { store, clock, database, .. } = Installation::on(engine).await;
    request(&store, &plain(A), EMAIL).await;
    assert_eq!(deliver(&store).await, 1);
    let mut tx = store.begin().await.expect("a transaction");
    assert!(tx.delete_customer(&plain(A)).await.expect("an answer"));
    tx.commit().await.expect("a commit");
    let mut sql = Sql::connect(&database).await;
    assert!(sql.texts("SELECT field FROM codes").await.is_empty());

    request(&store, &plain(A), EMAIL).await;

    assert_eq!(deliver(&store).await, 0);
    assert_eq!(store.delete_old_code_budgets().await.expect("a count"), 0);
    clock.advance(Duration::from_hours(24));
    assert_eq!(store.delete_old_code_budgets().await.expect("a count"), 3);
    assert!(sql.texts("SELECT CAST(taken AS TEXT) FROM code_budgets").await.is_empty());
}

/// VER-08: whoever has the database tries all codes there are.
#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn what_is_kept_is_no_hash_of_the_code(#[case] engine: Engine) {
    let Installation { store, database, .. } = Installation::on(engine).await;
    let id = request(&store, &plain(A), EMAIL).await;
    deliver(&store).await;
    let mut sql = Sql::connect(&database).await;
    let hex = |column: &str| match engine {
        Engine::Postgres => format!("SELECT encode({column}, 'hex') FROM codes"),
        Engine::Sqlite => format!("SELECT lower(hex({column})) FROM codes"),
    };
    let salt = sql.texts(&hex("salt")).await.remove(0);
    let tag = sql.texts(&hex("value_tag")).await.remove(0);
    let decode = |text: &str| data_encoding::HEXLOWER.decode(text.as_bytes()).expect("hex");
    let (salt, tag) = (decode(&salt), decode(&tag));
    assert_eq!((salt.len(), tag.len()), (16, 32));

    let key = hmac::Key::new(hmac::HMAC_SHA256, &salt);
    for number in 0..1_000_000 {
        let code = format!("{number:06}");
        let plain = digest::digest(&digest::SHA256, code.as_bytes());
        let salted = digest::digest(&digest::SHA256, &[&salt, code.as_bytes()].concat());
        let keyed = hmac::sign(&key, code.as_bytes());
        assert!([plain.as_ref(), salted.as_ref(), keyed.as_ref()].iter().all(|hash| *hash != tag), "{code}");
    }
    // Nor can it be derived the way we do without our key.
    let code = outgoing(&store, id).await.expect("a code");
    let parts = [id.as_bytes(), FIELD.as_bytes(), &salt, &tag].concat();
    for digest in [digest::digest(&digest::SHA256, &parts).as_ref(), hmac::sign(&key, &parts).as_ref()] {
        assert!(!Code::from_tag(digest.try_into().expect("32 bytes")).is(&code));
    }
    // Another customer with the same address has another code, tag and salt.
    let other = request(&store, &plain(Account::Classic([0xc; 32])), EMAIL).await;
    assert_eq!(sql.texts("SELECT field FROM codes").await.len(), 2);
    assert!(outgoing(&store, other).await.is_some());
    assert!(find(&store, &plain(A)).await.is_some());
}
