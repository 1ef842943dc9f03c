//! Files that wallets post by themselves: whose they are, how many there may be, and finding them.

use std::time::Duration;

use uuid::Uuid;

use super::{FileUpload, file_type};
use crate::domain::account::Account;
use crate::domain::clock::Timestamp;
use crate::domain::file::{FileId, FileType, Inspected};
use crate::domain::memo::CustomerKey;
use crate::domain::session::Reach;
use crate::store::targets::{account_tag, customer_tag, owner_tag, reached};
use crate::store::{Store, StoreError, Tx};

/// What an account may have of files that no PUT has named yet.
#[derive(Clone, Copy, Debug)]
pub struct FileQuota {
    /// How long each is kept.
    pub kept: Duration,
    /// How many there may be.
    pub files: u32,
    /// How many bytes they may have together.
    pub bytes: u64,
}

/// A file as who reaches it may know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostedFile {
    /// Its id.
    pub id: FileId,
    /// Its type, told by its content.
    pub file_type: FileType,
    /// Its size in bytes.
    pub size: i64,
    /// When it goes, unless a PUT names it.
    pub expires_at: Option<Timestamp>,
    /// The customer that it is of or was sent for, once registered.
    pub customer: Option<Uuid>,
}

/// Why a file cannot be posted.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    /// The account has as many as it may have, until the first of them goes.
    #[error("too many files that no PUT has named")]
    Full {
        /// When the first one goes.
        retry_after: Duration,
    },
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What an account (`$1`) has that no PUT has named, and did not go yet at `$2`.
const UNCLAIMED: &str = "SELECT COUNT(*), CAST(COALESCE(SUM(size), 0) AS BIGINT), MIN(expires_at) FROM files \
     WHERE account_tag = $1 AND target_id IS NULL AND expires_at > $2";

/// Selects what is told of the files that `$where` names; they have arrived, and did not go yet at `$3`.
macro_rules! posted {
    ($where:expr) => {
        concat!(
            "SELECT id, content_type, size, expires_at, (SELECT id FROM payment_targets \
             WHERE target_tag = files.customer_tag AND registered_at IS NOT NULL) AS customer FROM files \
             WHERE content_type IS NOT NULL AND (expires_at IS NULL OR expires_at > $3) AND ",
            $where,
            " ORDER BY created_at, id"
        )
    };
}

#[derive(sqlx::FromRow)]
struct PostedRow {
    id: Uuid,
    content_type: String,
    size: i64,
    expires_at: Option<i64>,
    customer: Option<Uuid>,
}

impl PostedRow {
    fn into_file(self) -> Result<PostedFile, StoreError> {
        Ok(PostedFile {
            id: FileId::new(self.id),
            file_type: file_type(&self.content_type, self.id)?,
            size: self.size,
            expires_at: self.expires_at.map(Timestamp::from_micros),
            customer: self.customer,
        })
    }
}

impl Store {
    /// Finds a file that the session reaches.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_file(&self, id: FileId, reach: &Reach) -> Result<Option<PostedFile>, StoreError> {
        let query = self.db.query(posted!("id = $1 AND (account_tag = $2 OR customer_tag = $2)"));
        let query = query.bind(id.uuid()).bind(owner_tag(&self.vault, reach)).bind(self.now().micros());
        query.fetch_optional::<PostedRow>().await?.map(PostedRow::into_file).transpose()
    }

    /// Lists the files of a customer that the session reaches, and those that were sent for it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_customer_files(&self, customer: Uuid, reach: &Reach) -> Result<Vec<PostedFile>, StoreError> {
        let query = self.db.query(posted!(concat!(
            "customer_tag = (SELECT target_tag FROM payment_targets WHERE ",
            reached!(),
            ")"
        )));
        let query = query.bind(customer).bind(owner_tag(&self.vault, reach)).bind(self.now().micros());
        query.fetch_all::<PostedRow>().await?.into_iter().map(PostedRow::into_file).collect()
    }

    /// Tells whether an account may post another file, before it arrives.
    ///
    /// # Errors
    /// [`PostError::Full`] when it may not; the database failed.
    pub async fn check_quota(&self, account: Account, quota: FileQuota) -> Result<(), PostError> {
        let now = self.now();
        let query = self.db.query(UNCLAIMED).bind(account_tag(&self.vault, account).as_slice()).bind(now.micros());
        let used = query.fetch_optional().await.map_err(StoreError::from)?;
        quota.check(used.unwrap_or_default(), 1, now)
    }
}

impl FileUpload {
    /// Seals the last chunk and makes the file who posted it's, to be named by a PUT. Dropped without success, it is
    /// nobody's and goes by itself.
    ///
    /// # Errors
    /// [`PostError::Full`] when there is no room for it; the database failed.
    pub async fn post(
        mut self,
        inspected: Inspected,
        owner: &CustomerKey,
        quota: FileQuota,
    ) -> Result<PostedFile, PostError> {
        let turn = self.store.upload_turn().await;
        let mut tx = self.seal_chunk(true).await?;
        let account = account_tag(&tx.vault, owner.account());
        let used = tx.lock_unclaimed(&account).await?;
        quota.check(used, self.size, tx.now)?;
        tx.inner
            .query(
                "UPDATE files SET content_type = $2, size = $3, quarantine = $4, account_tag = $5, customer_tag = $6, \
                 expires_at = $7 WHERE id = $1",
            )
            .bind(self.id)
            .bind(inspected.file_type.content_type())
            .bind(self.size)
            .bind(inspected.quarantine.map(|quarantine| quarantine.key().to_owned()))
            .bind(account.as_slice())
            .bind(customer_tag(&tx.vault, owner))
            .bind((tx.now + quota.kept).micros())
            .execute()
            .await
            .map_err(StoreError::from)?;
        tx.commit().await?;
        drop(turn);
        let found = self.store.find_file(FileId::new(self.id), &Reach::Customer(owner.clone())).await?;
        Ok(found.ok_or_else(|| super::corrupt("id", self.id))?)
    }
}

/// Number, bytes and first expiry.
type Used = (i64, i64, Option<i64>);

impl Tx {
    /// Counts what an account has, and lets nobody else count until the end of the transaction.
    async fn lock_unclaimed(&mut self, account: &[u8; 32]) -> Result<Used, StoreError> {
        self.lock_tag(account).await?;
        let query = self.inner.query(UNCLAIMED).bind(account.as_slice()).bind(self.now.micros());
        Ok(query.fetch_optional().await?.unwrap_or_default())
    }
}

impl FileQuota {
    fn check(self, (files, bytes, first_expiry): Used, more: i64, now: Timestamp) -> Result<(), PostError> {
        let is_room = files < i64::from(self.files) && u64::try_from(bytes + more).is_ok_and(|all| all <= self.bytes);
        let micros = first_expiry.map(|expiry| u64::try_from(expiry - now.micros()).unwrap_or_default());
        let retry_after = micros.map_or(self.kept, Duration::from_micros);
        if is_room { Ok(()) } else { Err(PostError::Full { retry_after }) }
    }
}
