//! What decisions leave behind, who is listed, and statuses that follow the calendar.

use std::collections::BTreeMap;
use std::time::Duration;

use kycd::domain::audit::Action;
use kycd::domain::clock::Timestamp;
use kycd::domain::decision::{Flaw, Notice, Ruling, Verdict};
use kycd::domain::facts::Status;
use kycd::domain::file::{FileType, Inspected};
use kycd::domain::memo::{CustomerKey, Memo};
use kycd::domain::payto::Payto;
use kycd::domain::requirement::Requirements;
use kycd::store::{Due, NewAuditEntry, StatusRecord, Store};
use rstest::rstest;
use uuid::Uuid;

use crate::canary::assert_absent;
use crate::database::Engine;
use crate::dump;
use crate::installation::{Installation, START};
use crate::people::{A, B, find, plain, register, with_memo};
use crate::requirements::{PROVIDER, requirement, requirements};
use crate::sql::Sql;

const NAMES: [(&str, &str); 2] = [("first_name", "Ada"), ("last_name", "Lovelace")];
const CANARY: &str = "canary-reason-c0c0";
const STATUSES: &str = "SELECT type || ' ' || status FROM statuses ORDER BY 1";

/// A type that asks for a document with an expiration date.
fn dated() -> Requirements {
    let types = BTreeMap::from([("sep6".to_owned(), requirement(&["id_expiration_date"], &[], None))]);
    Requirements::new("sep6".to_owned(), types, None)
}

/// Registers a customer with a document that counts through a day.
async fn register_dated(store: &Store, key: &CustomerKey, day: &str) -> Uuid {
    let mut tx = store.begin().await.expect("a transaction");
    let locked = tx.lock_or_insert_target(&Payto::from(key)).await.expect("a target");
    let mut document = locked.document().expect("a document");
    document.set_value("id_expiration_date", day.to_owned());
    tx.save_assessed(&locked, &document, &dated()).await.expect("it can be saved");
    tx.commit().await.expect("a commit");
    locked.target.id
}

/// Rejects a customer, and remembers it.
async fn reject(store: &Store, key: &CustomerKey, notice: Option<Notice>) {
    let mut tx = store.begin().await.expect("a transaction");
    let locked = tx.lock_or_insert_target(&Payto::from(key)).await.expect("a target");
    let mut document = locked.document().expect("a document");
    document.decide("sep6", Ruling::rejected(notice, tx.now()), &tx.binder(&locked));
    tx.save_assessed(&locked, &document, &requirements()).await.expect("it can be saved");
    tx.save_rejection(&locked, "sep6", notice).await.expect("it can be saved");
    tx.commit().await.expect("a commit");
}

async fn erase(store: &Store, key: &CustomerKey) {
    let mut tx = store.begin().await.expect("a transaction");
    assert!(tx.delete_customer(key).await.expect("an answer"));
    tx.commit().await.expect("a commit");
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_status_follows_when_a_document_runs_out(#[case] engine: Engine) {
    let Installation { store, clock, database, .. } = Installation::on(engine).await;
    let mut sql = Sql::connect(&database).await;
    let id = register_dated(&store, &plain(A), "2027-01-15").await;
    register_dated(&store, &plain(B), "2027-01-17").await;
    assert_eq!(sql.texts(STATUSES).await, ["sep6 ACCEPTED", "sep6 ACCEPTED"]);
    assert_eq!(store.list_due(None, 10).await.expect("an answer"), []);

    let over = Timestamp::from_seconds(1_800_057_600);
    clock.set(over);
    assert_eq!(store.list_due(None, 10).await.expect("an answer"), [Due { since: over, id }]);
    assert!(store.assess_due(id, &dated()).await.expect("it can be assessed"));

    assert_eq!(sql.texts(STATUSES).await, ["sep6 ACCEPTED", "sep6 NEEDS_INFO"]);
    assert_eq!(store.list_due(None, 10).await.expect("an answer"), [], "it is due no more");
    assert!(!store.assess_due(id, &dated()).await.expect("an answer"));
    register_dated(&store, &plain(A), "2030-01-31").await;
    assert_eq!(sql.texts(STATUSES).await, ["sep6 ACCEPTED", "sep6 ACCEPTED"]);
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_status_follows_when_a_proof_runs_out(#[case] engine: Engine) {
    let Installation { store, clock, database, .. } = Installation::on(engine).await;
    let id = register(&store, &plain(A), &NAMES).await;
    let mut tx = store.begin().await.expect("a transaction");
    let locked = tx.lock_target(id).await.expect("an answer").expect("the target");
    let mut document = locked.document().expect("a document");
    let word = kycd::domain::document::ProvidedProof {
        expires_at: Some(START + Duration::from_hours(1)),
        ..crate::people::proof(&NAMES)
    };
    document.set_proof(PROVIDER, word, &tx.binder(&locked));
    tx.save_assessed(&locked, &document, &requirements()).await.expect("it can be saved");
    tx.commit().await.expect("a commit");
    let mut sql = Sql::connect(&database).await;
    assert_eq!(sql.texts(STATUSES).await, ["sep6 ACCEPTED", "sep6-high ACCEPTED"]);

    clock.advance(Duration::from_hours(1));
    assert!(store.assess_due(id, &requirements()).await.expect("it can be assessed"));

    assert_eq!(sql.texts(STATUSES).await, ["sep6 ACCEPTED", "sep6-high NEEDS_INFO"]);
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn what_is_due_is_listed_in_batches_and_assessed_once_by_two_processes(#[case] engine: Engine) {
    let installation = Installation::on(engine).await;
    let (one, two) = (installation.store.clone(), installation.replica().await);
    let memo = |memo: u64| with_memo(A, Memo::Id(memo));
    for number in 0..7 {
        register_dated(&one, &memo(number), "2027-01-15").await;
    }
    installation.clock.set(Timestamp::from_seconds(1_800_057_600));

    let (mut listed, mut after) = (Vec::new(), None);
    loop {
        let batch = one.list_due(after, 3).await.expect("an answer");
        let Some(last) = batch.last() else { break };
        assert!(batch.len() <= 3);
        after = Some(*last);
        listed.extend(batch);
    }
    assert_eq!(listed.len(), 7);
    assert_eq!(listed, one.list_due(None, 10).await.expect("an answer"));

    let sweep = async |store: &Store| {
        let mut assessed = 0;
        for due in &listed {
            assessed += usize::from(store.assess_due(due.id, &dated()).await.expect("it can be assessed"));
        }
        assessed
    };
    let (by_one, by_two) = tokio::join!(sweep(&one), sweep(&two));

    assert_eq!(by_one + by_two, 7, "each by one of them");
    let statuses = Sql::connect(&installation.database).await.texts(STATUSES).await;
    assert_eq!(statuses, vec!["sep6 NEEDS_INFO"; 7]);
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_rejection_is_known_again_by_account_and_memo(#[case] engine: Engine) {
    let Installation { store, database, .. } = Installation::on(engine).await;
    let key = with_memo(A, Memo::Text("canary-memo-5d21".to_owned()));
    register(&store, &key, &NAMES).await;
    reject(&store, &key, Some(Notice::NotEligible)).await;
    let status = async |key: &CustomerKey| {
        let facts = &find(&store, key).await.expect("the customer").target.facts;
        (facts.statuses["sep6"], facts.decisions.get("sep6").and_then(|decision| decision.notice))
    };
    assert_eq!(status(&key).await, (Status::Rejected, Some(Notice::NotEligible)));

    erase(&store, &key).await;
    let bytes = dump::bytes(&database).await;
    assert_absent(&bytes, &[("the memo", b"canary-memo-5d21")]);
    register(&store, &key, &NAMES).await;
    assert_eq!(status(&key).await, (Status::Rejected, Some(Notice::NotEligible)));
    for other in [plain(A), plain(B), with_memo(A, Memo::Id(7))] {
        register(&store, &other, &NAMES).await;
        assert_eq!(status(&other).await, (Status::Accepted, None));
    }

    let mut tx = store.begin().await.expect("a transaction");
    let locked = tx.lock_or_insert_target(&Payto::from(&key)).await.expect("a target");
    tx.delete_rejection(&locked, "sep6").await.expect("it can be forgotten");
    tx.commit().await.expect("a commit");
    erase(&store, &key).await;
    register(&store, &key, &NAMES).await;
    assert_eq!(status(&key).await, (Status::Accepted, None));
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_type_that_is_listed_is_that_of_customers_by_time(#[case] engine: Engine) {
    let Installation { store, clock, database: _database, .. } = Installation::on(engine).await;
    let mut ids = Vec::new();
    for number in 0..3 {
        ids.push(register(&store, &with_memo(A, Memo::Id(number)), &NAMES).await);
        clock.advance(Duration::from_secs(1));
    }
    register(&store, &plain(B), &[]).await;
    let list = async |customer_type: Option<&str>, after: Option<&StatusRecord>, limit: u32| {
        store.list_customers(Status::Accepted, customer_type, after, limit).await.expect("an answer")
    };

    let all = list(None, None, 10).await;
    assert_eq!(all.iter().map(|record| record.target_id).collect::<Vec<_>>(), ids);
    assert!(all.iter().all(|record| record.customer_type == "sep6"));
    assert_eq!(all[1].changed_at, START + Duration::from_secs(1));
    assert_eq!(list(Some("sep6"), None, 10).await, all);
    assert_eq!(list(Some("sep6-high"), None, 10).await, []);
    assert_eq!(list(None, None, 2).await, all[..2]);
    assert_eq!(list(None, Some(&all[1]), 2).await, all[2..]);
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn the_audit_trail_is_in_order_and_its_reasons_are_sealed(#[case] engine: Engine) {
    let Installation { store, database, .. } = Installation::on(engine).await;
    let id = register(&store, &plain(A), &NAMES).await;
    let decision = Action::Decision {
        r#type: "sep6".to_owned(),
        status: Verdict::NeedsInfo,
        message: Some(Notice::GiveAgain),
        fields: BTreeMap::from([("first_name".to_owned(), Flaw::Mismatch)]),
        version: 1,
    };
    let reveal = Action::Reveal { field: "first_name".to_owned() };
    for (action, reason) in [(&decision, Some(CANARY)), (&reveal, None)] {
        let mut tx = store.begin().await.expect("a transaction");
        let locked = tx.lock_target(id).await.expect("an answer").expect("the target");
        let entry = NewAuditEntry { operator: "ops", action, reason };
        tx.insert_audit_entry(&locked, entry).await.expect("it can be written");
        tx.commit().await.expect("a commit");
    }
    let trail = async |before: i64, limit: u32| {
        let entries = store.list_audit_entries(id, before, limit).await.expect("an answer").into_iter();
        let plain = |reason: kycd::domain::pii::Pii<String>| reason.expose().clone();
        entries.map(|entry| (entry.position, entry.operator, entry.action, entry.reason.map(plain))).collect::<Vec<_>>()
    };

    let first = (1, "ops".to_owned(), decision.clone(), Some(CANARY.to_owned()));
    let second = (2, "ops".to_owned(), reveal.clone(), None);
    assert_eq!(trail(i64::MAX, 10).await, [second.clone(), first.clone()]);
    assert_eq!(trail(i64::MAX, 1).await, std::slice::from_ref(&second));
    assert_eq!(trail(2, 10).await, [first]);
    assert_absent(&dump::bytes(&database).await, &[("the reason", CANARY.as_bytes())]);

    erase(&store, &plain(A)).await;
    assert_eq!(
        trail(i64::MAX, 10).await,
        [second, (1, "ops".to_owned(), decision, None)],
        "who erased cannot read why"
    );
}

#[rstest]
#[case::changed("UPDATE audit_entries SET operator = 'nobody'")]
#[case::deleted("DELETE FROM audit_entries")]
#[tokio::test]
async fn the_audit_trail_only_grows(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] statement: &'static str,
) {
    let Installation { store, database, .. } = Installation::on(engine).await;
    let id = register(&store, &plain(A), &NAMES).await;
    let mut tx = store.begin().await.expect("a transaction");
    let locked = tx.lock_target(id).await.expect("an answer").expect("the target");
    let action = Action::Reveal { field: "first_name".to_owned() };
    let entry = NewAuditEntry { operator: "ops", action: &action, reason: None };
    tx.insert_audit_entry(&locked, entry).await.expect("it can be written");
    tx.commit().await.expect("a commit");

    let refused = match Sql::connect(&database).await {
        Sql::Postgres(mut connection) => sqlx::query(statement).execute(&mut connection).await.map(drop),
        Sql::Sqlite(mut connection) => sqlx::query(statement).execute(&mut connection).await.map(drop),
    };

    assert!(refused.expect_err("it is refused").to_string().contains("append-only"));
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn the_files_of_a_customer_are_listed_without_being_opened(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let id = register(&store, &plain(A), &NAMES).await;
    let mut upload = store.begin_upload().await.expect("an upload");
    upload.write(b"seven b").await.expect("it can be written");
    let file = upload.finish(Inspected { file_type: FileType::Png, quarantine: None }).await.expect("it arrives");
    assert_eq!(store.list_target_files(id).await.expect("an answer"), []);

    let mut tx = store.begin().await.expect("a transaction");
    let locked = tx.lock_target(id).await.expect("an answer").expect("the target");
    assert!(tx.claim_file(&locked, &file).await.expect("an answer").is_some());
    tx.commit().await.expect("a commit");

    let listed = store.list_target_files(id).await.expect("an answer");
    assert_eq!(listed.len(), 1);
    let found = (listed[0].id, listed[0].file_type, listed[0].size, listed[0].created_at);
    assert_eq!(found, (file.id, FileType::Png, 7, START));
}
