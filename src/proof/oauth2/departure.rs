//! Sending a browser off ([RFC 6749 §4.1.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1)).

use data_encoding::BASE64URL_NOPAD;
use http::{Request, header};
use oauth2::{CsrfToken, PkceCodeChallenge, PkceCodeVerifier, Scope};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::OAuth2;
use super::answer::{self, Peer};
use super::credentials::{Parameters, set};
use super::metadata::Metadata;
use super::settings::Pushing;
use crate::domain::language::Language;
use crate::proof::provider::{Departure, Kept, Start, Trouble};
use crate::vault::random;

const PUSHED: Peer = Peer { name: "pushed authorization request endpoint", success: &[200, 201] };
const SETUP: Peer = Peer { name: "setup endpoint", success: &[200] };

/// The longest nonce of a setup step, and the longest name of a pushed request, in bytes.
const LONGEST: usize = 1024;

/// What is needed again when the browser comes back.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub(super) struct Keepsake {
    /// What the PKCE challenge was made of ([RFC 7636 §4.1](https://www.rfc-editor.org/rfc/rfc7636#section-4.1)).
    pub(super) verifier: Option<String>,
    /// What the ID token has to repeat.
    pub(super) nonce: Option<String>,
}

impl Keepsake {
    pub(super) fn open(kept: &Kept) -> Result<Self, Trouble> {
        serde_json::from_slice(&kept.to_bytes()).map_err(|_| Trouble::nonsense("what was kept cannot be read"))
    }

    fn keep(&self) -> Kept {
        Kept::from_bytes(&Zeroizing::new(serde_json::to_vec(self).expect("two texts serialise")))
    }
}

impl OAuth2 {
    pub(super) async fn depart(&self, start: Start<'_>) -> Result<Departure, Trouble> {
        let metadata = self.source.metadata().await?;
        let keepsake = Keepsake {
            verifier: self.settings.pkce.then(unguessable),
            nonce: self.settings.is_openid().then(unguessable),
        };
        let base = self.authorize_url(&metadata).await?;
        let request = self.authorization_request(&metadata, start, &keepsake);
        let (request, is_pushed) = match (self.settings.pushing, &metadata.pushed) {
            (Pushing::Auto | Pushing::Require, Some(url)) => (self.push(&metadata, url, request).await?, true),
            (Pushing::Require, None) => {
                return Err(Trouble::nonsense("the metadata has no usable pushed_authorization_request_endpoint"));
            }
            (Pushing::Auto, None) | (Pushing::Off, _) => (request, false),
        };
        let was_asked = is_pushed || metadata.setup.is_some();
        Ok(Departure { redirect: with_parameters(base, request), kept: keepsake.keep(), was_asked })
    }

    /// Where the browser goes, before the parameters; where each start is set up, a place made for it alone.
    async fn authorize_url(&self, metadata: &Metadata) -> Result<Url, Trouble> {
        let mut base = metadata.authorize.clone();
        if let (Some(setup), Some(secret)) = (&metadata.setup, self.settings.secret()) {
            let request = Request::post(setup.as_str())
                .header(header::ACCEPT, "application/json")
                .header(header::AUTHORIZATION, format!("Bearer {secret}"))
                .body(Vec::new())
                .map_err(|_| Trouble::nonsense("the client secret or the setup URL makes no request"))?;
            let answer = answer::call(&self.client, SETUP, request, self.clock.now()).await?;
            let nonce = short_text(&answer.accepted(self.clock.now())?, "nonce", SETUP)?;
            let mut segments = base.path_segments_mut().map_err(|()| Trouble::nonsense("authorize_url has no path"))?;
            segments.pop_if_empty().push(&nonce);
        }
        Ok(base)
    }

    /// Lists the parameters of the request: the operator's first, so that ours replace those of the same names.
    fn authorization_request(&self, metadata: &Metadata, start: Start<'_>, keepsake: &Keepsake) -> Parameters {
        let settings = &self.settings;
        let client = self.crate_client(metadata, start.redirect_uri);
        let mut request = client
            .authorize_url(|| CsrfToken::new(start.state.to_owned()))
            .add_scopes(settings.scopes.iter().cloned().map(Scope::new));
        if let Some(verifier) = &keepsake.verifier {
            let verifier = PkceCodeVerifier::new(verifier.clone());
            request = request.set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        }
        if let Some(nonce) = &keepsake.nonce {
            request = request.add_extra_param("nonce", nonce);
        }
        if settings.form_post {
            request = request.add_extra_param("response_mode", "form_post");
        }
        let (url, _) = request.url();
        let mut parameters = Parameters::new();
        if !settings.acr.is_empty() {
            set(&mut parameters, "acr_values", settings.acr.join(" "));
        }
        if let Some(language) = start.language.filter(|language| self.may_speak(metadata, *language)) {
            set(&mut parameters, "ui_locales", language.code());
        }
        for (name, value) in &settings.authorize_parameters {
            set(&mut parameters, name, value);
        }
        for (name, value) in url.query_pairs() {
            set(&mut parameters, &name, value);
        }
        parameters
    }

    /// Whether the provider may be asked to speak a language
    /// ([OpenID Connect Core §3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest)): one that does
    /// not say what it speaks knows at least what the parameter means, if it is an OpenID provider.
    fn may_speak(&self, metadata: &Metadata, language: Language) -> bool {
        match metadata.announced.get("ui_locales_supported").and_then(Value::as_array) {
            Some(known) => known.iter().filter_map(Value::as_str).any(|tag| Language::parse(tag) == Some(language)),
            None => self.settings.is_openid(),
        }
    }

    /// Hands the request over behind the browser's back, which carries only its name
    /// ([RFC 9126 §2](https://www.rfc-editor.org/rfc/rfc9126#section-2)).
    async fn push(&self, metadata: &Metadata, url: &Url, request: Parameters) -> Result<Parameters, Trouble> {
        let request = self.authenticated(metadata, url, request)?;
        let answer = answer::call(&self.client, PUSHED, request, self.clock.now()).await?;
        let name = short_text(&answer.accepted(self.clock.now())?, "request_uri", PUSHED)?;
        Ok(vec![("client_id".to_owned(), self.settings.client_id.clone()), ("request_uri".to_owned(), name)])
    }
}

/// Draws 32 random bytes as text, as long as RFC 7636 wants a verifier.
fn unguessable() -> String {
    BASE64URL_NOPAD.encode(&random::bytes::<32>())
}

fn short_text(answer: &Value, member: &'static str, peer: Peer) -> Result<String, Trouble> {
    let text = answer.get(member).and_then(Value::as_str);
    let short = |text: &&str| (1..=LONGEST).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    let short = text.filter(short).map(str::to_owned);
    short.ok_or_else(|| Trouble::nonsense(format!("the {} gave no usable {member}", peer.name)))
}

/// Adds parameters, which replace those of the same names that the URL brought along.
fn with_parameters(mut url: Url, parameters: Parameters) -> Url {
    let mut all = Parameters::new();
    for (name, value) in url.query_pairs().into_owned().chain(parameters) {
        set(&mut all, &name, value);
    }
    url.query_pairs_mut().clear().extend_pairs(all);
    url
}
