//! What a browser carries, sealed, from one of our pages to the next: a return that has to be confirmed, or one that was
//! posted and waits for the cookie.

use data_encoding::BASE64URL_NOPAD;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::Proofs;
use super::arrive::Visit;
use super::links::StateParameter;
use crate::store::{Process, StoreError};

/// The column names that what a browser carries is sealed for; they are never stored.
pub(super) const CONFIRMATION: &str = "confirmation";
const POSTED: &str = "posted";

impl Proofs {
    /// Seals what a provider had a browser post, for a GET of our own: the post of another site brings no cookie along.
    /// Gives nothing when there is no such process, or the provider was not asked to answer so.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn seal_posted(
        &self,
        provider: &str,
        state: &StateParameter,
        posted: &str,
    ) -> Result<Option<String>, StoreError> {
        if !self.takes_posts(provider) {
            return Ok(None);
        }
        // Without a cookie, only a nonce names a process.
        let visit = self.find_visit(provider, state, &[]).await?;
        Ok(visit.map(|visit| seal(&visit, POSTED, posted.as_bytes())))
    }

    /// Opens what [`Self::seal_posted`] sealed.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn open_posted(&self, provider: &str, sealed: &str) -> Result<Option<String>, StoreError> {
        let opened = self.open_carried(POSTED, sealed).await?.filter(|(process, _)| process.provider == provider);
        Ok(opened.and_then(|(_, plain)| String::from_utf8(plain.to_vec()).ok()))
    }

    /// Tells whether browsers come back from the provider with a POST.
    #[must_use]
    pub fn takes_posts(&self, provider: &str) -> bool {
        self.routes.get(provider).is_some_and(|route| route.provider.answers_by_post())
    }

    /// Opens what [`seal`] sealed for the same purpose.
    pub(super) async fn open_carried(
        &self,
        purpose: &'static str,
        sealed: &str,
    ) -> Result<Option<(Process, Zeroizing<Vec<u8>>)>, StoreError> {
        let Some((id, sealed)) = read_sealed(sealed) else { return Ok(None) };
        let Some(process) = self.store.find_process(id).await? else { return Ok(None) };
        let Some(target) = self.store.find_by_id(process.target_id).await? else { return Ok(None) };
        Ok(process.open(&target, purpose, &sealed).ok().map(|plain| (process, plain)))
    }
}

/// Seals something that a browser carries from one of our pages to the next.
pub(super) fn seal(visit: &Visit<'_>, purpose: &'static str, plain: &[u8]) -> String {
    let sealed = visit.process.seal(&visit.target, purpose, plain);
    BASE64URL_NOPAD.encode(&[visit.process.id.as_bytes().as_slice(), &sealed].concat())
}

fn read_sealed(text: &str) -> Option<(Uuid, Vec<u8>)> {
    let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
    let (process, sealed) = bytes.split_at_checked(16)?;
    Some((Uuid::from_slice(process).ok()?, sealed.to_vec()))
}
