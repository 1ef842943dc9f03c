//! Uploaded files: sealed chunk by chunk while they arrive, without a transaction that waits for the network.
//!
//! A file is unclaimed at first and goes at its expiry. A PUT claims it in the transaction of its change.

use std::time::Duration;

use uuid::Uuid;
use zeroize::Zeroizing;

use super::{LockedTarget, Store, StoreError, Tx};
use crate::domain::clock::Timestamp;
use crate::vault::{DataKey, Place, random};

const TABLE: &str = "files";

/// How much of a file is sealed at once, and so how much of it is in memory.
const CHUNK: usize = 256 * 1024;

/// How long an unclaimed file is kept.
const UNCLAIMED: Duration = Duration::from_mins(15);

/// A file on its way in.
pub struct FileUpload {
    store: Store,
    id: Uuid,
    data_key: DataKey,
    buffer: Zeroizing<Vec<u8>>,
    position: u32,
    size: i64,
}

/// A file that has arrived and waits to be claimed.
#[derive(Clone, Debug)]
pub struct StagedFile {
    /// Its id.
    pub id: Uuid,
}

/// What is known of a customer's file without opening it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRecord {
    /// Its id.
    pub id: Uuid,
    /// Its type, told by its content.
    pub content_type: String,
    /// Its size in bytes.
    pub size: i64,
    /// When it began to arrive.
    pub created_at: Timestamp,
}

impl Store {
    /// Lists the files of a target.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_target_files(&self, target: Uuid) -> Result<Vec<FileRecord>, StoreError> {
        let query = self.db.query(
            "SELECT id, content_type, size, created_at FROM files \
             WHERE target_id = $1 AND content_type IS NOT NULL ORDER BY created_at, id",
        );
        let rows = query.bind(target).fetch_all::<(Uuid, String, i64, i64)>().await?;
        let record = |(id, content_type, size, created_at)| FileRecord {
            id,
            content_type,
            size,
            created_at: Timestamp::from_micros(created_at),
        };
        Ok(rows.into_iter().map(record).collect())
    }

    /// Starts an upload.
    ///
    /// # Errors
    /// The database failed.
    pub async fn begin_upload(&self) -> Result<FileUpload, StoreError> {
        let id = random::id();
        let (data_key, wrapped) = self.vault.new_data_key(data_key_place(id));
        let mut tx = self.begin().await?;
        tx.inner
            .query("INSERT INTO files (id, data_key, size, created_at, expires_at) VALUES ($1, $2, 0, $3, $4)")
            .bind(id)
            .bind(wrapped)
            .bind(tx.now.micros())
            .bind((tx.now + UNCLAIMED).micros())
            .execute()
            .await?;
        tx.commit().await?;
        Ok(FileUpload {
            store: self.clone(),
            id,
            data_key,
            buffer: Zeroizing::new(Vec::with_capacity(CHUNK)),
            position: 0,
            size: 0,
        })
    }

    /// Deletes unclaimed files whose time is over, and gives their number.
    ///
    /// # Errors
    /// The database failed.
    pub async fn delete_unclaimed_files(&self) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let query = tx.inner.query("DELETE FROM files WHERE target_id IS NULL AND expires_at <= $1");
        let deleted = query.bind(tx.now.micros()).execute().await?;
        tx.commit().await?;
        Ok(deleted)
    }

    /// Deletes one unclaimed file, after a request that was refused.
    ///
    /// # Errors
    /// The database failed.
    pub async fn delete_unclaimed_file(&self, id: Uuid) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        tx.inner.query("DELETE FROM files WHERE id = $1 AND target_id IS NULL").bind(id).execute().await?;
        tx.commit().await
    }

    /// Opens a whole file that has arrived.
    ///
    /// # Errors
    /// The database failed, or a chunk was changed, swapped, dropped or added.
    pub async fn read_file(&self, id: Uuid) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
        // One statement, so that a file that is erased meanwhile is there whole or not at all.
        let query = self.db.query(
            "SELECT files.data_key, files.size, file_chunks.sealed FROM files \
             LEFT JOIN file_chunks ON file_chunks.file_id = files.id \
             WHERE files.id = $1 AND files.content_type IS NOT NULL ORDER BY file_chunks.position",
        );
        let chunks = query.bind(id).fetch_all::<(Vec<u8>, i64, Option<Vec<u8>>)>().await?;
        let Some((wrapped, size, _)) = chunks.first() else {
            return Ok(None);
        };
        let data_key = self.vault.open_data_key(data_key_place(id), wrapped)?;
        let size = usize::try_from(*size).map_err(|_| corrupt("size", id))?;
        let mut content = Zeroizing::new(Vec::with_capacity(size));
        for (position, (_, _, sealed)) in (0..).zip(&chunks) {
            let place = chunk_place(id, position, position as usize + 1 == chunks.len());
            let sealed = sealed.as_deref().ok_or_else(|| corrupt("chunks", id))?;
            content.extend_from_slice(&data_key.open(place, sealed)?);
        }
        Ok(Some(content))
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
                self.seal_chunk(false).await?;
            }
            let (now, later) = bytes.split_at(bytes.len().min(CHUNK - self.buffer.len()));
            self.buffer.extend_from_slice(now);
            bytes = later;
        }
        Ok(())
    }

    /// Seals the last chunk and makes the file ready to be claimed.
    ///
    /// # Errors
    /// The database failed.
    pub async fn finish(mut self, content_type: &'static str) -> Result<StagedFile, StoreError> {
        self.seal_chunk(true).await?;
        let mut tx = self.store.begin().await?;
        tx.inner
            .query("UPDATE files SET content_type = $2, size = $3 WHERE id = $1")
            .bind(self.id)
            .bind(content_type)
            .bind(self.size)
            .execute()
            .await?;
        tx.commit().await?;
        Ok(StagedFile { id: self.id })
    }

    async fn seal_chunk(&mut self, last: bool) -> Result<(), StoreError> {
        let place = chunk_place(self.id, self.position, last);
        let sealed = self.data_key.seal(place, &self.buffer);
        let mut tx = self.store.begin().await?;
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
            .bind((tx.now + UNCLAIMED).micros())
            .execute()
            .await?;
        tx.commit().await?;
        self.position += 1;
        self.size += i64::try_from(self.buffer.len()).unwrap_or(i64::MAX);
        self.buffer.clear();
        Ok(())
    }
}

impl Tx {
    /// Makes an arrived file the customer's; tells whether it was there and unclaimed.
    ///
    /// # Errors
    /// The database failed.
    pub async fn claim_file(&mut self, owner: &LockedTarget, file: &StagedFile) -> Result<bool, StoreError> {
        let changed = self
            .inner
            .query(
                "UPDATE files SET target_id = $2, expires_at = NULL \
                 WHERE id = $1 AND target_id IS NULL AND content_type IS NOT NULL",
            )
            .bind(file.id)
            .bind(owner.target.id)
            .execute()
            .await?;
        Ok(changed > 0)
    }

    /// Deletes a file that another one replaced.
    ///
    /// # Errors
    /// The database failed.
    pub async fn delete_file(&mut self, id: Uuid) -> Result<(), StoreError> {
        self.inner.query("DELETE FROM files WHERE id = $1").bind(id).execute().await?;
        Ok(())
    }
}

fn data_key_place(row: Uuid) -> Place {
    Place { table: TABLE, row, column: "data_key", version: 0 }
}

fn chunk_place(row: Uuid, position: u32, last: bool) -> Place {
    Place::chunk("file_chunks", row, "sealed", position, last)
}

fn corrupt(column: &'static str, row: Uuid) -> StoreError {
    StoreError::Corrupt { table: TABLE, column, row: row.to_string() }
}
