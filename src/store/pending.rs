//! Processes whose provider has not decided yet, and the messages by which providers tell.

use uuid::Uuid;

use super::db::{Sql, for_each_engine};
use super::processes::{ProcessRow, columns, processes};
use super::{LockedTarget, Process, Store, StoreError, Tx};
use crate::domain::clock::Timestamp;
use crate::domain::process::Progress;

/// What is remembered of a provider that has not decided yet.
pub struct PendingRecord<'a> {
    /// What is needed to ask it again.
    pub kept: &'a [u8],
    /// When it is asked again, if it is.
    pub ask_at: Option<Timestamp>,
    /// By what it names the person.
    pub reference: &'a str,
}

/// Selects, and puts off, pending processes whose time to ask has come.
macro_rules! lease {
    ($now:literal, $lock:literal) => {
        concat!(
            "UPDATE processes SET deadline = $2 WHERE id IN (SELECT id FROM processes WHERE state = 'pending' \
             AND deadline <= $1 AND expires_at > $1 ORDER BY deadline LIMIT $3 ",
            $lock,
            ") RETURNING ",
            columns!()
        )
    };
}
const LEASE: Sql = for_each_engine!(lease);

impl Store {
    /// Lists up to `limit` pending processes whose provider is to be asked again, and puts each off until `until`: of
    /// several processes that try at once, one gets it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn lease_questions(&self, until: Timestamp, limit: u32) -> Result<Vec<Process>, StoreError> {
        let mut tx = self.begin().await?;
        let now = tx.now;
        let query = tx.inner.query(LEASE).bind(now.micros()).bind(until.micros()).bind(i64::from(limit));
        let rows = query.fetch_all::<ProcessRow>().await?;
        tx.commit().await?;
        rows.into_iter().map(ProcessRow::into_process).collect()
    }

    /// Forgets messages that came before `until`, and gives their number.
    ///
    /// # Errors
    /// The database failed.
    pub async fn delete_old_messages(&self, until: Timestamp) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let query = tx.inner.query("DELETE FROM webhook_messages WHERE received_at < $1");
        let deleted = query.bind(until.micros()).execute().await?;
        tx.commit().await?;
        Ok(deleted)
    }
}

impl Tx {
    /// Records that the provider of a process has not decided yet.
    ///
    /// # Errors
    /// The database failed.
    pub async fn save_pending(
        &mut self,
        target: &LockedTarget,
        process: &Process,
        progress: Progress,
        record: PendingRecord<'_>,
    ) -> Result<(), StoreError> {
        let reference = self.subject_tag(&process.provider, record.reference);
        self.inner
            .query(
                "UPDATE processes SET state = 'pending', trouble = NULL, kept = $2, deadline = $3, reference_tag = $4, \
                 expires_at = $5 WHERE id = $1",
            )
            .bind(process.id)
            .bind(process.seal(target, "kept", record.kept))
            .bind(record.ask_at.map(Timestamp::micros))
            .bind(reference.as_slice())
            .bind(progress.expires_at.micros())
            .execute()
            .await?;
        Ok(())
    }

    /// Puts off the next question about a pending process.
    ///
    /// # Errors
    /// The database failed.
    pub async fn save_question(&mut self, process: Uuid, ask_at: Timestamp) -> Result<(), StoreError> {
        let query = self.inner.query("UPDATE processes SET deadline = $2 WHERE id = $1 AND state = 'pending'");
        query.bind(process).bind(ask_at.micros()).execute().await?;
        Ok(())
    }

    /// Lists the pending processes of a person at a provider, in the order of their targets, in which these are locked.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_pending(&mut self, provider: &str, reference: &str) -> Result<Vec<Process>, StoreError> {
        let tag = self.subject_tag(provider, reference);
        let query = processes!("state = 'pending' AND provider = $1 AND reference_tag = $2 ORDER BY target_id");
        let rows = self.inner.query(query).bind(provider).bind(tag.as_slice()).fetch_all::<ProcessRow>().await?;
        rows.into_iter().map(ProcessRow::into_process).collect()
    }

    /// Records that a message is taken; tells whether it never was before.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert_message(&mut self, message_tag: &[u8]) -> Result<bool, StoreError> {
        let query = self
            .inner
            .query("INSERT INTO webhook_messages (message_tag, received_at) VALUES ($1, $2) ON CONFLICT DO NOTHING");
        Ok(query.bind(message_tag).bind(self.now.micros()).execute().await? > 0)
    }
}
