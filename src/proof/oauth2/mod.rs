//! Providers that speak OAuth 2.0 ([RFC 6749](https://www.rfc-editor.org/rfc/rfc6749)) or OpenID Connect.
//!
//! # Theory of operation
//! [`Provider::begin`] makes the authorize URL: state from the caller, a PKCE challenge, and for OpenID Connect a nonce.
//! Verifier and nonce are kept. [`Provider::complete`] compares `iss`, exchanges the code, verifies the ID token, fetches
//! the user information, and reads from its claims whether the answer is yes, who the user is, and the SEP-9 values.
//!
//! The endpoints are given, or discovered from the issuer when they are first needed; those that are known are used
//! until it gives others. The whole of either call takes no longer than the client's total limit ([`LIMITS`]). A token
//! request is never repeated, a GET once when the connection fails. Of what a provider sends in vain, only what we know
//! ourselves (statuses, standard error codes, the paths of configured claims) reaches the log, which is written here.

mod answer;
mod departure;
mod id_token;
mod metadata;
mod settings;
mod token;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use http::{Request, header};
use oauth2::{AuthorizationCode, PkceCodeVerifier, RedirectUrl, TokenUrl};
use serde_json::Value;
use url::Url;

use self::departure::Keepsake;
use self::metadata::{Metadata, Source};
pub use self::settings::{ClientAuth, EndpointUrls, Endpoints, Settings, SettingsError, SuccessTest};
use super::claims;
use super::provider::{Arrival, Departure, Outcome, Provider, Start, Trouble, Verified};
use crate::domain::clock::Clock;
use crate::domain::pii::Pii;
use crate::egress::{Configured, Limits};

/// What calls to a provider may take.
pub const LIMITS: Limits = Limits { connect: Duration::from_secs(5), total: Duration::from_secs(10), body: 256 * 1024 };

/// The longest subject ([OpenID Connect Core §2](https://openid.net/specs/openid-connect-core-1_0.html#IDToken)), in bytes.
const MAX_SUBJECT: usize = 255;

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
        if !settings.pkce && !settings.is_openid() {
            return Err(SettingsError::Unbound);
        }
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
        let token = self.redeem(&metadata, arrival, &keepsake).await?;
        let id_claims = self.id_claims(&metadata, token.id_token(), &keepsake).await?;
        let Some(url) = &metadata.userinfo else {
            let neither = || Trouble::nonsense("neither user information nor ID tokens are to be had");
            return self.judge(&id_claims.ok_or_else(neither)?);
        };
        let claims = self.user_information(url, &token).await?;
        if id_claims.is_some_and(|id_claims| !is_same_subject(&id_claims, &claims)) {
            return Err(Trouble::nonsense("the user information is not that of the ID token's user"));
        }
        self.judge(&claims)
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

    async fn redeem(
        &self,
        metadata: &Metadata,
        arrival: Arrival<'_>,
        keepsake: &Keepsake,
    ) -> Result<token::TokenAnswer, Trouble> {
        let client = self
            .oauth2_client()
            .set_token_uri(TokenUrl::from_url(metadata.token.clone()))
            .set_redirect_uri(RedirectUrl::from_url(arrival.redirect_uri.clone()));
        let mut request = client.exchange_code(AuthorizationCode::new(arrival.code.to_owned()));
        if let Some(verifier) = &keepsake.verifier {
            request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier.clone()));
        }
        token::exchange(&self.client, request, self.clock.now()).await
    }

    /// Verifies the ID token, which OpenID Connect demands and others do not know.
    async fn id_claims(
        &self,
        metadata: &Metadata,
        id_token: Option<&str>,
        keepsake: &Keepsake,
    ) -> Result<Option<Value>, Trouble> {
        let (Some(keys), Some(issuer)) = (&metadata.keys, self.settings.issuer()) else { return Ok(None) };
        let nonce = keepsake.nonce.as_deref().ok_or(Trouble::nonsense("no nonce was kept for the ID token"))?;
        let id_token = id_token.ok_or(Trouble::nonsense("the token answer has no ID token"))?;
        let client_id = &self.settings.client_id;
        let expected = id_token::Expected { issuer, client_id, nonce, now: self.clock.now() };
        id_token::verify(id_token, keys, &expected).await.map(Some)
    }

    async fn user_information(&self, url: &Url, token: &token::TokenAnswer) -> Result<Value, Trouble> {
        let request = Request::get(url.as_str())
            .header(header::ACCEPT, "application/json")
            .header(header::AUTHORIZATION, token.authorization())
            .body(Vec::new())
            .map_err(|_| Trouble::nonsense("the user information endpoint cannot be asked"))?;
        let answer = answer::get(&self.client, "user information endpoint", &request, self.clock.now()).await?;
        answer.success()
    }

    /// Reads what the claims say.
    fn judge(&self, claims: &Value) -> Result<Outcome, Trouble> {
        if let Some(test) = &self.settings.success {
            let said = test.path.find(claims).and_then(scalar);
            let said = said.ok_or(Trouble::nonsense("the claim that tells success is missing"))?;
            if said != test.equals {
                return Ok(Outcome::Refused);
            }
        }
        let subject = self.settings.subject.find(claims).and_then(subject);
        let subject = subject.ok_or(Trouble::nonsense("the claim that names the user is missing or unusable"))?;
        let now = self.clock.now();
        let values = claims::map(&self.settings.claims, claims, now.date())?;
        Ok(Outcome::Verified(Verified { subject, values, expires: Some(now + self.settings.validity) }))
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

    async fn begin(&self, start: Start<'_>) -> Result<Departure, Trouble> {
        self.bounded(self.depart(start)).await
    }

    async fn complete(&self, arrival: Arrival<'_>) -> Outcome {
        self.bounded(self.exchange(arrival)).await.unwrap_or_else(Outcome::Retry)
    }
}

/// Compares the users of an ID token and of the user information: one user for both, or somebody swapped a token
/// ([OpenID Connect Core §5.3.2](https://openid.net/specs/openid-connect-core-1_0.html#UserInfoResponse)).
fn is_same_subject(id_claims: &Value, claims: &Value) -> bool {
    let sub = |claims: &Value| claims.get("sub").and_then(scalar);
    sub(id_claims).is_some_and(|id_sub| sub(claims) == Some(id_sub))
}

fn subject(value: &Value) -> Option<Pii<String>> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_i64() || number.is_u64() => number.to_string(),
        _ => return None,
    };
    let usable = (1..=MAX_SUBJECT).contains(&text.len()) && !text.contains(char::is_control);
    usable.then(|| Pii::new(text))
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
