//! Providers that speak OAuth 2.0 ([RFC 6749](https://www.rfc-editor.org/rfc/rfc6749)) or OpenID Connect.
//!
//! # Theory of operation
//! [`Provider::begin`] makes the authorize URL: state from the caller, a PKCE challenge, and for OpenID Connect a nonce.
//! Verifier and nonce are kept. Where requests are pushed, the browser carries only the name of ours; where a start is
//! set up, the URL is one of its own. [`Provider::complete`] compares `iss`, exchanges the code, verifies the ID token,
//! fetches the user information, and reads from the claims whether the answer is yes, who the user is, and the SEP-9
//! values.
//!
//! The endpoints are given, or discovered from the issuer when they are first needed; those that are known are used
//! until it gives others. The whole of either call takes no longer than the client's total limit ([`LIMITS`]). A token
//! request is never repeated, a GET once when the connection fails. Of what a provider sends in vain, only what we know
//! ourselves (statuses, standard error codes, the paths of configured claims) reaches the log, which is written here.

mod answer;
mod client_keys;
mod credentials;
mod departure;
mod examine;
mod metadata;
mod question;
mod settings;
mod signed;
mod token;
mod userinfo;
mod verdict;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;
use url::Url;

pub use self::client_keys::{ClientKeys, ClientKeysError};
use self::departure::Keepsake;
use self::metadata::{Metadata, Source};
use self::question::Question;
pub use self::settings::{
    Audience, ClaimsSource, ClientAuth, EndpointUrls, Endpoints, PendingTest, Pushing, Settings, SettingsError,
    SuccessTest, VerifiedClaims,
};
use super::provider::{Arrival, Departure, Finding, Kept, Outcome, Provider, Start, Trouble};
use crate::domain::clock::Clock;
use crate::domain::pii::Pii;
use crate::egress::{Configured, Limits};

/// What calls to a provider may take.
pub const LIMITS: Limits = Limits { connect: Duration::from_secs(5), total: Duration::from_secs(10), body: 256 * 1024 };

/// A provider that speaks OAuth 2.0.
pub struct OAuth2 {
    settings: Settings,
    client: Configured,
    clock: Arc<dyn Clock>,
    source: Source,
}

impl OAuth2 {
    /// Joins the parts, without calling anybody. `client` is made with [`LIMITS`].
    ///
    /// # Errors
    /// See [`SettingsError`].
    pub fn new(settings: Settings, client: Configured, clock: Arc<dyn Clock>) -> Result<Self, SettingsError> {
        settings.check()?;
        let source = Source::new(&settings, client.clone(), Arc::clone(&clock))?;
        Ok(Self { settings, client, clock, source })
    }

    /// Bounds the time of a call and logs what went wrong with it.
    async fn bounded<T>(&self, call: impl Future<Output = Result<T, Trouble>>) -> Result<T, Trouble> {
        let result = tokio::time::timeout(self.client.limits().total, call).await.unwrap_or(Err(Trouble::TimedOut));
        if let Err(trouble) = &result {
            tracing::warn!(provider = self.settings.name, %trouble, "a provider gave no answer that counts");
        }
        result
    }

    async fn exchange(&self, arrival: Arrival<'_>) -> Result<Outcome, Trouble> {
        let keepsake = Keepsake::open(arrival.kept)?;
        let metadata = self.source.metadata().await?;
        self.check_sender(&metadata, arrival.iss)?;
        let (access_token, id_token) = self.redeem(&metadata, arrival, &keepsake).await?.into_tokens();
        let id_claims = self.id_claims(&metadata, id_token.as_deref(), &keepsake).await?;
        let question = Question { access_token, id_claims, retry_after: None };
        self.answer(&metadata, question).await
    }

    /// Checks who sent the browser, before the code is used
    /// ([RFC 9207 §2.4](https://www.rfc-editor.org/rfc/rfc9207#section-2.4)).
    fn check_sender(&self, metadata: &Metadata, iss: Option<&str>) -> Result<(), Trouble> {
        match (iss, self.settings.issuer()) {
            (Some(iss), Some(issuer)) if iss != issuer => {
                Err(Trouble::nonsense("the browser comes from another issuer"))
            }
            (None, _) if metadata.announces_iss => Err(Trouble::nonsense("the browser does not say from which issuer")),
            _ => Ok(()),
        }
    }

    /// Verifies the ID token, which OpenID Connect demands and others do not know.
    async fn id_claims(
        &self,
        metadata: &Metadata,
        id_token: Option<&str>,
        keepsake: &Keepsake,
    ) -> Result<Option<Value>, Trouble> {
        let (true, Some(keys), Some(issuer)) = (self.settings.is_openid(), &metadata.keys, self.settings.issuer())
        else {
            return Ok(None);
        };
        let nonce = keepsake.nonce.as_deref().ok_or(Trouble::nonsense("no nonce was kept for the ID token"))?;
        let id_token = id_token.ok_or(Trouble::nonsense("the token answer has no ID token"))?;
        let expected = signed::Expected {
            name: "ID token",
            issuer,
            client_id: &self.settings.client_id,
            algorithms: &self.settings.algorithms,
            nonce: Some(nonce),
            now: self.clock.now(),
        };
        signed::verify(id_token, keys, &expected).await.map(Some)
    }
}

#[async_trait]
impl Provider for OAuth2 {
    fn name(&self) -> &str {
        &self.settings.name
    }

    fn display_name(&self) -> &str {
        &self.settings.display_name
    }

    async fn authorize_origin(&self) -> Option<String> {
        let metadata = self.bounded(self.source.metadata()).await.ok()?;
        Some(metadata.authorize.origin().ascii_serialization())
    }

    fn answers_by_post(&self) -> bool {
        self.settings.form_post
    }

    async fn begin(&self, start: Start<'_>) -> Result<Departure, Trouble> {
        self.bounded(self.depart(start)).await
    }

    async fn complete(&self, arrival: Arrival<'_>) -> Outcome {
        self.bounded(self.exchange(arrival)).await.unwrap_or_else(Outcome::Retry)
    }

    async fn ask(&self, kept: &Kept) -> Outcome {
        let asking = async { self.answer(&*self.source.metadata().await?, Question::open(kept)?).await };
        self.bounded(asking).await.unwrap_or_else(Outcome::Retry)
    }

    fn read_message(&self, message: &Value) -> Result<(Pii<String>, Outcome), Trouble> {
        if answer::is_too_deep(message) {
            return Err(Trouble::nonsense("the message is nested too deeply"));
        }
        Ok((self.subject(message)?, self.judge(message, None, None)?))
    }

    async fn examine(&self, redirect_uri: &Url) -> Vec<Finding> {
        self.look(redirect_uri).await
    }

    fn public_keys(&self) -> Option<Value> {
        match &self.settings.client_auth {
            ClientAuth::PrivateKey { keys, .. } => Some(keys.public()),
            ClientAuth::SecretBasic(_) | ClientAuth::SecretPost(_) | ClientAuth::None => None,
        }
    }
}
