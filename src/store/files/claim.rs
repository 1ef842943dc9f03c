//! Making an unclaimed file a customer's, in the transaction of the change that names it.

use uuid::Uuid;

use super::{StagedFile, file_type, quarantine};
use crate::domain::file::{FileId, FileType, Quarantine};
use crate::domain::session::Reach;
use crate::store::db::Query;
use crate::store::targets::owner_tag;
use crate::store::{LockedTarget, StoreError, Tx};

/// A file that was just made the customer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClaimedFile {
    /// Its id.
    pub id: Uuid,
    /// Its type, told by its content.
    pub file_type: FileType,
    /// Why a person has to look at it, if one has to.
    pub quarantine: Option<Quarantine>,
}

/// Claims the file `$1` for the target `$2`, if it has arrived, nobody claimed it, and `$where`.
macro_rules! claim {
    ($where:literal) => {
        concat!(
            "UPDATE files SET target_id = $2, expires_at = NULL, \
             account_tag = (SELECT account_tag FROM payment_targets WHERE id = $2), \
             customer_tag = (SELECT target_tag FROM payment_targets WHERE id = $2) \
             WHERE id = $1 AND target_id IS NULL AND content_type IS NOT NULL AND ",
            $where,
            " RETURNING content_type, quarantine"
        )
    };
}

impl Tx {
    /// Makes a file that arrived with this request the customer's, unless it was given up meanwhile.
    ///
    /// # Errors
    /// The database failed.
    pub async fn claim_file(
        &mut self,
        owner: &LockedTarget,
        file: &StagedFile,
    ) -> Result<Option<ClaimedFile>, StoreError> {
        let query = self.inner.query(claim!("customer_tag IS NULL"));
        claimed(file.id, query.bind(file.id).bind(owner.target.id)).await
    }

    /// Makes a file that was posted before the customer's, if the session reaches it and its time is not over.
    ///
    /// # Errors
    /// The database failed.
    pub async fn claim_posted_file(
        &mut self,
        owner: &LockedTarget,
        file: FileId,
        reach: &Reach,
    ) -> Result<Option<ClaimedFile>, StoreError> {
        let query = self.inner.query(claim!("(account_tag = $3 OR customer_tag = $3) AND expires_at > $4"));
        let query = query.bind(file.uuid()).bind(owner.target.id);
        claimed(file.uuid(), query.bind(owner_tag(&self.vault, reach)).bind(self.now.micros())).await
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

async fn claimed(id: Uuid, query: Query<'_>) -> Result<Option<ClaimedFile>, StoreError> {
    let row = query.fetch_optional::<(String, Option<String>)>().await?;
    let claimed = |(content_type, reason): (String, Option<String>)| {
        let quarantine = quarantine(reason.as_deref(), id)?;
        Ok(ClaimedFile { id, file_type: file_type(&content_type, id)?, quarantine })
    };
    row.map(claimed).transpose()
}
