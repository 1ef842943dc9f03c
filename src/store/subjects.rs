//! Who proved which customers: a keyed hash of provider and subject, and nothing else.

use uuid::Uuid;

use super::{LockedTarget, StoreError, Tx};
use crate::vault::Purpose;

impl Tx {
    /// Remembers who proved a customer, and tells whether the same person proved another one: of two that are proven
    /// at the same time, at least one is told.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert_subject(
        &mut self,
        locked: &LockedTarget,
        provider: &str,
        subject: &str,
    ) -> Result<bool, StoreError> {
        let tag = self.subject_tag(provider, subject);
        self.lock_tag(&tag).await?;
        let id = locked.target.id;
        let query =
            self.inner.query("INSERT INTO subjects (subject_tag, target_id) VALUES ($1, $2) ON CONFLICT DO NOTHING");
        query.bind(tag.as_slice()).bind(id).execute().await?;
        let query =
            self.inner.query("SELECT target_id FROM subjects WHERE subject_tag = $1 AND target_id <> $2 LIMIT 1");
        Ok(query.bind(tag.as_slice()).bind(id).fetch_optional::<(Uuid,)>().await?.is_some())
    }

    /// The keyed hash of somebody at a provider.
    pub(super) fn subject_tag(&self, provider: &str, subject: &str) -> [u8; 32] {
        self.vault.tag(Purpose::Subject, &[provider.as_bytes(), subject.as_bytes()])
    }
}
