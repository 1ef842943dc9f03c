//! Files that wallets post by themselves: who reaches them, how many there may be, and that each is claimed once.

use std::time::Duration;

use kycd::domain::account::Account;
use kycd::domain::file::{FileId, FileType, Inspected, Quarantine};
use kycd::domain::memo::{CustomerKey, Memo};
use kycd::domain::payto::Payto;
use kycd::domain::session::Reach;
use kycd::store::{ClaimedFile, FileQuota, PostError, PostedFile, Store};
use rstest::rstest;

use crate::database::Engine;
use crate::installation::{Installation, START};
use crate::people::{A, B, plain, register, with_memo};
use crate::sql::Sql;

const SCRIPT: Inspected = Inspected { file_type: FileType::Pdf, quarantine: Some(Quarantine::ActiveContent) };
const KEPT: Duration = Duration::from_hours(24);
const QUOTA: FileQuota = FileQuota { kept: KEPT, files: 3, bytes: 30 };

fn five(account: Account) -> CustomerKey {
    with_memo(account, Memo::Id(5))
}

async fn try_post(store: &Store, owner: &CustomerKey, content: &[u8]) -> Result<PostedFile, PostError> {
    let mut upload = store.begin_upload().await.expect("an upload");
    upload.write(content).await.expect("it can be written");
    upload.post(SCRIPT, owner, QUOTA).await
}

async fn post(store: &Store, owner: &CustomerKey) -> FileId {
    try_post(store, owner, b"ten bytes.").await.expect("there is room").id
}

/// Claims a file for a customer, who is made.
async fn claim(store: &Store, customer: &CustomerKey, file: FileId, reach: &Reach) -> Option<ClaimedFile> {
    let mut tx = store.begin().await.expect("a transaction");
    let owner = tx.lock_or_insert_target(&Payto::from(customer)).await.expect("a target");
    let claimed = tx.claim_posted_file(&owner, file, reach).await.expect("an answer");
    tx.commit().await.expect("a commit");
    claimed
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn who_reaches_a_file_finds_it(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let file = try_post(&store, &five(A), b"ten bytes.").await.expect("there is room");
    let mut expected =
        PostedFile { id: file.id, file_type: FileType::Pdf, size: 10, expires_at: Some(START + KEPT), customer: None };
    assert_eq!(file, expected);
    let id = register(&store, &five(A), &[]).await;
    expected.customer = Some(id);

    for reach in [Reach::Account(A), Reach::Customer(five(A))] {
        assert_eq!(store.find_file(file.id, &reach).await.expect("an answer").as_ref(), Some(&expected));
        assert_eq!(store.list_customer_files(id, &reach).await.expect("an answer"), std::slice::from_ref(&expected));
    }
    for reach in [Reach::Account(B), Reach::Customer(five(B)), Reach::Customer(plain(A))] {
        assert_eq!(store.find_file(file.id, &reach).await.expect("an answer"), None);
        assert_eq!(store.list_customer_files(id, &reach).await.expect("an answer"), []);
        assert_eq!(claim(&store, &plain(A), file.id, &reach).await, None);
    }
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_claimed_file_is_its_customers(#[case] engine: Engine) {
    let Installation { store, clock, database: _database, .. } = Installation::on(engine).await;
    let file = post(&store, &plain(A)).await;
    let id = register(&store, &five(A), &[]).await;

    let claimed = claim(&store, &five(A), file, &Reach::Account(A)).await.expect("it was there");

    let (file_type, quarantine) = (SCRIPT.file_type, SCRIPT.quarantine);
    assert_eq!(claimed, ClaimedFile { id: file.uuid(), file_type, quarantine });
    assert_eq!(claim(&store, &five(A), file, &Reach::Account(A)).await, None, "once");
    clock.advance(KEPT);
    assert_eq!(store.delete_unclaimed_files().await.expect("an answer"), 0);
    let found = store.find_file(file, &Reach::Customer(five(A))).await.expect("an answer").expect("it is there");
    assert_eq!((found.expires_at, found.customer), (None, Some(id)));
    assert_eq!(store.find_file(file, &Reach::Customer(plain(A))).await.expect("an answer"), None, "not the sender's");
    assert_eq!(store.list_target_files(id).await.expect("an answer")[0].quarantine, quarantine);
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_file_whose_time_is_over_is_not_there(#[case] engine: Engine) {
    let Installation { store, clock, database, .. } = Installation::on(engine).await;
    let file = post(&store, &plain(A)).await;
    let reach = Reach::Account(A);
    clock.advance(Duration::from_micros(24 * 3_600_000_000 - 1));
    assert!(store.find_file(file, &reach).await.expect("an answer").is_some());

    clock.advance(Duration::from_micros(1));

    assert_eq!(store.find_file(file, &reach).await.expect("an answer"), None);
    assert_eq!(claim(&store, &plain(A), file, &reach).await, None);
    assert_eq!(store.delete_unclaimed_files().await.expect("an answer"), 1);
    let chunks = Sql::connect(&database).await.texts("SELECT CAST(position AS TEXT) FROM file_chunks").await;
    assert_eq!(chunks, [] as [String; 0]);
}

/// Neither one that is still arriving nor one that came with a PUT.
#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_file_that_was_not_posted_is_nobodys(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let upload = store.begin_upload().await.expect("an upload");
    let file = FileId::new(upload.id());
    assert_eq!(claim(&store, &plain(A), file, &Reach::Account(A)).await, None);

    let staged = upload.finish(SCRIPT).await.expect("it arrives");

    assert_eq!(claim(&store, &plain(A), file, &Reach::Account(A)).await, None);
    assert_eq!(store.find_file(file, &Reach::Account(A)).await.expect("an answer"), None);
    let posted = post(&store, &plain(A)).await;
    let mut tx = store.begin().await.expect("a transaction");
    let owner = tx.lock_or_insert_target(&Payto::from(&plain(B))).await.expect("a target");
    assert!(tx.claim_file(&owner, &staged).await.expect("an answer").is_some());
    let of_another = kycd::store::StagedFile { id: posted.uuid() };
    assert_eq!(tx.claim_file(&owner, &of_another).await.expect("an answer"), None);
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn an_account_has_so_many_files_and_bytes_that_nobody_named(#[case] engine: Engine) {
    let Installation { store, clock, database: _database, .. } = Installation::on(engine).await;
    let full = |result: Result<(), PostError>| match result {
        Ok(()) => None,
        Err(PostError::Full { retry_after }) => Some(retry_after),
        Err(PostError::Store(error)) => panic!("{error}"),
    };
    let check = || store.check_quota(A, QUOTA);
    assert_eq!(full(check().await), None);
    let first = post(&store, &plain(A)).await;
    clock.advance(Duration::from_hours(1));
    post(&store, &five(A)).await;
    assert_eq!(full(try_post(&store, &plain(A), b"eleven byte").await.map(drop)), Some(Duration::from_hours(23)));
    assert_eq!(full(check().await), None, "there is room for a smaller one");
    post(&store, &plain(A)).await;

    assert_eq!(full(check().await), Some(Duration::from_hours(23)));
    assert_eq!(full(try_post(&store, &plain(A), b"x").await.map(drop)), Some(Duration::from_hours(23)));
    assert_eq!(full(store.check_quota(B, QUOTA).await), None);
    claim(&store, &plain(A), first, &Reach::Account(A)).await.expect("it was there");
    assert_eq!(full(check().await), None);
    post(&store, &plain(A)).await;
    clock.advance(KEPT);
    assert_eq!(full(check().await), None, "even before they are swept");
}

/// A file of the time before files had owners.
#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn the_files_of_older_databases_get_their_owners(#[case] engine: Engine) {
    let Installation { store, database, .. } = Installation::on(engine).await;
    let file = post(&store, &plain(A)).await;
    let id = register(&store, &five(A), &[]).await;
    claim(&store, &five(A), file, &Reach::Account(A)).await.expect("it was there");
    let mut sql = Sql::connect(&database).await;
    sql.execute("UPDATE files SET account_tag = NULL, customer_tag = NULL", &[]).await;
    assert_eq!(store.list_customer_files(id, &Reach::Account(A)).await.expect("an answer"), []);

    let migration = include_str!("../../migrations/postgres/0004_files.sql");
    let update = migration.split(';').find(|statement| statement.trim().starts_with("UPDATE")).expect("it is there");
    assert_eq!(sql.execute(update, &[]).await, 1);

    assert_eq!(store.list_customer_files(id, &Reach::Account(A)).await.expect("an answer").len(), 1);
    assert!(store.find_file(file, &Reach::Customer(five(A))).await.expect("an answer").is_some());
}
