//! Who calls, by address, and how often one address may.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap};
use ipnet::IpNet;

use super::ApiError;
use super::frequency::{Frequency, TooOften};

const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// The other end of the connection that a request came on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) IpAddr);

/// Counts calls by the address of the caller. Of an IPv6 address the first 64 bits count, which is what one household has.
pub struct Callers {
    trusted_proxies: Vec<IpNet>,
    calls: Frequency,
}

impl Callers {
    /// Lets one address call so many times a minute, or at once; `trusted_proxies` are believed when they name whom
    /// they call for.
    #[must_use]
    pub fn new(trusted_proxies: Vec<IpNet>, a_minute: NonZeroU32) -> Self {
        Self { trusted_proxies, calls: Frequency::new(a_minute) }
    }

    /// Counts a request. One without a peer came on no socket, so nobody is behind it who could call too often.
    pub(super) fn count(&self, extensions: &Extensions, headers: &HeaderMap) -> Result<(), TooOften> {
        let Some(caller) = self.caller(extensions, headers) else { return Ok(()) };
        let network = match caller {
            IpAddr::V4(address) => u64::from(address.to_bits()),
            IpAddr::V6(address) => u64::try_from(address.to_bits() >> 64).expect("64 bits are left"),
        };
        self.calls.count((caller.is_ipv4(), network))
    }

    /// Finds the caller: the peer, or whoever a trusted peer says it calls for, and so on.
    fn caller(&self, extensions: &Extensions, headers: &HeaderMap) -> Option<IpAddr> {
        let Peer(mut caller) = *extensions.get()?;
        let lines = headers.get_all(X_FORWARDED_FOR).iter().rev();
        let hops = lines.flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
        for hop in hops {
            if !self.trusted_proxies.iter().any(|proxies| proxies.contains(&caller)) {
                break;
            }
            let Some(address) = address(hop.trim()) else { break };
            caller = address;
        }
        Some(caller)
    }
}

/// Reads an address as proxies write them, with or without a port.
fn address(hop: &str) -> Option<IpAddr> {
    let socket = || hop.parse::<SocketAddr>().map(|socket| socket.ip());
    let bracketed = || hop.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    hop.parse().or_else(|_| socket()).ok().or_else(bracketed).map(|address: IpAddr| address.to_canonical())
}

/// A caller that does not call too often; otherwise 429, before anything else of the request is looked at.
pub(super) struct Admitted;

impl<S> FromRequestParts<S> for Admitted
where
    S: Send + Sync,
    Arc<Callers>: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let callers = Arc::<Callers>::from_ref(state);
        callers.count(&parts.extensions, &parts.headers)?;
        Ok(Self)
    }
}
