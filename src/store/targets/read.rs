//! Finding targets.

use uuid::Uuid;

use super::{
    AccessToken, Find, OpenTarget, Row, Target, TargetRow, WholeRow, customer_tag, owner_tag, readable, target_tag,
    whole,
};
use crate::domain::payto::PaytoHash;
use crate::domain::requirement::Requirements;
use crate::domain::session::{Reach, Selector};
use crate::store::shared::Shared;
use crate::store::{Store, StoreError};

impl Store {
    /// Finds a customer that the session reaches.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_customer(&self, selector: &Selector, reach: &Reach) -> Result<Option<Target>, StoreError> {
        self.find_reached(&self.lookups, selector, reach).await?.map(TargetRow::into_target).transpose()
    }

    /// Finds a customer that the session reaches, with the means to open it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn open_customer(&self, selector: &Selector, reach: &Reach) -> Result<Option<OpenTarget>, StoreError> {
        let row = self.find_reached(&self.whole_lookups, selector, reach).await?;
        row.map(|row| row.open(&self.vault)).transpose()
    }

    async fn find_reached<R: Row>(
        &self,
        lookups: &Shared<Find<R>>,
        selector: &Selector,
        reach: &Reach,
    ) -> Result<Option<R>, StoreError> {
        Ok(match selector {
            Selector::Key(key) => lookups.ask(customer_tag(&self.vault, key)).await?,
            Selector::Id { id, .. } => {
                let query = self.db.query(R::FIND_REACHED).bind(*id).bind(owner_tag(&self.vault, reach));
                query.fetch_optional().await?
            }
        })
    }

    /// Finds a target by its hash.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_target(&self, hash: &PaytoHash) -> Result<Option<Target>, StoreError> {
        self.lookups.ask(target_tag(&self.vault, hash)).await?.map(TargetRow::into_target).transpose()
    }

    /// Finds a target by the token of its link, with the means to name it on a page, and with the facts of this moment.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_linked(
        &self,
        token: &AccessToken,
        requirements: &Requirements,
    ) -> Result<Option<OpenTarget>, StoreError> {
        let query = self.db.query(whole!("link_tag = $1")).bind(token.tag());
        let found = query.fetch_optional::<WholeRow>().await?.map(|row| row.open(&self.vault)).transpose()?;
        found.map(|found| self.as_of_now(found, requirements)).transpose()
    }

    /// Finds a target by its id, with the means to name it on a page, and with the facts of this moment.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_as_of_now(
        &self,
        id: Uuid,
        requirements: &Requirements,
    ) -> Result<Option<OpenTarget>, StoreError> {
        self.find_by_id(id).await?.map(|found| self.as_of_now(found, requirements)).transpose()
    }

    /// Makes the facts anew that were assessed under other requirements, or before something ran out. Nothing is written.
    fn as_of_now(&self, mut found: OpenTarget, requirements: &Requirements) -> Result<OpenTarget, StoreError> {
        let now = self.now();
        if !found.target.facts.are_current(requirements.digest(), now) {
            let document = found.document()?;
            found.target.facts = self.assess(&found, &document, requirements, now);
        }
        Ok(found)
    }

    /// Finds a target by its id, with the means to name it on a page, and with the facts that were stored.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_by_id(&self, id: Uuid) -> Result<Option<OpenTarget>, StoreError> {
        let query = self.db.query(whole!("id = $1")).bind(id);
        query.fetch_optional::<WholeRow>().await?.map(|row| row.open(&self.vault)).transpose()
    }
}
