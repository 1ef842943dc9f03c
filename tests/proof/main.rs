//! Providers that speak OAuth 2.0, against a provider that misbehaves; the row numbers are those of the acceptance list.

#![expect(clippy::unwrap_used, reason = "a test whose setting fails has failed")]

#[path = "../support/clock.rs"]
mod clock;
#[path = "../support/provider.rs"]
mod provider;

mod assurance;
mod circuit;
mod claims;
mod client_keys;
mod departure;
mod examine;
mod id_tokens;
mod issuers;
mod metadata;
mod pushing;
mod signed_information;
mod token_answers;
mod user_information;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jsonwebtoken::Algorithm;
use kycd::domain::clock::Timestamp;
use kycd::domain::field;
use kycd::domain::pii::Secret;
use kycd::egress::{Configured, Limits};
use kycd::proof::oauth2::{
    ClaimsSource, ClientAuth, EndpointUrls, Endpoints, LIMITS, OAuth2, Pushing, Settings, SettingsError,
};
use kycd::proof::{Arrival, ClaimPath, ClaimRule, Departure, Outcome, Provider, Start, Trouble};
use url::Url;

use clock::ManualClock;
use provider::{CLIENT_ID, KycProvider, Mode};

const NOW: Timestamp = Timestamp::from_seconds(1_780_000_000);
const STATE: &str = "H.N";
/// What the log says of an answer that we cannot open.
const ENCRYPTED: &str = "is encrypted, which is not taken: have the provider register us for signed answers alone, \
    without id_token_encrypted_response_alg and userinfo_encrypted_response_alg";
/// Where OpenID Connect publishes metadata.
const CONNECT: &str = "/.well-known/openid-configuration";

/// What came of a proof, in a form that can be compared and shown.
#[derive(Debug, PartialEq, Eq)]
enum Told {
    Verified { subject: String, values: BTreeMap<&'static str, String>, expires: Option<Timestamp> },
    Refused,
    Pending,
    Retry(Trouble),
}

/// The setting of a test: a provider, and what we know of it.
struct Setting {
    server: Arc<KycProvider>,
    settings: Settings,
    limits: Limits,
    clock: Arc<ManualClock>,
}

impl Setting {
    /// Plain OAuth 2.0 with given endpoints.
    async fn plain() -> Self {
        let clock = Arc::new(ManualClock::new(NOW));
        let server = KycProvider::start(Arc::clone(&clock) as _).await;
        let at = |path: &str| Url::parse(&format!("{}{path}", server.origin)).unwrap();
        let urls = EndpointUrls {
            authorize: at("/authorize"),
            token: at("/token"),
            userinfo: Some(at("/userinfo")),
            pushed: None,
            setup: None,
            jwks: None,
        };
        let settings = Settings {
            name: "eid".to_owned(),
            display_name: "Example eID".to_owned(),
            endpoints: Endpoints::Given { issuer: None, urls: Box::new(urls) },
            client_id: CLIENT_ID.to_owned(),
            client_auth: ClientAuth::SecretBasic(Secret::new("a secret".to_owned())),
            scopes: vec!["profile".to_owned()],
            authorize_parameters: Vec::new(),
            pkce: true,
            pushing: Pushing::Auto,
            form_post: false,
            algorithms: vec![Algorithm::EdDSA, Algorithm::RS256],
            claims_source: ClaimsSource::Userinfo { signed: false, post: false },
            acr: Vec::new(),
            verified_claims: None,
            validity: Duration::from_hours(24),
            expires: None,
            subject: path("sub"),
            success: None,
            pending: None,
            claims: vec![rule("given_name", "first_name", true), rule("family_name", "last_name", true)],
        };
        Self { server, settings, limits: LIMITS, clock }
    }

    /// OpenID Connect, everything discovered.
    async fn openid() -> Self {
        let mut setting = Self::plain().await;
        setting.settings.endpoints = Endpoints::Discovered { issuer: setting.server.origin.clone() };
        setting.settings.scopes.push("openid".to_owned());
        setting
    }

    fn misbehaving(self, mode: Mode) -> Self {
        self.server.misbehave(mode);
        self
    }

    fn provider(self) -> (Arc<KycProvider>, OAuth2) {
        let client = Configured::new(self.limits, true).unwrap();
        (self.server, OAuth2::new(self.settings, client, self.clock).unwrap())
    }

    /// Why the settings make no provider.
    fn fault(self) -> Option<SettingsError> {
        let client = Configured::new(self.limits, true).unwrap();
        OAuth2::new(self.settings, client, self.clock).err()
    }

    /// The URLs that are given.
    fn urls(&mut self) -> &mut EndpointUrls {
        let Endpoints::Given { urls, .. } = &mut self.settings.endpoints else { panic!("the URLs are discovered") };
        urls
    }

    /// Goes the whole way once.
    async fn prove(self) -> Told {
        let (server, provider) = self.provider();
        prove(&server, &provider).await
    }
}

fn path(text: &str) -> ClaimPath {
    ClaimPath::parse(text).unwrap()
}

fn rule(claim: &str, field: &str, required: bool) -> ClaimRule {
    ClaimRule { path: path(claim), field: field::find(field).unwrap(), required }
}

fn redirect_uri() -> Url {
    Url::parse("https://kyc.example.com/kyc-proof/eid").unwrap()
}

async fn begin(provider: &OAuth2) -> Result<Departure, Trouble> {
    provider.begin(Start { redirect_uri: &redirect_uri(), state: STATE, language: None }).await
}

async fn prove(server: &KycProvider, provider: &OAuth2) -> Told {
    match begin(provider).await {
        Ok(departure) => come_back(server, provider, &departure, None).await,
        Err(trouble) => Told::Retry(trouble),
    }
}

async fn come_back(server: &KycProvider, provider: &OAuth2, departure: &Departure, iss: Option<&str>) -> Told {
    let returned = server.authorize(&departure.redirect);
    assert_eq!(returned.state, STATE);
    let arrival = Arrival { redirect_uri: &redirect_uri(), code: &returned.code, iss, kept: &departure.kept };
    told(provider.complete(arrival).await)
}

fn told(outcome: Outcome) -> Told {
    match outcome {
        Outcome::Verified(verified) => Told::Verified {
            subject: verified.subject.expose().clone(),
            values: verified.values.iter().map(|(name, value)| (*name, value.expose().clone())).collect(),
            expires: verified.expires,
        },
        Outcome::Refused => Told::Refused,
        Outcome::Pending(_) => Told::Pending,
        Outcome::Retry(trouble) => Told::Retry(trouble),
    }
}

/// What an honest provider leads to.
fn verified() -> Told {
    Told::Verified {
        subject: "user-1".to_owned(),
        values: BTreeMap::from([("first_name", "Ada".to_owned()), ("last_name", "Lovelace".to_owned())]),
        expires: Some(NOW + Duration::from_hours(24)),
    }
}

fn nonsense(reason: &'static str) -> Told {
    Told::Retry(Trouble::Nonsense(reason.into()))
}

/// What a provider that is out of order leads to.
fn broken(reason: &'static str) -> Told {
    Told::Retry(Trouble::Broken(reason.into()))
}
