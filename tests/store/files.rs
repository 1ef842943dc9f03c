//! Files: sealed in chunks while they arrive, claimed once, swept when nobody claims them.

use std::time::Duration;

use kycd::domain::file::{FileType, Inspected};
use kycd::domain::payto::Payto;
use kycd::store::{StagedFile, Store, StoreError};
use kycd::vault::VaultError;
use rstest::rstest;
use uuid::Uuid;

use crate::database::Engine;
use crate::installation::Installation;
use crate::people::{A, plain};
use crate::sql::Sql;

const CHUNK: usize = 256 * 1024;

/// What whoever looked at it found.
const PNG: Inspected = Inspected { file_type: FileType::Png, quarantine: None };

/// Bytes that tell where they stand.
fn content(length: usize) -> Vec<u8> {
    (0..length).map(|at| at.to_be_bytes()[5] ^ at.to_be_bytes()[6] ^ at.to_be_bytes()[7]).collect()
}

async fn upload(store: &Store, content: &[u8], piece: usize) -> StagedFile {
    let mut upload = store.begin_upload().await.expect("an upload");
    for bytes in content.chunks(piece) {
        upload.write(bytes).await.expect("it can be written");
    }
    let id = upload.id();
    let staged = upload.finish(PNG).await.expect("it arrives");
    assert_eq!(staged.id, id);
    staged
}

/// Claims a file for the customer of `A`, who is made.
async fn claim(store: &Store, file: &StagedFile) -> bool {
    let mut tx = store.begin().await.expect("a transaction");
    let owner = tx.lock_or_insert_target(&Payto::from(&plain(A))).await.expect("a target");
    let claimed = tx.claim_file(&owner, file).await.expect("an answer");
    tx.commit().await.expect("a commit");
    claimed.is_some()
}

async fn is_there(store: &Store, id: Uuid) -> bool {
    store.read_file(id).await.expect("an answer").is_some()
}

#[rstest]
#[case::nothing(0, 1)]
#[case::one_byte(1, 1)]
#[case::a_byte_less_than_a_chunk(CHUNK - 1, 1)]
#[case::a_chunk(CHUNK, 1)]
#[case::a_byte_more_than_a_chunk(CHUNK + 1, 2)]
#[case::two_chunks(2 * CHUNK, 2)]
#[case::a_byte_more_than_two_chunks(2 * CHUNK + 1, 3)]
#[tokio::test]
async fn a_file_comes_back_as_it_was_given(
    #[case] length: usize,
    #[case] chunks: usize,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Installation { store, database, .. } = Installation::on(engine).await;
    let content = content(length);

    for piece in [length.max(1), 65_537] {
        let file = upload(&store, &content, piece).await;

        let read = store.read_file(file.id).await.expect("it opens").expect("it is there");
        assert!(*read == content, "it is another content");
    }
    let stored = Sql::connect(&database).await.texts("SELECT CAST(position AS TEXT) FROM file_chunks").await;
    assert_eq!(stored.len(), 2 * chunks);
    let sizes = Sql::connect(&database).await.texts("SELECT CAST(size AS TEXT) FROM files").await;
    assert_eq!(sizes, [length.to_string(), length.to_string()]);
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn ten_mebibytes_are_never_in_memory_at_once(#[case] engine: Engine) {
    let Installation { store, database, .. } = Installation::on(engine).await;
    let mut sql = Sql::connect(&database).await;
    let stored = "SELECT CAST(length(sealed) AS TEXT) FROM file_chunks";
    let (content, piece) = (content(10 * 1024 * 1024), 1024 * 1024);

    let mut upload = store.begin_upload().await.expect("an upload");
    for (turn, bytes) in content.chunks(piece).enumerate() {
        upload.write(bytes).await.expect("it can be written");
        // All but the last chunk, which may turn out to be the last one of the file, has left the memory.
        assert_eq!(sql.texts(stored).await.len(), (turn + 1) * piece / CHUNK - 1);
    }
    let file = upload.finish(PNG).await.expect("it arrives");

    let lengths = sql.texts(stored).await;
    assert_eq!(lengths, vec![(CHUNK + 29).to_string(); 40]);
    assert!(*store.read_file(file.id).await.expect("it opens").expect("it is there") == content);
}

#[rstest]
#[case::a_flipped_bit("UPDATE file_chunks SET sealed = (SELECT sealed FROM spare) WHERE file_id = $1 AND position = 1")]
#[case::two_swapped(
    "UPDATE file_chunks SET position = 9 WHERE file_id = $1 AND position = 0; \
    UPDATE file_chunks SET position = 0 WHERE file_id = $1 AND position = 1; \
    UPDATE file_chunks SET position = 1 WHERE file_id = $1 AND position = 9"
)]
#[case::the_first_dropped("DELETE FROM file_chunks WHERE file_id = $1 AND position = 0")]
#[case::the_last_dropped("DELETE FROM file_chunks WHERE file_id = $1 AND position = 2")]
#[case::all_dropped("DELETE FROM file_chunks WHERE file_id = $1")]
#[case::the_last_appended_again(
    "INSERT INTO file_chunks (file_id, position, sealed) \
    SELECT file_id, 3, sealed FROM file_chunks WHERE file_id = $1 AND position = 2"
)]
#[case::the_key_of_another_file(
    "UPDATE files SET data_key = (SELECT data_key FROM files WHERE id <> $1) WHERE id = $1"
)]
#[tokio::test]
async fn cry_02_a_file_whose_chunks_were_changed_does_not_open(
    #[case] change: &str,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Installation { store, database, .. } = Installation::on(engine).await;
    let file = upload(&store, &content(3 * CHUNK), CHUNK).await;
    let other = upload(&store, b"other", CHUNK).await;
    let mut sql = Sql::connect(&database).await;
    let spare = "CREATE TABLE spare AS SELECT sealed FROM file_chunks JOIN files ON id = file_id WHERE size = 5";
    sql.execute(spare, &[]).await;

    for statement in change.split("; ") {
        assert!(sql.execute(statement, &[file.id]).await > 0);
    }

    let error = store.read_file(file.id).await.expect_err("it was changed");
    assert!(matches!(error, StoreError::Vault(VaultError::Tampered(_)) | StoreError::Corrupt { .. }), "{error:?}");
    assert!(is_there(&store, other.id).await);
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_file_is_claimed_once_and_only_when_it_has_arrived(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let mut arriving = store.begin_upload().await.expect("an upload");
    arriving.write(&content(CHUNK + 1)).await.expect("it can be written");
    assert!(!claim(&store, &StagedFile { id: arriving.id() }).await);
    assert!(!is_there(&store, arriving.id()).await);

    let file = arriving.finish(PNG).await.expect("it arrives");

    assert!(is_there(&store, file.id).await);
    assert!(claim(&store, &file).await);
    assert!(!claim(&store, &file).await);
    assert!(!claim(&store, &StagedFile { id: Uuid::nil() }).await);
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_file_that_nobody_claims_is_swept_after_a_quarter_of_an_hour(#[case] engine: Engine) {
    let Installation { store, database, clock, .. } = Installation::on(engine).await;
    let (claimed, unclaimed) = (upload(&store, b"one", 1).await, upload(&store, b"two", 1).await);
    let unfinished = store.begin_upload().await.expect("an upload");
    assert!(claim(&store, &claimed).await);

    clock.advance(Duration::from_mins(15) - Duration::from_micros(1));
    assert_eq!(store.delete_unclaimed_files().await.expect("an answer"), 0);
    clock.advance(Duration::from_micros(1));
    assert_eq!(store.delete_unclaimed_files().await.expect("an answer"), 2);

    assert!(is_there(&store, claimed.id).await);
    assert!(!is_there(&store, unclaimed.id).await);
    assert!(unfinished.finish(PNG).await.is_err(), "it was swept while it arrived");
    let chunks = Sql::connect(&database).await.texts("SELECT CAST(position AS TEXT) FROM file_chunks").await;
    assert_eq!(chunks.len(), 1);
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn the_file_of_a_refused_request_goes_unless_it_was_claimed(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let (claimed, unclaimed) = (upload(&store, b"one", 1).await, upload(&store, b"two", 1).await);
    assert!(claim(&store, &claimed).await);

    for file in [&claimed, &unclaimed] {
        store.delete_unclaimed_file(file.id).await.expect("an answer");
    }

    assert!(is_there(&store, claimed.id).await);
    assert!(!is_there(&store, unclaimed.id).await);
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_replaced_file_goes_with_the_commit_of_the_change(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let (old, new) = (upload(&store, b"old", 1).await, upload(&store, b"new", 1).await);
    assert!(claim(&store, &old).await);

    let mut tx = store.begin().await.expect("a transaction");
    tx.delete_file(old.id).await.expect("it can be deleted");
    drop(tx);
    assert!(is_there(&store, old.id).await);

    let mut tx = store.begin().await.expect("a transaction");
    tx.delete_file(old.id).await.expect("it can be deleted");
    tx.commit().await.expect("a commit");
    assert!(!is_there(&store, old.id).await);
    assert!(is_there(&store, new.id).await);
}
