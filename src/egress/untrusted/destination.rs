//! What a stranger's URL has to look like before its name is even resolved.

use url::{Host, Url};

use super::NotPublic;
use super::resolver::Guard;

/// Names that mean something inside a network only.
const INNER_DOMAINS: [&str; 4] = ["localhost", "local", "internal", "home.arpa"];

/// The only port below 1024, which are for the services of the system.
const HTTPS: u16 = 443;
const HTTP: u16 = 80;

/// Ports from 1024 on behind which a database, a queue or a control plane is usual and a wallet is not.
const INNER_PORTS: [u16; 34] = [
    1433, 1521, 1883, 2049, 2181, 2375, 2376, 2379, 2380, 3306, 3389, 4222, 4369, 5432, 5433, 5672, 5900, 5984, 6379,
    6380, 6443, 6667, 7000, 8086, 9000, 9042, 9092, 9200, 9300, 10250, 10255, 11211, 27017, 27018,
];

impl Guard {
    /// Checks everything about a URL but what its name resolves to.
    pub(super) fn check_form(&self, url: &Url) -> Result<(), NotPublic> {
        let host = url.host().ok_or(NotPublic::Host)?;
        let loopback = self.dev && is_loopback(&host);
        if !(url.scheme() == "https" || (loopback && url.scheme() == "http")) {
            return Err(NotPublic::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(NotPublic::Credentials);
        }
        let port = url.port_or_known_default().ok_or(NotPublic::Port)?;
        let usual = port == HTTPS || (loopback && port == HTTP) || port >= 1024;
        if !usual || INNER_PORTS.contains(&port) {
            return Err(NotPublic::Port);
        }
        match host {
            Host::Domain(name) if loopback || is_public_name(name) => Ok(()),
            Host::Domain(_) => Err(NotPublic::Host),
            Host::Ipv4(address) if self.permits(address.into()) => Ok(()),
            Host::Ipv6(address) if self.permits(address.into()) => Ok(()),
            Host::Ipv4(_) | Host::Ipv6(_) => Err(NotPublic::Address),
        }
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

/// Tells whether a name is that of a host in the public tree: of two labels at least, and without a dot at its end,
/// which would make two spellings of one host.
fn is_public_name(name: &str) -> bool {
    let within = |domain: &str| name.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    name.contains('.') && !name.ends_with('.') && !INNER_DOMAINS.into_iter().any(within)
}
