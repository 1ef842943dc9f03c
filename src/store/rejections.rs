//! Rejections that outlive the erasure of their customer.
//!
//! What stays is a keyed hash of account and memo, the type, the key of a neutral message and a time: enough to tell
//! that the same account with the same memo comes back, and nothing else. Another account or memo is somebody new.

use super::{LockedTarget, StoreError, Tx};
use crate::domain::clock::Timestamp;
use crate::domain::decision::{Notice, Ruling};
use crate::domain::payto::Payto;
use crate::vault::{Purpose, Vault};

const TABLE: &str = "rejections";

impl Tx {
    /// Remembers that a customer was rejected for a type, whatever becomes of its row.
    ///
    /// # Errors
    /// The database failed.
    pub async fn save_rejection(
        &mut self,
        locked: &LockedTarget,
        customer_type: &str,
        notice: Option<Notice>,
    ) -> Result<(), StoreError> {
        let tag = tag(&self.vault, &locked.payto()?);
        self.inner
            .query(
                "INSERT INTO rejections (customer_tag, type, notice, rejected_at) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (customer_tag, type) DO UPDATE SET notice = $3, rejected_at = $4",
            )
            .bind(tag)
            .bind(customer_type)
            .bind(notice.map(Notice::key))
            .bind(self.now.micros())
            .execute()
            .await?;
        Ok(())
    }

    /// Forgets that a customer was rejected for a type.
    ///
    /// # Errors
    /// The database failed.
    pub async fn delete_rejection(&mut self, locked: &LockedTarget, customer_type: &str) -> Result<(), StoreError> {
        let tag = tag(&self.vault, &locked.payto()?);
        let query = self.inner.query("DELETE FROM rejections WHERE customer_tag = $1 AND type = $2");
        query.bind(tag).bind(customer_type).execute().await?;
        Ok(())
    }

    /// Lists what is remembered of a customer, by type.
    pub(super) async fn list_rejections(&mut self, payto: &Payto) -> Result<Vec<(String, Ruling)>, StoreError> {
        let query = self.inner.query("SELECT type, notice, rejected_at FROM rejections WHERE customer_tag = $1");
        let rows = query.bind(tag(&self.vault, payto)).fetch_all::<(String, Option<String>, i64)>().await?;
        let ruling = |(customer_type, notice, rejected_at): (String, Option<String>, i64)| {
            let notice = match notice.as_deref().map(parse_notice) {
                Some(None) => {
                    return Err(StoreError::Corrupt { table: TABLE, column: "notice", row: customer_type });
                }
                notice => notice.flatten(),
            };
            Ok((customer_type, Ruling::rejected(notice, Timestamp::from_micros(rejected_at))))
        };
        rows.into_iter().map(ruling).collect()
    }
}

fn tag(vault: &Vault, payto: &Payto) -> Vec<u8> {
    vault.tag(Purpose::Rejection, &[payto.hash().as_bytes()]).to_vec()
}

fn parse_notice(key: &str) -> Option<Notice> {
    Notice::ALL.into_iter().find(|notice| notice.key() == key)
}
