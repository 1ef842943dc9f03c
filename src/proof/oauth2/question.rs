//! Asking for user information, now or again later.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::OAuth2;
use super::metadata::Metadata;
use super::settings::ClaimsSource;
use super::userinfo::Asking;
use super::verdict::is_same_subject;
use crate::domain::pii::Secret;
use crate::proof::provider::{Kept, Outcome, Trouble};

/// What is needed to ask.
pub(super) struct Question {
    pub(super) access_token: Secret<String>,
    /// What the ID token said, if there was one.
    pub(super) id_claims: Option<Value>,
    /// When the provider wants to be asked again, if it said so.
    pub(super) retry_after: Option<Duration>,
}

/// The same, as it is sealed.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
struct Stored {
    access_token: String,
    #[zeroize(skip)]
    id_claims: Option<Value>,
}

impl Question {
    pub(super) fn keep(&self) -> Kept {
        let stored = Stored { access_token: self.access_token.expose().clone(), id_claims: self.id_claims.clone() };
        Kept::from_bytes(&Zeroizing::new(serde_json::to_vec(&stored).expect("texts serialise")))
    }

    pub(super) fn open(kept: &Kept) -> Result<Self, Trouble> {
        let stored: Stored = serde_json::from_slice(&kept.to_bytes())
            .map_err(|_| Trouble::nonsense("what was kept for asking again cannot be read"))?;
        let access_token = Secret::new(stored.access_token.clone());
        Ok(Self { access_token, id_claims: stored.id_claims.clone(), retry_after: None })
    }
}

impl OAuth2 {
    /// Asks where the claims come from, and judges them.
    pub(super) async fn answer(&self, metadata: &Metadata, mut question: Question) -> Result<Outcome, Trouble> {
        let asked = match (self.settings.claims_source, &metadata.userinfo) {
            (ClaimsSource::Userinfo { signed, post }, Some(url)) => Some((url, Asking { signed, post })),
            (ClaimsSource::Userinfo { signed: true, .. }, None) => {
                return Err(Trouble::nonsense("the metadata has no usable userinfo_endpoint"));
            }
            (ClaimsSource::Userinfo { .. } | ClaimsSource::IdToken, _) => None,
        };
        let Some((url, asking)) = asked else {
            let neither = || Trouble::nonsense("neither user information nor ID tokens are to be had");
            let id_claims = question.id_claims.ok_or_else(neither)?;
            return self.judge(&id_claims, Some(&id_claims), None);
        };
        let told = self.user_information(metadata, url, &question.access_token, asking).await?;
        question.retry_after = told.retry_after;
        if question.id_claims.as_ref().is_some_and(|id_claims| !is_same_subject(id_claims, &told.claims)) {
            return Err(Trouble::nonsense("the user information is not that of the ID token's user"));
        }
        self.judge(&told.claims, question.id_claims.as_ref(), Some(&question))
    }
}
