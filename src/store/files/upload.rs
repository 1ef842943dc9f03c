//! A file on its way in.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OwnedSemaphorePermit;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{StagedFile, chunk_place, data_key_place};
use crate::domain::file::Inspected;
use crate::store::{Store, StoreError, Tx};
use crate::vault::{DataKey, random};

/// How much of a file is sealed at once, and so how much of it is in memory.
const CHUNK: usize = 256 * 1024;

/// How long a file is kept whose next bytes, or whose request's end, do not come.
const ARRIVING: Duration = Duration::from_mins(15);

/// A file on its way in.
pub struct FileUpload {
    pub(super) store: Store,
    pub(super) id: Uuid,
    data_key: DataKey,
    buffer: Zeroizing<Vec<u8>>,
    position: u32,
    pub(super) size: i64,
}

impl Store {
    /// Starts an upload.
    ///
    /// # Errors
    /// The database failed.
    pub async fn begin_upload(&self) -> Result<FileUpload, StoreError> {
        let id = random::id();
        let (data_key, wrapped) = self.vault.new_data_key(data_key_place(id));
        let _turn = self.upload_turn().await;
        let mut tx = self.begin().await?;
        tx.inner
            .query("INSERT INTO files (id, data_key, size, created_at, expires_at) VALUES ($1, $2, 0, $3, $4)")
            .bind(id)
            .bind(wrapped)
            .bind(tx.now.micros())
            .bind((tx.now + ARRIVING).micros())
            .execute()
            .await?;
        tx.commit().await?;
        let buffer = Zeroizing::new(Vec::with_capacity(CHUNK));
        Ok(FileUpload { store: self.clone(), id, data_key, buffer, position: 0, size: 0 })
    }

    /// Waits for a turn to write, however many wait: who is still sending is not told to come back later.
    pub(super) async fn upload_turn(&self) -> OwnedSemaphorePermit {
        Arc::clone(&self.upload_turns).acquire_owned().await.expect("it is never closed")
    }
}

impl FileUpload {
    /// The id that the file will have.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// The database failed.
    pub async fn write(&mut self, mut bytes: &[u8]) -> Result<(), StoreError> {
        while !bytes.is_empty() {
            // A full buffer is sealed only when more follows: the last chunk is sealed as the last one.
            if self.buffer.len() == CHUNK {
                let _turn = self.store.upload_turn().await;
                self.seal_chunk(false).await?.commit().await?;
            }
            let (now, later) = bytes.split_at(bytes.len().min(CHUNK - self.buffer.len()));
            self.buffer.extend_from_slice(now);
            bytes = later;
        }
        Ok(())
    }

    /// Seals the last chunk and makes the file ready to be claimed by the request that brought it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn finish(mut self, inspected: Inspected) -> Result<StagedFile, StoreError> {
        let _turn = self.store.upload_turn().await;
        let mut tx = self.seal_chunk(true).await?;
        tx.inner
            .query("UPDATE files SET content_type = $2, size = $3, quarantine = $4 WHERE id = $1")
            .bind(self.id)
            .bind(inspected.file_type.content_type())
            .bind(self.size)
            .bind(inspected.quarantine.map(|quarantine| quarantine.key().to_owned()))
            .execute()
            .await?;
        tx.commit().await?;
        Ok(StagedFile { id: self.id })
    }

    /// Writes a chunk in a transaction that is still to be committed.
    pub(super) async fn seal_chunk(&mut self, last: bool) -> Result<Tx, StoreError> {
        // Sealed when it is its turn to write, so that those who wait hold a chunk once and not twice.
        let mut tx = self.store.begin().await?;
        let sealed = self.data_key.seal(chunk_place(self.id, self.position, last), &self.buffer);
        tx.inner
            .query("INSERT INTO file_chunks (file_id, position, sealed) VALUES ($1, $2, $3)")
            .bind(self.id)
            .bind(i64::from(self.position))
            .bind(sealed)
            .execute()
            .await?;
        // However slowly a file arrives, the sweeper does not take it while it does.
        tx.inner
            .query("UPDATE files SET expires_at = $2 WHERE id = $1")
            .bind(self.id)
            .bind((tx.now + ARRIVING).micros())
            .execute()
            .await?;
        self.position += 1;
        self.size += i64::try_from(self.buffer.len()).unwrap_or(i64::MAX);
        self.buffer.clear();
        Ok(tx)
    }
}
