//! The client for URLs that strangers name: callbacks of wallets, their domains, URLs found in answers.
//!
//! It talks https to public addresses alone: the form of the URL is checked, then every address its name resolves to,
//! and what was checked is what is connected to, for each call anew. There are no redirects, no proxies of the
//! environment, no cookies, no connection that outlives its call. `dev` adds loopback, and http to it.

mod destination;
mod pace;
mod resolver;

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use tokio::sync::OwnedSemaphorePermit;
use url::{Host, Url};

use self::pace::Paces;
use self::resolver::{Guard, LookupError};
use super::{EgressError, classify, read_body, with_head_of};
use crate::domain::clock::Clock;

pub use resolver::{Resolver, SystemResolver};

/// How long name, connection and TLS may take.
const CONNECT: Duration = Duration::from_secs(5);

/// How long a call may take.
const TOTAL: Duration = Duration::from_secs(15);

/// How long a GET waits for a place at its host: somebody waits for the answer.
const PATIENCE_OF_GET: Duration = Duration::from_secs(5);

/// How long a POST waits: whoever sends it can come back, and a slow host is not to hold up those who send to others.
const PATIENCE_OF_POST: Duration = Duration::from_millis(500);

/// How much of the answer to a POST is read, only to be dropped.
const DRAINED: usize = 16 * 1024;

/// What is wrong with a URL that strangers named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPublic {
    /// Not https.
    #[error("must be an https URL")]
    Scheme,
    /// A name or password in it.
    #[error("must not have credentials")]
    Credentials,
    /// A port of a system service, or none at all.
    #[error("must not have this port")]
    Port,
    /// No host, or a name of an inner network.
    #[error("must have a host that is public")]
    Host,
    /// An address that is not public, or a name that has one.
    #[error("must lead to public addresses only")]
    Address,
}

/// How a call to a stranger's host can fail.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The URL may not be asked: no byte went out.
    #[error(transparent)]
    NotPublic(#[from] NotPublic),
    /// The host got as many calls as it gets for now: no byte went out.
    #[error("the host had its share of calls")]
    Crowded,
    /// The call failed.
    #[error(transparent)]
    Egress(#[from] EgressError),
}

/// Calls hosts that strangers named. Clones share the pace at which a host is called.
#[derive(Clone)]
pub struct Untrusted {
    client: reqwest::Client,
    guard: Guard,
    paces: Arc<Paces>,
}

impl Untrusted {
    /// Makes the client; `dev` allows loopback, and http to it.
    ///
    /// # Errors
    /// The TLS backend cannot start.
    #[expect(clippy::disallowed_methods, reason = "with Configured the one place that makes HTTP clients")]
    pub fn new(resolver: Arc<dyn Resolver>, clock: Arc<dyn Clock>, dev: bool) -> Result<Self, reqwest::Error> {
        let guard = Guard { resolver, dev };
        let client = reqwest::Client::builder()
            .dns_resolver(guard.clone())
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .referer(false)
            .http1_only()
            .pool_max_idle_per_host(0)
            .connect_timeout(CONNECT)
            .timeout(TOTAL)
            .user_agent(concat!("kycd/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, guard, paces: Arc::new(Paces::new(clock)) })
    }

    /// Tells whether a URL may be asked. One that does not resolve now may: each call checks again.
    ///
    /// # Errors
    /// What is wrong with it.
    pub async fn check(&self, url: &Url) -> Result<(), NotPublic> {
        self.guard.check_form(url)?;
        let Some(Host::Domain(name)) = url.host() else { return Ok(()) };
        match self.guard.lookup(name.to_owned()).await {
            Err(LookupError::NotPublic(reason)) => Err(reason),
            Ok(_) | Err(LookupError::Unresolved(_)) => Ok(()),
        }
    }

    /// Sends a POST. Of the answer, status and headers count; at most 16 KiB of its body are read, for courtesy.
    ///
    /// # Errors
    /// See [`FetchError`].
    pub async fn post(&self, url: &Url, headers: HeaderMap, body: Vec<u8>) -> Result<http::Response<()>, FetchError> {
        let _place = self.enter(url, PATIENCE_OF_POST).await?;
        let request = self.client.post(url.clone()).headers(headers).body(body);
        let mut answer = request.send().await.map_err(refused_or_failed)?;
        let response = with_head_of(&mut answer, ());
        // The status stands, whatever becomes of the rest.
        let _ = read_body(&mut answer, DRAINED).await;
        Ok(response)
    }

    /// Gets a document of at most `cap` bytes, whatever its status.
    ///
    /// # Errors
    /// See [`FetchError`].
    pub async fn get(&self, url: &Url, cap: usize) -> Result<http::Response<Bytes>, FetchError> {
        let _place = self.enter(url, PATIENCE_OF_GET).await?;
        let mut answer = self.client.get(url.clone()).send().await.map_err(refused_or_failed)?;
        let body = read_body(&mut answer, cap).await?;
        Ok(with_head_of(&mut answer, body))
    }

    /// Checks the form of a URL and waits for a place at its host.
    async fn enter(&self, url: &Url, patience: Duration) -> Result<OwnedSemaphorePermit, FetchError> {
        self.guard.check_form(url)?;
        let place = self.paces.enter(url.host_str().unwrap_or_default());
        tokio::time::timeout(patience, place).await.ok().flatten().ok_or(FetchError::Crowded)
    }
}

/// Finds out whether it was us who refused the addresses of a name.
fn refused_or_failed(error: reqwest::Error) -> FetchError {
    let mut cause = error.source();
    while let Some(found) = cause {
        if let Some(LookupError::NotPublic(reason)) = found.downcast_ref() {
            return (*reason).into();
        }
        cause = found.source();
    }
    classify(error).into()
}
