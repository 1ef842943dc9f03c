//! `[providers.NAME]`: who proves what about a customer. The only kind is `oauth2` so far.

use std::collections::BTreeSet;
use std::time::Duration;

use url::Url;

use super::parse::{self, choice};
use super::problem::Fault;
use super::reader::Section;
use super::tree::Value;
use super::{Mode, name, secret};
use crate::domain::field::FieldType;
use crate::domain::pii::Secret;

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
    /// What happens to a browser that returns without its cookie.
    pub browser_binding: BrowserBinding,
    /// How long a proof counts.
    pub validity: Duration,
    /// Where browsers go in the end, instead of our own page.
    pub done_url: Option<Url>,
    /// The path of the claim that names the person.
    pub subject: String,
    /// The claim that says yes or no, if one does.
    pub success: Option<Success>,
    /// What its claims are in SEP-9, each field once.
    pub claims: Vec<Claim>,
}

/// A claim that tells whether the provider's answer is yes.
#[derive(Clone, Debug)]
pub struct Success {
    /// Its path.
    pub claim: String,
    /// What it is when the answer is yes.
    pub equals: String,
}

/// Where a provider is.
#[derive(Clone, Debug)]
pub enum Endpoints {
    /// Its metadata tells ([RFC 8414](https://www.rfc-editor.org/rfc/rfc8414), OpenID Connect Discovery).
    Discovered {
        /// The issuer as written: it is compared byte by byte.
        issuer: String,
    },
    /// The configuration tells.
    Given {
        /// The issuer as written, if answers are to be compared with it.
        issuer: Option<String>,
        /// The three URLs.
        urls: Box<EndpointUrls>,
    },
}

/// The URLs of a provider.
#[derive(Clone, Debug)]
pub struct EndpointUrls {
    /// Where browsers are sent.
    pub authorize: Url,
    /// Where codes are exchanged.
    pub token: Url,
    /// Where the claims are fetched.
    pub userinfo: Url,
}

/// How the token endpoint knows us.
#[derive(Clone)]
pub enum ClientAuth {
    /// By the secret in the `Authorization` header.
    SecretBasic(Secret<String>),
    /// By the secret in the body.
    SecretPost(Secret<String>),
    /// Not at all.
    None,
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

/// A claim and the field that it fills.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// A dotted path or, with a leading `/`, a JSON pointer.
    pub path: String,
    /// A SEP-9 field that is not binary, as spelled in the configuration.
    pub field: String,
    /// Whether an answer without it is an error.
    pub required: bool,
}

impl Provider {
    /// Reads a provider; `public_url` is our own.
    pub(super) fn read(name: &str, section: &mut Section<'_>, public_url: Option<&Url>) -> Option<Self> {
        name::check(name, section);
        section.required("kind", choice(&[("oauth2", ())]));
        let display_name = section.or("display_name", name.to_owned(), parse::text);
        let endpoints = endpoints(section, public_url);
        let client_id = section.required("client_id", parse::text);
        let client_auth = client_auth(section);
        let scopes = section
            .list("scopes", parse::text)
            .unwrap_or_else(|| ["openid", "profile", "email"].map(str::to_owned).to_vec());
        let authorize_parameters = section.named("authorize_parameters", Some("value"), |name, section| {
            section.required("value", parse::text).map(|value| (name.to_owned(), value))
        });
        let pkce = pkce(section, &scopes);
        let bindings =
            [("strict", BrowserBinding::Strict), ("confirm", BrowserBinding::Confirm), ("off", BrowserBinding::Off)];
        let browser_binding = section.or("browser_binding", BrowserBinding::Strict, choice(&bindings));
        let validity = section.or("validity", Duration::from_hours(365 * 24), parse::duration);
        let done_url = section.optional("done_url", parse::secure_url(section.mode()));
        let subject = section.or("subject", "sub".to_owned(), path);
        let has_success = section.has("success");
        let success = section.section("success", |section| has_success.then(|| success(section)).flatten());
        let claims = claims(section);
        Some(Self {
            display_name,
            endpoints: endpoints?,
            client_id: client_id?,
            client_auth: client_auth?,
            scopes,
            authorize_parameters: authorize_parameters.into_values().collect(),
            pkce,
            browser_binding,
            validity,
            done_url,
            subject,
            success,
            claims,
        })
    }
}

fn endpoints(section: &mut Section<'_>, public_url: Option<&Url>) -> Option<Endpoints> {
    const URLS: [&str; 3] = ["authorize_url", "token_url", "userinfo_url"];
    let mode = section.mode();
    let foreign = |value: &Value| {
        let url = parse::secure_url(mode)(value)?;
        // The sandbox of `dev` says yes to everybody.
        match public_url {
            Some(own) if mode == Mode::Serve && own.origin() == url.origin() => Err("is this server itself".into()),
            _ => Ok(url),
        }
    };
    let issuer = section.optional("issuer", |value| foreign(value).and_then(|_| parse::text(value)));
    let [authorize, token, userinfo] = URLS.map(|key| section.optional(key, foreign));
    let given = URLS.iter().filter(|key| section.has(key)).count();
    if given == 0 {
        if !section.has("issuer") {
            section.note("issuer", "is required, or authorize_url, token_url and userinfo_url");
        }
        return Some(Endpoints::Discovered { issuer: issuer? });
    }
    for key in URLS {
        if !section.has(key) {
            section.note(key, "is required: the three URLs go together");
        }
    }
    let urls = EndpointUrls { authorize: authorize?, token: token?, userinfo: userinfo? };
    Some(Endpoints::Given { issuer, urls: Box::new(urls) })
}

fn client_auth(section: &mut Section<'_>) -> Option<ClientAuth> {
    type Method = fn(Secret<String>) -> ClientAuth;
    let (basic, post): (Method, Method) = (ClientAuth::SecretBasic, ClientAuth::SecretPost);
    let methods = [("client_secret_basic", Some(basic)), ("client_secret_post", Some(post)), ("none", None)];
    let method = section.or("client_auth", Some(basic), |value| match value {
        Value::Text(word) if word == "private_key_jwt" => Err("private_key_jwt is not available yet".into()),
        _ => choice(&methods)(value),
    });
    let secret = secret::either(section, "client_secret", "client_secret_file");
    let given = section.has("client_secret") || section.has("client_secret_file");
    match (method, secret) {
        (Some(method), Some(secret)) => match secret::text(&secret) {
            Ok(secret) => return Some(method(secret)),
            Err(fault) => section.note("client_secret_file", fault),
        },
        (Some(_), None) if !given => section.note("client_secret_file", "is required"),
        (None, _) if given => section.note("client_auth", "does not go with a client secret"),
        (None, _) => return Some(ClientAuth::None),
        (Some(_), None) => {}
    }
    None
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

fn claims(section: &mut Section<'_>) -> Vec<Claim> {
    let mut seen = BTreeSet::new();
    let claims = section.named("claims", Some("field"), |path, section| {
        if !is_path(path) {
            section.note_here("must be a dotted path or, with a leading /, a JSON pointer");
        }
        let field = section.required("field", |value| claimed(value, &mut seen));
        let required = section.or("required", true, parse::flag);
        Some(Claim { path: path.to_owned(), field: field?, required })
    });
    claims.into_values().collect()
}

fn claimed(value: &Value, seen: &mut BTreeSet<String>) -> Result<String, Fault> {
    let (name, field) = name::field(value, seen)?;
    if field.kind == FieldType::Binary { Err("is a binary field, which no claim can fill".into()) } else { Ok(name) }
}

fn success(section: &mut Section<'_>) -> Option<Success> {
    let claim = section.required("claim", path);
    let equals = section.required("equals", parse::text);
    Some(Success { claim: claim?, equals: equals? })
}

fn path(value: &Value) -> Result<String, Fault> {
    let text = parse::text(value)?;
    if is_path(&text) { Ok(text) } else { Err("must be a dotted path or, with a leading /, a JSON pointer".into()) }
}

fn is_path(path: &str) -> bool {
    path.starts_with('/') || path.split('.').all(|member| !member.is_empty())
}
