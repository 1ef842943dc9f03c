//! Who signs for an account, as the network has it.

use std::time::Duration;

use http::Request;
use serde::Deserialize;
use stellar_strkey::ed25519::PublicKey;
use url::Url;

use super::Authority;
use crate::egress::{Configured, EgressError, Limits};

/// An account can have a thousand balances and as many data entries, all of which come along.
pub const LIMITS: Limits =
    Limits { connect: Duration::from_secs(5), total: Duration::from_secs(10), body: 4 * 1024 * 1024 };

/// The statuses of an account that is there, and of one that is not.
const OK: u16 = 200;
const NOT_FOUND: u16 = 404;

/// A Horizon server of the operator's choice.
pub struct Horizon {
    client: Configured,
    url: Url,
}

/// Why Horizon did not say who signs.
#[derive(Debug, thiserror::Error)]
pub enum HorizonError {
    /// No answer.
    #[error("Horizon cannot be asked")]
    Egress(#[from] EgressError),
    /// Neither yes nor no.
    #[error("Horizon answered with status {0}")]
    Status(u16),
    /// Not the description of an account.
    #[error("Horizon's answer is no account")]
    Content,
}

/// The members that count of
/// [an account](https://developers.stellar.org/docs/data/apis/horizon/api-reference/resources/accounts/object).
#[derive(Deserialize)]
struct Account {
    signers: Vec<Signer>,
    thresholds: Thresholds,
}

#[derive(Deserialize)]
struct Signer {
    key: String,
    weight: u8,
    r#type: String,
}

#[derive(Deserialize)]
struct Thresholds {
    med_threshold: u8,
}

impl Horizon {
    /// Asks the server behind `url`; `client` is made with [`LIMITS`].
    #[must_use]
    pub fn new(client: Configured, url: Url) -> Self {
        Self { client, url }
    }

    /// Finds who signs for an account; `None` when it does not exist.
    ///
    /// # Errors
    /// No answer, or one that tells nothing.
    pub async fn find_authority(&self, account: [u8; 32]) -> Result<Option<Authority>, HorizonError> {
        let url = format!("{}/accounts/{}", self.url.as_str().trim_end_matches('/'), PublicKey(account));
        let request = Request::get(url).header("accept", "application/json").body(Vec::new());
        let response = self.client.send(request.map_err(|_| HorizonError::Content)?).await?;
        match response.status().as_u16() {
            OK => serde_json::from_slice::<Account>(response.body())
                .ok()
                .and_then(Account::authority)
                .map(Some)
                .ok_or(HorizonError::Content),
            NOT_FOUND => Ok(None),
            status => Err(HorizonError::Status(status)),
        }
    }
}

impl Account {
    /// Keeps the keys that can sign a challenge: hashes and pre-authorized transactions sign no transaction but their
    /// own.
    fn authority(self) -> Option<Authority> {
        let keys = self.signers.into_iter().filter(|signer| signer.r#type == "ed25519_public_key");
        let signers = keys.map(|signer| Some((PublicKey::from_string(&signer.key).ok()?.0, signer.weight)));
        Some(Authority { signers: signers.collect::<Option<_>>()?, threshold: self.thresholds.med_threshold })
    }
}
