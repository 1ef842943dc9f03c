//! What the operator says about an OAuth2 provider, as plain values.

use std::time::Duration;

use url::Url;

use crate::domain::pii::Secret;
use crate::proof::claims::{ClaimPath, ClaimRule};

/// An OAuth2 provider.
pub struct Settings {
    /// Its name in the configuration.
    pub name: String,
    /// Its name for people.
    pub display_name: String,
    /// Where it is.
    pub endpoints: Endpoints,
    /// Who we are there.
    pub client_id: String,
    /// How we prove it.
    pub client_auth: ClientAuth,
    /// What we ask for; `openid` makes it OpenID Connect, if the issuer is known.
    pub scopes: Vec<String>,
    /// More parameters for the authorize URL. They replace those that its query has, never our own.
    pub authorize_parameters: Vec<(String, String)>,
    /// Whether PKCE (S256) is used.
    pub pkce: bool,
    /// How long a proof counts.
    pub validity: Duration,
    /// Where the claims name the user: a text or an integer.
    pub subject: ClaimPath,
    /// What the claims must say, if they can say no.
    pub success: Option<SuccessTest>,
    /// Which claims fill which fields.
    pub claims: Vec<ClaimRule>,
}

/// Where a provider is.
pub enum Endpoints {
    /// Its metadata tells.
    Discovered {
        /// The issuer as its metadata spells it.
        issuer: String,
    },
    /// The operator tells.
    Given {
        /// The issuer, if what comes back shall be compared with it; OpenID Connect finds its keys there.
        issuer: Option<String>,
        /// The three URLs.
        urls: Box<EndpointUrls>,
    },
}

/// The URLs of a provider.
#[derive(Clone)]
pub struct EndpointUrls {
    /// Where browsers are sent.
    pub authorize: Url,
    /// Where codes are exchanged.
    pub token: Url,
    /// Where the claims are fetched.
    pub userinfo: Url,
}

/// How the token endpoint knows us ([RFC 6749 §2.3.1](https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1)).
pub enum ClientAuth {
    /// By the secret in the `Authorization` header.
    SecretBasic(Secret<String>),
    /// By the secret in the body.
    SecretPost(Secret<String>),
    /// Not at all.
    None,
}

/// A claim that tells whether the provider's answer is yes. If it is missing, the answer makes no sense.
pub struct SuccessTest {
    /// The claim: a text, a number or a boolean.
    pub path: ClaimPath,
    /// What it is when the answer is yes; everything else is the provider's final no.
    pub equals: String,
}

/// Why settings make no provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The issuer is no http or https URL.
    #[error("the issuer must be an http or https URL")]
    Issuer,
    /// A stolen code could be used: nothing binds it to the browser that left.
    #[error("without PKCE, the scope openid and an issuer are needed")]
    Unbound,
}

impl Settings {
    /// The issuer, if it is known.
    pub(super) fn issuer(&self) -> Option<&str> {
        match &self.endpoints {
            Endpoints::Discovered { issuer } => Some(issuer),
            Endpoints::Given { issuer, .. } => issuer.as_deref(),
        }
    }

    /// Whether there will be an ID token that can be verified.
    pub(super) fn is_openid(&self) -> bool {
        self.issuer().is_some() && self.scopes.iter().any(|scope| scope == "openid")
    }
}
