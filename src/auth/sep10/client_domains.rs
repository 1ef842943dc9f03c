//! The keys of wallets, from the `stellar.toml` of their domains
//! ([SEP-10, Verifying the Client Domain](https://github.com/stellar/stellar-protocol/blob/master/ecosystem/sep-0010.md#verifying-the-client-domain)).

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use serde::Deserialize;
use stellar_strkey::ed25519::PublicKey;
use url::Url;

use super::Invalid;
use super::client::{ClientDomain, MAX_VALUE};
use crate::domain::causes::chain;
use crate::domain::clock::{Clock, Timestamp};
use crate::egress::{FetchError, Untrusted};

/// "`stellar.toml` can have a maximum file size of 100KB" (SEP-1).
const MAX_TOML: usize = 100 * 1024;

/// How long a key is used without asking again: a popular wallet signs in many users, and a host gets few calls.
const FRESH: Duration = Duration::from_mins(5);

/// How many keys are kept.
const KEPT: usize = 1024;

/// The status of a file that is there.
const OK: u16 = 200;

/// Finds the keys of client domains.
pub struct ClientDomains {
    client: Untrusted,
    clock: Arc<dyn Clock>,
    /// Whether `localhost` is a domain, and asked over http.
    dev: bool,
    known: Mutex<HashMap<String, (PublicKey, Timestamp)>>,
}

/// Why a key cannot be had; for the log.
#[derive(Debug, thiserror::Error)]
enum DomainError {
    #[error("it is not a domain")]
    Form,
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error("the answer has status {0}")]
    Status(u16),
    #[error("the answer is no stellar.toml with a SIGNING_KEY")]
    Content,
}

#[derive(Deserialize)]
struct StellarToml {
    #[serde(rename = "SIGNING_KEY")]
    signing_key: String,
}

impl ClientDomains {
    /// Knows no keys yet; `dev` takes `localhost:PORT` for a domain.
    #[must_use]
    pub fn new(client: Untrusted, clock: Arc<dyn Clock>, dev: bool) -> Self {
        Self { client, clock, dev, known: Mutex::default() }
    }

    /// Finds the key of a domain.
    ///
    /// # Errors
    /// [`Invalid::ClientDomain`] whatever the reason is: it would tell about other hosts.
    pub async fn find(&self, name: &str) -> Result<ClientDomain, Invalid> {
        let key = match self.known(name) {
            Some(key) => key,
            None => self.fetch(name).await.map_err(|error| {
                tracing::debug!(error = chain(&error), "a client domain cannot be verified");
                Invalid::ClientDomain
            })?,
        };
        Ok(ClientDomain { name: name.to_owned(), key: key.0 })
    }

    fn known(&self, name: &str) -> Option<PublicKey> {
        let known = self.known.lock();
        let (key, fetched) = known.get(name)?;
        (self.clock.now() < *fetched + FRESH).then_some(*key)
    }

    async fn fetch(&self, name: &str) -> Result<PublicKey, DomainError> {
        let response = self.client.get(&self.url(name).ok_or(DomainError::Form)?, MAX_TOML).await?;
        if response.status().as_u16() != OK {
            return Err(DomainError::Status(response.status().as_u16()));
        }
        let text = str::from_utf8(response.body()).map_err(|_| DomainError::Content)?;
        let toml: StellarToml = toml::from_str(text).map_err(|_| DomainError::Content)?;
        let key = PublicKey::from_string(&toml.signing_key).map_err(|_| DomainError::Content)?;
        let mut known = self.known.lock();
        if known.len() >= KEPT {
            known.clear();
        }
        known.insert(name.to_owned(), (key, self.clock.now()));
        Ok(key)
    }

    /// Where the file of a domain is. A domain is a name of two labels or more, in lower case and without a port, so
    /// that it reads the same for everybody who later sees it in a token.
    fn url(&self, name: &str) -> Option<Url> {
        if name.len() > MAX_VALUE {
            return None;
        }
        if is_domain(name) {
            return Url::parse(&format!("https://{name}/.well-known/stellar.toml")).ok();
        }
        let port = name.strip_prefix("localhost").filter(|_| self.dev)?;
        let is_port = port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
        Url::parse(&format!("http://{name}/.well-known/stellar.toml")).ok().filter(|_| is_port)
    }
}

/// Whether a text is the name of a host in the form in which it is compared: lower case, letters, digits and hyphens in
/// two labels or more, of which the last one is not a number as in an address.
fn is_domain(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_label = |label: &str| {
        (1..=63).contains(&label.len()) && label.bytes().all(inner) && !label.starts_with('-') && !label.ends_with('-')
    };
    let is_number = |label: &str| label.starts_with(|first: char| first.is_ascii_digit());
    text.split('.').all(is_label) && text.rsplit_once('.').is_some_and(|(_, last)| !is_number(last))
}
