//! From names to addresses, all of which are checked before one of them is used.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use tokio::sync::Semaphore;

use super::NotPublic;
use crate::domain::public_address::is_public;

/// How many lookups run at once: each holds a thread for as long as the operating system tries.
const LOOKUPS: usize = 32;

/// How long a name server may take.
const LOOKUP_TIME: Duration = Duration::from_secs(4);

/// Finds the addresses of a name.
pub trait Resolver: Send + Sync + 'static {
    /// Resolves a name, in lower case and without trailing dot; none is the same as an error.
    fn resolve(&self, name: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>>;
}

/// Asks the operating system.
pub struct SystemResolver {
    turns: Arc<Semaphore>,
}

impl Default for SystemResolver {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(LOOKUPS)) }
    }
}

impl Resolver for SystemResolver {
    fn resolve(&self, name: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let turns = Arc::clone(&self.turns);
        async move {
            let turn = turns.acquire_owned().await.map_err(io::Error::other)?;
            // A task of its own: whoever stops waiting cannot give the turn back before the thread is done.
            let lookup = tokio::spawn(async move {
                let found = tokio::net::lookup_host((name.as_str(), 0)).await;
                drop(turn);
                found.map(|addresses| addresses.map(|address| address.ip()).collect())
            });
            lookup.await.map_err(io::Error::other)?
        }
        .boxed()
    }
}

/// Lets through what a name resolves to if every address of it may be asked.
#[derive(Clone)]
pub(super) struct Guard {
    pub(super) resolver: Arc<dyn Resolver>,
    pub(super) dev: bool,
}

/// Why a name leads nowhere.
#[derive(Debug, thiserror::Error)]
pub(super) enum LookupError {
    #[error(transparent)]
    NotPublic(#[from] NotPublic),
    #[error("the name does not resolve")]
    Unresolved(#[source] io::Error),
}

impl Guard {
    /// Tells whether an address may be asked.
    pub(super) fn permits(&self, address: IpAddr) -> bool {
        is_public(address) || (self.dev && address.is_loopback())
    }

    /// Resolves a name; one address that may not be asked fails them all.
    pub(super) async fn lookup(&self, name: String) -> Result<Vec<IpAddr>, LookupError> {
        let found = tokio::time::timeout(LOOKUP_TIME, self.resolver.resolve(name)).await;
        let addresses = found.unwrap_or_else(|late| Err(late.into())).map_err(LookupError::Unresolved)?;
        if !addresses.iter().all(|address| self.permits(*address)) {
            return Err(NotPublic::Address.into());
        }
        if addresses.is_empty() {
            return Err(LookupError::Unresolved(io::ErrorKind::NotFound.into()));
        }
        Ok(addresses)
    }
}

/// Every connection asks here, so what is connected to is what was checked, not what a second question would find.
impl reqwest::dns::Resolve for Guard {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let addresses = guard.lookup(name.as_str().to_owned()).await?;
            // Port 0 stands for that of the URL.
            let sockets = addresses.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(sockets) as reqwest::dns::Addrs)
        })
    }
}
