//! `[providers.NAME]`: who proves what about a customer. The only kind is `oauth2` so far.

mod claims;
mod client_auth;
mod endpoints;

use std::num::NonZeroU32;
use std::time::Duration;

use jsonwebtoken::Algorithm;
use url::Url;

pub use self::claims::{Claim, ClaimsSource, Pending, Success, VerifiedClaims};
pub use self::client_auth::{Audience, ClientAuth};
pub use self::endpoints::{EndpointUrls, Endpoints};
use super::parse::{self, choice};
use super::reader::Section;
use super::{name, secret};
use crate::domain::pii::Secret;

const FAILURE_LIMIT: NonZeroU32 = NonZeroU32::new(5).expect("above 0");

/// An OAuth2 provider.
#[derive(Clone)]
pub struct Provider {
    /// Its name for people.
    pub display_name: String,
    /// Where it is.
    pub endpoints: Endpoints,
    /// Who we are there.
    pub client_id: String,
    /// How we prove it.
    pub client_auth: ClientAuth,
    /// What we ask for.
    pub scopes: Vec<String>,
    /// More parameters of the authorize URL.
    pub authorize_parameters: Vec<(String, String)>,
    /// Whether PKCE (S256) is used.
    pub pkce: bool,
    /// Whether requests are pushed.
    pub pushing: Pushing,
    /// Whether browsers come back with a POST.
    pub form_post: bool,
    /// The algorithms that the provider's signatures may have.
    pub algorithms: Vec<Algorithm>,
    /// Where its claims come from.
    pub claims_source: ClaimsSource,
    /// The levels of login that are good enough, if that matters.
    pub acr: Vec<String>,
    /// Which `verified_claims` count, if they are read.
    pub verified_claims: Option<VerifiedClaims>,
    /// After how many failures in a row it is left alone.
    pub failure_limit: NonZeroU32,
    /// For how long.
    pub failure_pause: Duration,
    /// What happens to a browser that returns without its cookie.
    pub browser_binding: BrowserBinding,
    /// Whether one person may prove several customers.
    pub allows_reuse: bool,
    /// How long a proof counts.
    pub validity: Duration,
    /// The path of the claim that tells until when, if one does.
    pub expires: Option<String>,
    /// Where browsers go in the end, instead of our own page.
    pub done_url: Option<Url>,
    /// The path of the claim that names the person.
    pub subject: String,
    /// The claim that says yes or no, if one does.
    pub success: Option<Success>,
    /// The claim that says that there is no decision yet, if one does.
    pub pending: Option<Pending>,
    /// What it signs its own messages with, if it sends some.
    pub webhook_secret: Option<Secret<String>>,
    /// What its claims are in SEP-9, each field once.
    pub claims: Vec<Claim>,
}

/// What happens to a browser that returns without the process cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrowserBinding {
    /// It is refused.
    Strict,
    /// It has to confirm.
    Confirm,
    /// It goes on.
    Off,
}

/// Whether requests are pushed ([RFC 9126](https://www.rfc-editor.org/rfc/rfc9126)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushing {
    /// If the provider says where.
    Auto,
    /// In any case.
    Require,
    /// Never.
    Off,
}

impl Provider {
    /// Reads a provider; `public_url` is our own.
    pub(super) fn read(name: &str, section: &mut Section<'_>, public_url: Option<&Url>) -> Option<Self> {
        name::check(name, section);
        section.required("kind", choice(&[("oauth2", ())]));
        let display_name = section.or("display_name", name.to_owned(), parse::text);
        let claims_source = claims::source(section);
        let asks_userinfo = claims_source != ClaimsSource::IdToken;
        let endpoints = endpoints::read(section, asks_userinfo, public_url);
        let client_id = section.required("client_id", parse::text);
        let client_auth = client_auth::read(section);
        let scopes = section
            .list("scopes", parse::text)
            .unwrap_or_else(|| ["openid", "profile", "email"].map(str::to_owned).to_vec());
        let authorize_parameters = section.named("authorize_parameters", Some("value"), |name, section| {
            section.required("value", parse::text).map(|value| (name.to_owned(), value))
        });
        let pkce = pkce(section, &scopes);
        let pushings = [("auto", Pushing::Auto), ("require", Pushing::Require), ("off", Pushing::Off)];
        let pushing = section.or("par", Pushing::Auto, choice(&pushings));
        let form_post = section.or("response_mode", false, choice(&[("query", false), ("form_post", true)]));
        let algorithms = section.list("signing_algorithms", client_auth::signature);
        let algorithms = algorithms.unwrap_or_else(|| client_auth::SIGNATURES.map(|(_, algorithm)| algorithm).to_vec());
        let acr = section.list("acr", parse::text).unwrap_or_default();
        let failure_limit = section.or("failure_limit", FAILURE_LIMIT, parse::times);
        let failure_pause = section.or("failure_pause", Duration::from_secs(30), parse::duration);
        let bindings =
            [("strict", BrowserBinding::Strict), ("confirm", BrowserBinding::Confirm), ("off", BrowserBinding::Off)];
        let browser_binding = section.or("browser_binding", BrowserBinding::Strict, choice(&bindings));
        let allows_reuse = section.or("identity_reuse", false, choice(&[("review", false), ("allow", true)]));
        let validity = section.or("validity", Duration::from_hours(365 * 24), parse::duration);
        let done_url = section.optional("done_url", parse::secure_url(section.mode()));
        let subject = section.or("subject", "sub".to_owned(), claims::path);
        let has_success = section.has("success");
        let success = section.section("success", |section| has_success.then(|| claims::success(section)).flatten());
        let pending = claims::pending(section);
        if pending.is_some() && !has_success {
            section.note("success", "is needed beside pending: else every answer but that one would be a yes");
        }
        let webhook_secret = webhook_secret(section);
        if pending.is_some() && claims_source == ClaimsSource::IdToken && webhook_secret.is_none() {
            let fault = "needs webhook_secret_file beside userinfo = \"id_token\": there is nothing to ask again";
            section.note("pending", fault);
        }
        let expires = section.optional("expires", claims::path);
        let claims = claims::read(section);
        let verified_claims = claims::verified_claims(section, &claims);
        Some(Self {
            display_name,
            endpoints: endpoints?,
            client_id: client_id?,
            client_auth: client_auth?,
            scopes,
            authorize_parameters: authorize_parameters.into_values().collect(),
            pkce,
            pushing,
            form_post,
            algorithms,
            claims_source,
            acr,
            verified_claims,
            failure_limit,
            failure_pause,
            browser_binding,
            allows_reuse,
            validity,
            expires,
            done_url,
            subject,
            success,
            pending,
            webhook_secret,
            claims,
        })
    }
}

fn webhook_secret(section: &mut Section<'_>) -> Option<Secret<String>> {
    let secret = secret::either(section, "webhook_secret", "webhook_secret_file")?;
    match secret::text(&secret) {
        Ok(secret) => Some(secret),
        Err(fault) => {
            section.note("webhook_secret_file", fault);
            None
        }
    }
}

/// Reads whether PKCE is used; without it the nonce of OpenID Connect has to bind the code to the browser.
fn pkce(section: &mut Section<'_>, scopes: &[String]) -> bool {
    let pkce = section.or("pkce", true, choice(&[("require", true), ("off", false)]));
    let allowed = section.or("allow_without_pkce", false, parse::flag);
    if !pkce && !allowed {
        section.note("pkce", "\"off\" lets a stolen code be used: it needs allow_without_pkce = true");
    }
    if !pkce && !scopes.iter().any(|scope| scope == "openid") {
        section.note("pkce", "\"off\" needs the scope openid, whose nonce takes the place of PKCE");
    }
    pkce
}
