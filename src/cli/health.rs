//! `kycd health`: asks the running server whether it is ready, for containers. Of the configuration it needs to know
//! where the operator's listener is, nothing else.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context as _, ensure};

use super::{Source, environment, runtime};
use crate::config::Config;
use crate::egress::{Configured, Limits};

const LIMITS: Limits = Limits { connect: Duration::from_secs(2), total: Duration::from_secs(4), body: 4096 };

/// Runs `kycd health`.
///
/// # Errors
/// What is wrong with the configuration; a server that does not answer or is not ready.
pub fn run(source: &Source) -> anyhow::Result<()> {
    let operator = Config::load_operator(source.config.as_deref(), environment())?;
    let uri = format!("http://{}/readyz", reachable(operator.listen));
    let request = http::Request::get(uri).body(Vec::new())?;
    let answer =
        runtime()?.block_on(async { Configured::new(LIMITS, true)?.send(request).await.context("no answer") })?;
    ensure!(answer.status().is_success(), "not ready: {}", answer.status());
    Ok(())
}

/// A server that listens on all addresses is asked on loopback.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}
