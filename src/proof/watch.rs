//! Watching a target: how it stands, once that is worth telling.

use std::pin::pin;

use futures_util::FutureExt as _;

use super::{Proofs, Standing, TargetView};
use crate::domain::assessment::assess;
use crate::store::{AccessToken, OpenTarget, StoreError};

/// A target as somebody watches it.
pub struct Watched {
    /// How it stands for the customer type that was asked about.
    pub standing: Standing,
    /// Which configuration it stands so by.
    pub requirements: String,
    target: OpenTarget,
}

impl Watched {
    /// Counts the changes of what is known of the target.
    #[must_use]
    pub fn version(&self) -> i64 {
        self.target.version()
    }

    /// What is known of it without opening it, and how it opens.
    #[must_use]
    pub fn target(&self) -> &OpenTarget {
        &self.target
    }
}

impl Proofs {
    /// Waits until a target is as `is_worth_telling` wants it, or for the end of all patience, and tells how it stands
    /// then; `None` when the token or the type is unknown.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn watch_linked(
        &self,
        token: &AccessToken,
        customer_type: Option<&str>,
        end_of_patience: impl Future<Output = ()>,
        mut is_worth_telling: impl FnMut(&Watched) -> bool,
    ) -> Result<Option<Watched>, StoreError> {
        let mut end_of_patience = pin!(end_of_patience);
        let mut was_woken = false;
        loop {
            let found = match self.store.find_linked(token, &self.requirements).await {
                // Whoever is woken together with thousands may get no connection in time, but will in the end.
                Err(StoreError::Busy(_)) if was_woken && end_of_patience.as_mut().now_or_never().is_none() => continue,
                found => found?,
            };
            let Some(target) = found else { return Ok(None) };
            let Some((name, requirement)) = self.requirement(target.target.is_customer, customer_type) else {
                return Ok(None);
            };
            let standing = Standing::of(&assess(name, requirement, &target.target.facts, self.store.now()));
            let requirements = self.requirements.digest().to_owned();
            let watched = Watched { standing, requirements, target };
            if is_worth_telling(&watched) {
                return Ok(Some(watched));
            }
            tokio::select! {
                () = self.store.wait_for_change(&watched.target) => was_woken = true,
                () = &mut end_of_patience => return Ok(Some(watched)),
            }
        }
    }

    /// Shows what is asked of a target that was watched.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn view_watched(
        &self,
        watched: &Watched,
        customer_type: Option<&str>,
    ) -> Result<Option<TargetView>, StoreError> {
        self.view(&watched.target, customer_type).await
    }
}
