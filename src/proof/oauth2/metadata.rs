//! Where the endpoints of a provider are, given or discovered
//! ([RFC 8414](https://www.rfc-editor.org/rfc/rfc8414),
//! [OpenID Connect Discovery](https://openid.net/specs/openid-connect-discovery-1_0.html)).

use std::sync::Arc;
use std::time::Duration;

use http::Request;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::answer::{self, Peer};
use super::settings::{EndpointUrls, Endpoints, Settings, SettingsError};
use crate::domain::clock::Clock;
use crate::egress::{Configured, Fetched, KeySet, Terms};
use crate::proof::provider::Trouble;

/// An issuer that is down keeps nobody waiting: what it said last counts until it says something else.
const TERMS: Terms = Terms {
    fresh: Duration::from_hours(24),
    stale: Duration::MAX,
    pause: Duration::from_hours(24),
    pause_after_failure: Duration::from_secs(30),
};

const METADATA: Peer = Peer { name: "metadata endpoint", success: &[200] };

/// The endpoints, and what else an issuer announces.
pub(super) struct Metadata {
    pub(super) authorize: Url,
    pub(super) token: Url,
    pub(super) userinfo: Option<Url>,
    /// Where requests are pushed, if that is possible.
    pub(super) pushed: Option<Url>,
    /// Where every start is set up first, if it has to be.
    pub(super) setup: Option<Url>,
    /// The keys of what the provider signs; there whenever we speak OpenID Connect.
    pub(super) keys: Option<KeySet>,
    /// The whole document of the issuer, to be looked at; null where nothing was discovered.
    pub(super) announced: Value,
    /// Whether browsers come back with the name of who sent them (RFC 9207).
    pub(super) announces_iss: bool,
}

/// Where the metadata comes from.
pub(super) enum Source {
    /// The operator said everything that is needed.
    Given(Arc<Metadata>),
    /// An issuer publishes it.
    Published(Fetched<Metadata, Trouble>),
}

/// Who publishes metadata.
struct Issuer {
    client: Configured,
    clock: Arc<dyn Clock>,
    name: String,
    /// Where its metadata may be; the likelier place first.
    places: [Url; 2],
    /// Whether its keys are needed.
    signs: bool,
    /// What the operator said, which counts more.
    given: Option<EndpointUrls>,
}

/// The members that we read. A URL that is none makes the whole document useless.
#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: Option<Url>,
    token_endpoint: Option<Url>,
    userinfo_endpoint: Option<Url>,
    jwks_uri: Option<Url>,
    pushed_authorization_request_endpoint: Option<Url>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl Source {
    pub(super) fn new(settings: &Settings, client: Configured, clock: Arc<dyn Clock>) -> Result<Self, SettingsError> {
        let openid = settings.is_openid();
        let signs = openid || settings.is_signed();
        let (name, given) = match &settings.endpoints {
            Endpoints::Discovered { issuer } => (issuer, None),
            Endpoints::Given { issuer: Some(issuer), urls } if signs && urls.jwks.is_none() => {
                (issuer, Some(EndpointUrls::clone(urls)))
            }
            Endpoints::Given { urls, .. } => {
                return Ok(Self::Given(Arc::new(Metadata::given(urls, &client, &clock))));
            }
        };
        let places = places(name, openid)?;
        let issuer = Issuer { client, clock: Arc::clone(&clock), name: name.clone(), places, signs, given };
        let issuer = Arc::new(issuer);
        Ok(Self::Published(Fetched::new(TERMS, clock, move || Arc::clone(&issuer).fetch())))
    }

    pub(super) async fn metadata(&self) -> Result<Arc<Metadata>, Trouble> {
        match self {
            Self::Given(metadata) => Ok(Arc::clone(metadata)),
            Self::Published(metadata) => metadata.get().await,
        }
    }
}

impl Issuer {
    async fn fetch(self: Arc<Self>) -> Result<Metadata, Trouble> {
        let asking = tokio::time::timeout(self.client.limits().total, self.ask());
        let metadata = asking.await.unwrap_or(Err(Trouble::TimedOut));
        if let Err(trouble) = &metadata {
            tracing::warn!(issuer = self.name, %trouble, "an issuer's metadata cannot be fetched");
        }
        metadata
    }

    async fn ask(&self) -> Result<Metadata, Trouble> {
        for place in &self.places {
            let request = Request::get(place.as_str()).header("accept", "application/json").body(Vec::new());
            let request = request.map_err(|_| Trouble::nonsense("the issuer's metadata has no usable URL"))?;
            let answer = answer::get(&self.client, METADATA, &request, self.clock.now()).await?;
            if answer.is_success() {
                return self.read(answer.object()?);
            }
        }
        Err(Trouble::nonsense("the issuer publishes no metadata"))
    }

    fn read(&self, document: Value) -> Result<Metadata, Trouble> {
        let announced = document;
        let document: Document =
            Document::deserialize(&announced).map_err(|_| Trouble::nonsense("the metadata cannot be read"))?;
        // RFC 8414 §3.3: otherwise anybody could speak for this issuer.
        if document.issuer != self.name {
            return Err(Trouble::nonsense("the metadata is another issuer's"));
        }
        let pushed = document.pushed_authorization_request_endpoint;
        let pushed = pushed.map(|url| self.endpoint(Some(url), "pushed_authorization_request_endpoint")).transpose()?;
        let mut metadata = match &self.given {
            Some(urls) => Metadata::given(urls, &self.client, &self.clock),
            None => Metadata {
                authorize: self.endpoint(document.authorization_endpoint, "authorization_endpoint")?,
                token: self.endpoint(document.token_endpoint, "token_endpoint")?,
                userinfo: document.userinfo_endpoint,
                pushed: None,
                setup: None,
                keys: None,
                announced: Value::Null,
                announces_iss: false,
            },
        };
        metadata.announced = announced;
        metadata.announces_iss = document.authorization_response_iss_parameter_supported;
        metadata.pushed = metadata.pushed.or(pushed);
        if self.signs {
            let url = self.endpoint(document.jwks_uri, "jwks_uri")?;
            metadata.keys = Some(KeySet::new(self.client.clone(), url, Arc::clone(&self.clock)));
        }
        Ok(metadata)
    }

    /// Demands a URL that we would call ourselves: browsers are sent to no other either.
    fn endpoint(&self, url: Option<Url>, member: &'static str) -> Result<Url, Trouble> {
        let unusable = || Trouble::nonsense(format!("the metadata has no usable {member}"));
        let url = url.ok_or_else(unusable)?;
        let uri = url.as_str().parse().map_err(|_| unusable())?;
        self.client.check_scheme(&uri).map_err(|_| unusable())?;
        Ok(url)
    }
}

impl Metadata {
    fn given(urls: &EndpointUrls, client: &Configured, clock: &Arc<dyn Clock>) -> Self {
        let keys = |url: &Url| KeySet::new(client.clone(), url.clone(), Arc::clone(clock));
        Self {
            authorize: urls.authorize.clone(),
            token: urls.token.clone(),
            userinfo: urls.userinfo.clone(),
            pushed: urls.pushed.clone(),
            setup: urls.setup.clone(),
            keys: urls.jwks.as_ref().map(keys),
            announced: Value::Null,
            announces_iss: false,
        }
    }
}

/// Names the two places of an issuer's metadata. OpenID Connect appends the well-known path, RFC 8414 (§3.1) inserts it
/// before the issuer's own.
fn places(issuer: &str, openid: bool) -> Result<[Url; 2], SettingsError> {
    let issuer = Url::parse(issuer).map_err(|_| SettingsError::Issuer)?;
    if !matches!(issuer.scheme(), "http" | "https") {
        return Err(SettingsError::Issuer);
    }
    let path = issuer.path().trim_end_matches('/');
    let at = |path: String| {
        let mut url = issuer.clone();
        url.set_path(&path);
        url.set_query(None);
        url.set_fragment(None);
        url
    };
    let connect = at(format!("{path}/.well-known/openid-configuration"));
    let oauth = at(format!("/.well-known/oauth-authorization-server{path}"));
    Ok(if openid { [connect, oauth] } else { [oauth, connect] })
}
