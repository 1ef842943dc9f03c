//! Uploaded files: sealed chunk by chunk while they arrive, without a transaction that waits for the network.
//!
//! A file is unclaimed at first and goes at its expiry. A PUT claims it in the transaction of its change: one that came
//! with the PUT is nobody's until then, one that was posted before belongs to who posted it.

mod claim;
mod posted;
mod upload;

use uuid::Uuid;
use zeroize::Zeroizing;

use super::{LockedTarget, Store, StoreError, Tx};
use crate::domain::clock::Timestamp;
use crate::domain::file::{FileType, Quarantine};
use crate::vault::Place;

pub use claim::ClaimedFile;
pub use posted::{FileQuota, PostError, PostedFile};
pub use upload::FileUpload;

const TABLE: &str = "files";

/// A file that has arrived and waits to be claimed by the request that brought it.
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
    pub file_type: FileType,
    /// Its size in bytes.
    pub size: i64,
    /// When it began to arrive.
    pub created_at: Timestamp,
    /// Why a person has to look at it, if one has to.
    pub quarantine: Option<Quarantine>,
}

#[derive(sqlx::FromRow)]
struct FileRow {
    id: Uuid,
    content_type: String,
    size: i64,
    created_at: i64,
    quarantine: Option<String>,
}

impl FileRow {
    fn into_record(self) -> Result<FileRecord, StoreError> {
        Ok(FileRecord {
            id: self.id,
            file_type: file_type(&self.content_type, self.id)?,
            size: self.size,
            created_at: Timestamp::from_micros(self.created_at),
            quarantine: quarantine(self.quarantine.as_deref(), self.id)?,
        })
    }
}

/// Selects what is known of the files that have arrived and that `$where` names.
macro_rules! arrived {
    ($where:literal) => {
        concat!(
            "SELECT id, content_type, size, created_at, quarantine FROM files WHERE content_type IS NOT NULL AND ",
            $where
        )
    };
}

impl Tx {
    /// Finds a file of a target.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_file(&mut self, locked: &LockedTarget, id: Uuid) -> Result<Option<FileRecord>, StoreError> {
        let query = self.inner.query(arrived!("id = $1 AND target_id = $2")).bind(id).bind(locked.target.id);
        query.fetch_optional::<FileRow>().await?.map(FileRow::into_record).transpose()
    }
}

impl Store {
    /// Lists the files of a target.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_target_files(&self, target: Uuid) -> Result<Vec<FileRecord>, StoreError> {
        let query = self.db.query(arrived!("target_id = $1 ORDER BY created_at, id"));
        query.bind(target).fetch_all::<FileRow>().await?.into_iter().map(FileRow::into_record).collect()
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

fn file_type(content_type: &str, row: Uuid) -> Result<FileType, StoreError> {
    FileType::of(content_type).ok_or_else(|| corrupt("content_type", row))
}

fn quarantine(key: Option<&str>, row: Uuid) -> Result<Option<Quarantine>, StoreError> {
    let find = |key: &str| Quarantine::ALL.into_iter().find(|known| known.key() == key);
    key.map(|key| find(key).ok_or_else(|| corrupt("quarantine", row))).transpose()
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
