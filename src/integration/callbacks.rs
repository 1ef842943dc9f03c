//! Which URLs a wallet may register, beyond what the way out refuses anyway.

use super::IntegrationError;
use crate::domain::callback::CallbackUrl;
use crate::domain::session::Session;
use crate::egress::Untrusted;

/// Whose hosts may be told of changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallbackHosts {
    /// Any public one.
    Any,
    /// That of the wallet's proven client domain, and those below it.
    ClientDomain,
    /// Those listed, and those below them.
    Listed(Vec<String>),
}

/// Judges URLs before they are stored.
pub struct CallbackPolicy {
    /// Whose hosts.
    pub hosts: CallbackHosts,
    /// The client that will call them.
    pub client: Untrusted,
}

impl CallbackPolicy {
    pub(super) async fn check(&self, session: &Session, text: &str) -> Result<CallbackUrl, IntegrationError> {
        let refused = |reason: &dyn std::fmt::Display| IntegrationError::Invalid(format!("'url' {reason}").into());
        let url = CallbackUrl::parse(text).map_err(|error| refused(&error))?;
        let within = |domain: &str| url.is_within(domain);
        let allowed = match &self.hosts {
            CallbackHosts::Any => true,
            CallbackHosts::ClientDomain => session.client_domain().is_some_and(within),
            CallbackHosts::Listed(domains) => domains.iter().any(|domain| within(domain)),
        };
        if !allowed {
            return Err(refused(&match self.hosts {
                CallbackHosts::ClientDomain => "must have the host of the wallet's client domain, or one below it",
                CallbackHosts::Any | CallbackHosts::Listed(_) => "must have a host that this server calls",
            }));
        }
        self.client.check(url.as_url()).await.map_err(|reason| refused(&reason))?;
        Ok(url)
    }
}
