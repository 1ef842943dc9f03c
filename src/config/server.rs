//! `[server]`: the public listener.

use std::net::SocketAddr;

use ipnet::IpNet;
use url::Url;

use super::problem::Fault;
use super::reader::Section;
use super::tree::Value;
use super::{Mode, parse};

/// Where wallets and browsers arrive.
#[derive(Clone, Debug)]
pub struct Server {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// Proxies whose `X-Forwarded-For` counts.
    pub trusted_proxies: Vec<IpNet>,
    /// How the world calls this server: an origin, so its path is `/`. https unless in `dev`.
    pub public_url: Url,
}

impl Server {
    pub(super) fn read(section: &mut Section<'_>) -> Option<Self> {
        let mode = section.mode();
        let listen = section.or("listen", SocketAddr::from(([127, 0, 0, 1], 8000)), parse::socket_address);
        let trusted_proxies = section.list("trusted_proxies", parse::network).unwrap_or_default();
        let public_url = section.required("public_url", |value| public_url(value, mode));
        Some(Self { listen, trusted_proxies, public_url: public_url? })
    }
}

fn public_url(value: &Value, mode: Mode) -> Result<Url, Fault> {
    let url = parse::web_url(value)?;
    if url.path() != "/" || url.query().is_some() {
        return Err("must be an origin, like \"https://kyc.example.com\", without path and query".into());
    }
    // The process cookie is `__Host-`, which browsers keep over https only.
    if mode == Mode::Serve && url.scheme() != "https" {
        return Err("must be an https URL".into());
    }
    Ok(url)
}
