//! What the operator says about an OAuth2 provider, as plain values.

use std::time::Duration;

use jsonwebtoken::Algorithm;
use url::Url;

use super::client_keys::ClientKeys;
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
    /// Whether the request is pushed before the browser leaves.
    pub pushing: Pushing,
    /// Whether the browser shall come back with a POST.
    pub form_post: bool,
    /// The algorithms that the provider's signatures may have.
    pub algorithms: Vec<Algorithm>,
    /// Where the claims come from.
    pub claims_source: ClaimsSource,
    /// The authentication context class references that are good enough; empty when none is asked for.
    pub acr: Vec<String>,
    /// Which `verified_claims` count, if those are read.
    pub verified_claims: Option<VerifiedClaims>,
    /// How long a proof counts.
    pub validity: Duration,
    /// Where the claims say until when they count, if they do: seconds since the epoch.
    pub expires: Option<ClaimPath>,
    /// Where the claims name the user: a text or an integer.
    pub subject: ClaimPath,
    /// What the claims must say, if they can say no.
    pub success: Option<SuccessTest>,
    /// What the claims say while there is no decision yet, if that can be.
    pub pending: Option<PendingTest>,
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
        /// The URLs.
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
    /// Where the claims are fetched, unless the ID token has them.
    pub userinfo: Option<Url>,
    /// Where requests are pushed ([RFC 9126](https://www.rfc-editor.org/rfc/rfc9126)).
    pub pushed: Option<Url>,
    /// Where every start is set up first (GNU Taler's Challenger): its answer's `nonce` ends the authorize URL.
    pub setup: Option<Url>,
    /// Where the keys of its signatures are, if no metadata tells.
    pub jwks: Option<Url>,
}

/// How a provider knows us ([RFC 6749 §2.3](https://www.rfc-editor.org/rfc/rfc6749#section-2.3)).
pub enum ClientAuth {
    /// By the secret in the `Authorization` header.
    SecretBasic(Secret<String>),
    /// By the secret in the body.
    SecretPost(Secret<String>),
    /// By a signature ([RFC 7523](https://www.rfc-editor.org/rfc/rfc7523)).
    PrivateKey {
        /// What signs, and what is published.
        keys: Box<ClientKeys>,
        /// For whom it is signed.
        audience: Audience,
    },
    /// Not at all.
    None,
}

/// For whom we sign that it is us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The issuer, if it is known.
    Issuer,
    /// The token endpoint.
    TokenEndpoint,
}

/// Whether authorization requests are pushed ([RFC 9126](https://www.rfc-editor.org/rfc/rfc9126)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushing {
    /// If the provider says where.
    Auto,
    /// In any case.
    Require,
    /// Never.
    Off,
}

/// Where claims come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimsSource {
    /// The user information endpoint, as JSON or as a JWT that the provider signed.
    Userinfo {
        /// Whether it must be signed.
        signed: bool,
        /// Whether it is asked by POST.
        post: bool,
    },
    /// The ID token.
    IdToken,
}

/// Which `verified_claims` count
/// ([OpenID Connect for Identity Assurance](https://openid.net/specs/openid-connect-4-identity-assurance-1_0.html)).
pub struct VerifiedClaims {
    /// The trust frameworks that count.
    pub trust_frameworks: Vec<String>,
    /// The assurance levels that count; empty when all do.
    pub assurance_levels: Vec<String>,
}

/// A claim that tells whether the provider's answer is yes. If it is missing, the answer makes no sense.
pub struct SuccessTest {
    /// The claim: a text, a number or a boolean.
    pub path: ClaimPath,
    /// What it is when the answer is yes; everything else is the provider's final no.
    pub equals: String,
}

/// A claim that tells whether there is no decision yet.
pub struct PendingTest {
    /// The claim: a text, a number or a boolean.
    pub path: ClaimPath,
    /// What it is then.
    pub equals: String,
    /// After how long the user information is asked again, if it does not say when.
    pub interval: Duration,
    /// How long the decision is waited for.
    pub deadline: Duration,
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
    /// There is no ID token to read.
    #[error("claims of the ID token need the scope openid and an issuer")]
    NoIdToken,
    /// A signature cannot be compared with who should have made it.
    #[error("signed user information needs an issuer")]
    Unsigned,
    /// Anybody could sign, or nobody can.
    #[error("the algorithms of signatures must be asymmetric ones, at least one")]
    Algorithms,
    /// There is nothing to set up with.
    #[error("a setup step needs a client secret")]
    Setup,
    /// There is nowhere to push to.
    #[error("pushing is required, but nothing says where")]
    Pushing,
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

    /// Whether the user information has a signature to be verified.
    pub(super) fn is_signed(&self) -> bool {
        matches!(self.claims_source, ClaimsSource::Userinfo { signed: true, .. })
    }

    /// The client secret, if there is one.
    pub(super) fn secret(&self) -> Option<&str> {
        match &self.client_auth {
            ClientAuth::SecretBasic(secret) | ClientAuth::SecretPost(secret) => Some(secret.expose()),
            ClientAuth::PrivateKey { .. } | ClientAuth::None => None,
        }
    }

    pub(super) fn check(&self) -> Result<(), SettingsError> {
        let symmetric = [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512];
        let urls = match &self.endpoints {
            Endpoints::Discovered { .. } => None,
            Endpoints::Given { urls, .. } => Some(urls),
        };
        let nowhere_to_push = urls.is_some_and(|urls| urls.pushed.is_none() && !self.is_openid());
        let faults = [
            (!self.pkce && !self.is_openid(), SettingsError::Unbound),
            (self.claims_source == ClaimsSource::IdToken && !self.is_openid(), SettingsError::NoIdToken),
            (self.is_signed() && self.issuer().is_none(), SettingsError::Unsigned),
            (
                self.algorithms.is_empty() || self.algorithms.iter().any(|one| symmetric.contains(one)),
                SettingsError::Algorithms,
            ),
            (urls.is_some_and(|urls| urls.setup.is_some()) && self.secret().is_none(), SettingsError::Setup),
            (self.pushing == Pushing::Require && nowhere_to_push, SettingsError::Pushing),
        ];
        faults.into_iter().find_map(|(wrong, fault)| wrong.then_some(fault)).map_or(Ok(()), Err)
    }
}
