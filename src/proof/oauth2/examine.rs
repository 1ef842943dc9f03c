//! Looking whether a provider fits its configuration, for `kycd provider test`: what it announces, whether its endpoints
//! answer, and whether it takes our credentials. Nobody is verified by it.

use http::{Request, Response};
use jsonwebtoken::Algorithm;
use serde_json::Value;
use url::Url;

use super::OAuth2;
use super::departure::Keepsake;
use super::metadata::Metadata;
use super::settings::{ClaimsSource, ClientAuth, Pushing};
use crate::egress::EgressError;
use crate::proof::provider::{Arrival, Finding, Kept, Start, Trouble};

/// A code that no provider gave.
const NO_CODE: &str = "kycd-provider-test";

/// How a provider's announcements name the ways to know us.
fn method(auth: &ClientAuth) -> &'static str {
    match auth {
        ClientAuth::SecretBasic(_) => "client_secret_basic",
        ClientAuth::SecretPost(_) => "client_secret_post",
        ClientAuth::PrivateKey { .. } => "private_key_jwt",
        ClientAuth::None => "none",
    }
}

impl OAuth2 {
    /// Looks at everything, as far as each step lets the next one begin.
    pub(super) async fn look(&self, redirect_uri: &Url) -> Vec<Finding> {
        let metadata = match self.source.metadata().await {
            Ok(metadata) => metadata,
            Err(trouble) => {
                let place = self.settings.issuer().unwrap_or_default();
                let text = format!("the metadata of {place} is of no use: {trouble}. Look at `issuer`, byte by byte");
                return vec![Finding::Wrong(text)];
            }
        };
        let mut findings = match metadata.announced {
            Value::Null => vec![Finding::Good("the endpoints are those of the configuration".to_owned())],
            _ => vec![Finding::Good("the issuer publishes its metadata".to_owned())],
        };
        findings.extend(self.announcements(&metadata.announced));
        findings.extend(self.missing_endpoints(&metadata));
        findings.extend(self.keys(&metadata).await);
        findings.push(self.reached(&metadata.authorize, "authorize").await);
        if let (ClaimsSource::Userinfo { .. }, Some(userinfo)) = (self.settings.claims_source, &metadata.userinfo) {
            findings.push(self.reached(userinfo, "user information").await);
        }
        findings.push(self.started(redirect_uri).await);
        findings.push(self.known(&metadata, redirect_uri).await);
        findings
    }

    /// Compares what the provider announces with what is configured; what it does not speak of cannot be compared.
    fn announcements(&self, announced: &Value) -> Vec<Finding> {
        let settings = &self.settings;
        let mut findings = Vec::new();
        let mut compare = |member: &str, key: &str, wanted: &str| {
            if let Some(list) = list(announced, member)
                && !list.contains(&wanted)
            {
                let text = format!("{key} needs {wanted}, which is not among the provider's {member}");
                findings.push(Finding::Wrong(text));
            }
        };
        compare("response_types_supported", "the way of kycd", "code");
        compare("token_endpoint_auth_methods_supported", "client_auth", method(&settings.client_auth));
        if let ClientAuth::PrivateKey { keys, .. } = &settings.client_auth {
            let algorithm = name(keys.algorithm());
            compare("token_endpoint_auth_signing_alg_values_supported", "client_key_algorithm", &algorithm);
        }
        if settings.form_post {
            compare("response_modes_supported", "response_mode", "form_post");
        }
        if settings.pkce {
            compare("code_challenge_methods_supported", "pkce", "S256");
        }
        for scope in &settings.scopes {
            if list(announced, "scopes_supported").is_some_and(|known| !known.contains(&scope.as_str())) {
                findings
                    .push(Finding::Doubt(format!("the scope {scope} is not among the provider's scopes_supported")));
            }
        }
        findings.extend(self.pkce(announced));
        findings.extend(self.signatures(announced));
        if announced.get("require_pushed_authorization_requests") == Some(&Value::Bool(true))
            && settings.pushing == Pushing::Off
        {
            findings.push(Finding::Wrong("the provider takes pushed requests only, and par is \"off\"".to_owned()));
        }
        findings
    }

    fn pkce(&self, announced: &Value) -> Option<Finding> {
        let known = list(announced, "code_challenge_methods_supported");
        match (self.settings.pkce, known) {
            (true, None) => {
                let text = "the provider does not say that it knows PKCE; if it ignores it, a stolen code can be used";
                Some(Finding::Doubt(text.to_owned()))
            }
            (true, Some(known)) if known.contains(&"S256") => Some(Finding::Good("it knows PKCE (S256)".to_owned())),
            (false, Some(known)) if known.contains(&"S256") => {
                Some(Finding::Doubt("the provider knows PKCE: pkce = \"require\" would be better".to_owned()))
            }
            (true | false, _) => None,
        }
    }

    /// Whether there is an algorithm that both sides know, and a level of login.
    fn signatures(&self, announced: &Value) -> Vec<Finding> {
        let settings = &self.settings;
        let ours: Vec<_> = settings.algorithms.iter().copied().map(name).collect();
        let mut findings = Vec::new();
        let mut common = |member: &str, key: &str, ours: &[String]| {
            if let Some(theirs) = list(announced, member)
                && !ours.iter().any(|one| theirs.contains(&one.as_str()))
            {
                findings.push(Finding::Wrong(format!("nothing in {key} is among the provider's {member}")));
            }
        };
        if settings.is_openid() {
            common("id_token_signing_alg_values_supported", "signing_algorithms", &ours);
        }
        if settings.is_signed() {
            common("userinfo_signing_alg_values_supported", "signing_algorithms", &ours);
        }
        if !settings.acr.is_empty() {
            common("acr_values_supported", "acr", &settings.acr);
        }
        findings
    }

    fn missing_endpoints(&self, metadata: &Metadata) -> Option<Finding> {
        match (self.settings.claims_source, &metadata.userinfo) {
            (ClaimsSource::Userinfo { signed: true, .. }, None) => {
                Some(Finding::Wrong("userinfo is \"signed\", and there is no user information endpoint".to_owned()))
            }
            (ClaimsSource::Userinfo { signed: false, .. }, None) => {
                let text = "there is no user information endpoint: the ID token has to tell everything";
                Some(Finding::Doubt(text.to_owned()))
            }
            (ClaimsSource::Userinfo { .. } | ClaimsSource::IdToken, _) => None,
        }
    }

    /// Whether the provider publishes a key for a signature that is taken.
    async fn keys(&self, metadata: &Metadata) -> Option<Finding> {
        let keys = metadata.keys.as_ref()?;
        Some(match keys.algorithms(&self.settings.algorithms).await {
            Ok(usable) if usable.is_empty() => {
                Finding::Wrong("its key set has no key for any of signing_algorithms".to_owned())
            }
            Ok(usable) => {
                let names: Vec<_> = usable.into_iter().map(name).collect();
                Finding::Good(format!("its key set has keys for {}", names.join(", ")))
            }
            Err(error) => Finding::Wrong(format!("its signatures cannot be verified: {error}")),
        })
    }

    /// Whether something answers at an endpoint that is asked for nothing.
    async fn reached(&self, url: &Url, what: &str) -> Finding {
        let Ok(request) = Request::get(url.as_str()).body(Vec::new()) else {
            return Finding::Wrong(format!("the {what} endpoint has no usable URL"));
        };
        match self.client.send(request).await.map(Response::into_parts) {
            Ok((head, _)) if head.status.as_u16() == 404 => {
                Finding::Doubt(format!("there is nothing at the {what} endpoint (404)"))
            }
            Ok((head, _)) if head.status.is_server_error() => {
                Finding::Doubt(format!("the {what} endpoint answers {}", head.status.as_u16()))
            }
            Ok(_) | Err(EgressError::TooLarge) => Finding::Good(format!("the {what} endpoint answers")),
            Err(error) => Finding::Wrong(format!("the {what} endpoint cannot be reached: {error}")),
        }
    }

    /// Whether a browser could leave: a setup step and a pushed request are really made.
    async fn started(&self, redirect_uri: &Url) -> Finding {
        match self.depart(Start { redirect_uri, state: NO_CODE, language: None }).await {
            Ok(_) => Finding::Good("a browser could be sent off".to_owned()),
            Err(trouble) => Finding::Wrong(format!("no browser could be sent off: {trouble}. {}", hint(&trouble))),
        }
    }

    /// Whether the token endpoint knows us: it has to refuse the code that nobody gave, and nothing else.
    async fn known(&self, metadata: &Metadata, redirect_uri: &Url) -> Finding {
        let verifier = self.settings.pkce.then(|| "0123456789abcdef0123456789abcdef0123456789a".to_owned());
        let keepsake = Keepsake { verifier, nonce: None };
        let kept = Kept::from_bytes(b"");
        let arrival = Arrival { redirect_uri, code: NO_CODE, iss: None, kept: &kept };
        match self.redeem(metadata, arrival, &keepsake).await {
            Err(Trouble::CodeRefused) => {
                Finding::Good("the token endpoint knows us, and refuses a made-up code".to_owned())
            }
            Ok(_) => Finding::Wrong("the token endpoint takes a code that nobody gave".to_owned()),
            Err(trouble) => Finding::Wrong(format!("{trouble}. {}", hint(&trouble))),
        }
    }
}

/// What to look at.
fn hint(trouble: &Trouble) -> &'static str {
    match trouble {
        Trouble::CodeRefused => "",
        Trouble::Nonsense(reason) if reason.contains("credentials") => {
            "Look at client_id, client_auth and the secret or key, and at what is registered there"
        }
        Trouble::Nonsense(reason) if reason.contains("request") => {
            "Look at the redirect URI and the scopes that are registered there"
        }
        Trouble::Nonsense(_) => "Look at the URL: something else than OAuth2 seems to answer there",
        Trouble::Broken(_) => "The provider itself is out of order",
        Trouble::TimedOut => "Look at the URL, and whether this machine may call it",
        Trouble::Busy { .. } => "Try again later",
    }
}

fn list<'a>(announced: &'a Value, member: &str) -> Option<Vec<&'a str>> {
    announced.get(member)?.as_array().map(|items| items.iter().filter_map(Value::as_str).collect())
}

fn name(algorithm: Algorithm) -> String {
    format!("{algorithm:?}")
}
