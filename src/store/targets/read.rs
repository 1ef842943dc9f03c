//! Finding targets.

use uuid::Uuid;

use super::{
    AccessToken, OpenTarget, Target, TargetRow, WholeRow, customer_tag, owner_tag, reached, readable, target_tag, whole,
};
use crate::domain::payto::PaytoHash;
use crate::domain::session::{Reach, Selector};
use crate::store::{Store, StoreError};

impl Store {
    /// Finds a customer that the session reaches.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_customer(&self, selector: &Selector, reach: &Reach) -> Result<Option<Target>, StoreError> {
        let vault = &self.vault;
        let row = match selector {
            Selector::Key(key) => self.lookups.find(customer_tag(vault, key)).await?,
            Selector::Id { id, .. } => {
                let query = self.db.query(readable!(reached!())).bind(*id).bind(owner_tag(vault, reach));
                query.fetch_optional().await?
            }
        };
        row.map(TargetRow::into_target).transpose()
    }

    /// Finds a customer that the session reaches, with the means to open it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn open_customer(&self, selector: &Selector, reach: &Reach) -> Result<Option<OpenTarget>, StoreError> {
        let vault = &self.vault;
        let row = match selector {
            Selector::Key(key) => self.whole_lookups.find(customer_tag(vault, key)).await?,
            Selector::Id { id, .. } => {
                let query = self.db.query(whole!(reached!())).bind(*id).bind(owner_tag(vault, reach));
                query.fetch_optional().await?
            }
        };
        row.map(|row: WholeRow| row.open(vault)).transpose()
    }

    /// Finds a target by its hash.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_target(&self, hash: &PaytoHash) -> Result<Option<Target>, StoreError> {
        self.lookups.find(target_tag(&self.vault, hash)).await?.map(TargetRow::into_target).transpose()
    }

    /// Finds a target by the token of its link, with the means to name it on a page.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_linked(&self, token: &AccessToken) -> Result<Option<OpenTarget>, StoreError> {
        let query = self.db.query(whole!("link_tag = $1")).bind(token.tag());
        query.fetch_optional::<WholeRow>().await?.map(|row| row.open(&self.vault)).transpose()
    }

    /// Finds a target by its id, with the means to name it on a page.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_by_id(&self, id: Uuid) -> Result<Option<OpenTarget>, StoreError> {
        let query = self.db.query(whole!("id = $1")).bind(id);
        query.fetch_optional::<WholeRow>().await?.map(|row| row.open(&self.vault)).transpose()
    }
}
