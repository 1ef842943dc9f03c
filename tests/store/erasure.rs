//! What is at rest, what a deletion leaves of it, and deletions that meet a change under way.

use std::time::{Duration, Instant};

use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};
use kycd::domain::callback::CallbackUrl;
use kycd::domain::file::{FileType, Inspected};
use kycd::domain::memo::{CustomerKey, Memo};
use kycd::domain::payto::Payto;
use kycd::store::Store;
use rstest::rstest;
use uuid::Uuid;

use crate::canary::{assert_absent, forms_found};
use crate::database::{Database, Engine};
use crate::dump;
use crate::installation::Installation;
use crate::people::{A, B, admitted, find, plain, proof, register, save, value, with_memo};
use crate::requirements::{PROVIDER, requirements};
use crate::sql::Sql;

const NAMES: [(&str, &str); 2] = [("first_name", "canary-first-4c1f"), ("last_name", "canary-last-93ab")];
const MEMO: &str = "canary-memo-77d0";
const SUBJECT: &str = "subject-at-the-provider";
const KEPT: &[u8] = b"canary-verifier-20b6";
const URL: &str = "https://wallet.example/canary-callback-1f6e";
const CONTENT: &[u8] = b"canary-photo-e5e5";

/// Longer than anybody takes to come to a lock.
const PATIENCE: Duration = Duration::from_mins(1);

fn canary_key() -> CustomerKey {
    with_memo(A, Memo::Text(MEMO.to_owned()))
}

/// A customer with a row in every table that has rows of customers; gives the ids of target, process and file.
async fn customer_everywhere(store: &Store) -> [Uuid; 3] {
    let id = register(store, &canary_key(), &NAMES).await;
    let mut upload = store.begin_upload().await.expect("an upload");
    upload.write(CONTENT).await.expect("it can be written");
    let file = upload.finish(Inspected { file_type: FileType::Png, quarantine: None }).await.expect("it arrives");

    let mut tx = store.begin().await.expect("a transaction");
    let locked = tx.lock_or_insert_target(&Payto::from(&canary_key())).await.expect("a target");
    tx.save_callback(&locked, &CallbackUrl::parse(URL).expect("a URL")).await.expect("it can be saved");
    let mut document = locked.document().expect("a document");
    document.set_proof(PROVIDER, proof(&NAMES), &tx.binder(&locked));
    assert!(tx.claim_file(&locked, &file).await.expect("an answer").is_some());
    document.set_file("photo_id_front", file.id, None);
    tx.save_assessed(&locked, &document, &requirements()).await.expect("it can be saved");
    tx.request_code(&locked, &document, "first_name", true).await.expect("it can be asked for");
    let process = tx.find_or_insert_process(&locked, "sep6-high", PROVIDER).await.expect("a process");
    tx.save_departure(&locked, &process, &[1; 32], KEPT).await.expect("it can be saved");
    tx.insert_spent_code(process.id, &[2; 32]).await.expect("it can be saved");
    tx.commit().await.expect("a commit");
    [id, process.id, file.id]
}

async fn delete(store: &Store, key: &CustomerKey) -> bool {
    let mut tx = admitted(|| store.begin()).await;
    let deleted = tx.delete_customer(key).await.expect("an answer");
    tx.commit().await.expect("a commit");
    deleted
}

async fn plant(database: &Database, text: &str) {
    let sql = format!("INSERT INTO instance_secrets (name, sealed) VALUES ('{text}', '')");
    Sql::connect(database).await.execute(&sql, &[]).await;
}

#[rstest]
#[case::raw("raw", MEMO.to_owned())]
#[case::hex("hex", HEXLOWER.encode(MEMO.as_bytes()))]
#[case::upper_case_hex("hex", HEXUPPER.encode(MEMO.as_bytes()))]
#[case::base64("base64", BASE64.encode(MEMO.as_bytes()))]
#[case::base64_after_one_byte("base64 at 1", BASE64.encode(format!("?{MEMO}~").as_bytes()))]
#[case::base64_after_two_bytes("base64 at 2", BASE64.encode(format!("??{MEMO}~~").as_bytes()))]
#[case::base64_of_urls("base64", BASE64URL_NOPAD.encode(MEMO.as_bytes()))]
#[tokio::test]
async fn a_planted_canary_is_found(
    #[case] form: &str,
    #[case] planted: String,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Installation { database, store: _store, .. } = Installation::on(engine).await;
    assert_absent(&dump::bytes(&database).await, &[("the memo", MEMO.as_bytes())]);

    plant(&database, &planted).await;

    assert_eq!(forms_found(&dump::bytes(&database).await, MEMO.as_bytes()), [form]);
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn leak_01_nothing_personal_is_at_rest_in_clear(#[case] engine: Engine) {
    let Installation { store, database, .. } = Installation::on(engine).await;
    customer_everywhere(&store).await;
    let iban = Payto::parse("payto://iban/DE75512108001245126199").expect("a payto URI");
    save(&store, &iban, |_| ()).await;
    let target = store.find_target(&iban.hash()).await.expect("an answer").expect("the target");
    let access_token = target.access_token(store.vault()).reveal();
    let mut tx = store.begin().await.expect("a transaction");
    tx.insert_operator_key("console", b"canary-operator-key").await.expect("a new name");
    tx.commit().await.expect("a commit");

    let (account, payto) = (A.to_string(), Payto::from(&canary_key()));
    let (h_payto, other_h_payto) = (payto.hash(), iban.hash());
    assert_absent(
        &dump::bytes(&database).await,
        &[
            ("a value", NAMES[0].1.as_bytes()),
            ("another value", NAMES[1].1.as_bytes()),
            ("the memo", MEMO.as_bytes()),
            ("the account", account.as_bytes()),
            ("the key of the account", &[0xa; 32]),
            ("h_payto", h_payto.as_bytes()),
            ("h_payto as text", h_payto.to_string().as_bytes()),
            ("h_payto of a bare payto", other_h_payto.as_bytes()),
            ("the IBAN", b"DE75512108001245126199"),
            ("the access token", access_token.as_bytes()),
            ("the subject at the provider", SUBJECT.as_bytes()),
            ("the verifier", KEPT),
            ("the callback", URL.as_bytes()),
            ("the file", CONTENT),
            ("the operator key", b"canary-operator-key"),
        ],
    );
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn del_01_no_row_mentions_an_erased_customer(#[case] engine: Engine) {
    let Installation { store, database, clock, .. } = Installation::on(engine).await;
    let mut sql = Sql::connect(&database).await;
    register(&store, &plain(B), &[("first_name", "Bob")]).await;
    let before = dump::rows(&mut sql).await;
    let ids = customer_everywhere(&store).await;
    let found = dump::rows(&mut sql).await;
    for id in ids {
        assert!(mentions(&found, id), "the search finds nothing");
    }

    assert!(delete(&store, &canary_key()).await);

    let left = dump::rows(&mut sql).await;
    assert!(ids.iter().all(|id| !mentions(&left, *id)), "something is left");
    // What counts codes stays for a day.
    clock.advance(Duration::from_hours(24));
    assert_eq!(store.delete_old_code_budgets().await.expect("a count"), 3);
    let left = dump::rows(&mut sql).await;
    assert!(left == before, "rows of others have changed, or a row is left");
    assert!(!delete(&store, &canary_key()).await, "DEL-02: there is nobody any more");
    assert!(store.read_file(ids[2]).await.expect("an answer").is_none());
    assert!(!ids.contains(&register(&store, &canary_key(), &NAMES).await), "an id came back");
}

fn mentions(rows: &str, id: Uuid) -> bool {
    let hyphenated = id.to_string();
    rows.contains(&hyphenated) || !forms_found(rows.as_bytes(), id.as_bytes()).is_empty()
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn idor_19_only_the_very_customer_is_erased(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let keys =
        [plain(A), with_memo(A, Memo::Id(5)), with_memo(A, Memo::Id(6)), with_memo(A, Memo::Text("5".to_owned()))];
    for key in &keys {
        register(&store, key, &NAMES).await;
    }

    assert!(delete(&store, &keys[1]).await);

    for key in &keys {
        assert_eq!(find(&store, key).await.is_none(), *key == keys[1], "{key:?}");
    }
    assert!(delete(&store, &keys[0]).await);
    assert!(find(&store, &keys[2]).await.is_some());
}

/// Waits until somebody waits for a lock in the database; on SQLite, whose writers wait in our own pool, lets
/// everybody come as far as they can.
async fn until_somebody_waits(database: &Database) {
    let mut sql = Sql::connect(database).await;
    if let Sql::Sqlite(_) = sql {
        for _ in 0..1_000 {
            tokio::task::yield_now().await;
        }
        return;
    }
    let waiting =
        "SELECT pid::text FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
    let begun = Instant::now();
    while sql.texts(waiting).await.is_empty() {
        assert!(begun.elapsed() < PATIENCE, "nobody waits");
    }
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn idor_24_a_deletion_waits_for_the_change_under_way_and_erases_it(#[case] engine: Engine) {
    let Installation { store, database, .. } = Installation::on(engine).await;
    register(&store, &plain(A), &NAMES).await;
    let mut tx = store.begin().await.expect("a transaction");
    let locked = tx.lock_or_insert_target(&Payto::from(&plain(A))).await.expect("a target");
    let mut document = locked.document().expect("a document");
    document.set_value("first_name", "Grace".to_owned());

    let deletion = tokio::spawn({
        let store = store.clone();
        async move { delete(&store, &plain(A)).await }
    });
    until_somebody_waits(&database).await;
    assert!(!deletion.is_finished());
    tx.save_assessed(&locked, &document, &requirements()).await.expect("it is still there");
    tx.commit().await.expect("a commit");

    assert!(deletion.await.expect("no panic"));
    assert!(find(&store, &plain(A)).await.is_none());
    assert!(Sql::connect(&database).await.texts("SELECT type FROM statuses").await.is_empty());
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn idor_24_a_change_that_waits_for_a_deletion_makes_a_complete_new_customer(#[case] engine: Engine) {
    let Installation { store, database, .. } = Installation::on(engine).await;
    let old = register(&store, &plain(A), &NAMES).await;
    let mut tx = store.begin().await.expect("a transaction");
    assert!(tx.delete_customer(&plain(A)).await.expect("an answer"));

    let change = tokio::spawn({
        let store = store.clone();
        async move { register(&store, &plain(A), &[("first_name", "Grace")]).await }
    });
    until_somebody_waits(&database).await;
    assert!(!change.is_finished());
    tx.commit().await.expect("a commit");

    let new = change.await.expect("no panic");
    assert_ne!(new, old);
    let customer = find(&store, &plain(A)).await.expect("the new customer");
    let document = customer.document().expect("it opens");
    assert_eq!(customer.target.id, new);
    assert_eq!(value(&document, "first_name").as_deref(), Some("Grace"));
    assert_eq!(value(&document, "last_name"), None, "something of the old customer is left");
}
