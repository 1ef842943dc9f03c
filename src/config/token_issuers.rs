//! `[[token_issuers]]`: whose tokens are believed.

use std::fs;
use std::time::Duration;

use url::Url;

use super::parse::{self, choice};
use super::problem::Fault;
use super::reader::Section;
use super::tree::Value;
use super::{Mode, secret};
use crate::domain::pii::Secret;

/// The shortest HS256 secret in bytes ([RFC 7518 §3.2](https://www.rfc-editor.org/rfc/rfc7518#section-3.2)).
const SHORTEST_SECRET: usize = 32;

/// The standard by which an issuer authenticates wallets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssuerKind {
    /// SEP-10: classic accounts.
    Sep10,
    /// SEP-45: contracts.
    Sep45,
}

/// How an issuer signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// HMAC with SHA-256, a shared secret.
    Hs256,
    /// Ed25519.
    EdDsa,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
}

/// What an issuer's signatures are checked with.
pub enum IssuerKey {
    /// The shared secret of HS256; at least 32 bytes unless in `dev`.
    Secret(Secret<Vec<u8>>),
    /// A public key, SPKI PEM. Whether it fits the algorithm is found by who uses it.
    PublicKey(Vec<u8>),
    /// Where the issuer publishes its key set.
    Jwks(Url),
}

/// An issuer of wallet tokens.
pub struct TokenIssuer {
    /// The standard it follows.
    pub kind: IssuerKind,
    /// Its `iss`, exactly: an absolute URL, as written.
    pub issuer: String,
    /// Accepted `home_domain` claims; any when empty.
    pub home_domains: Vec<String>,
    /// How it signs.
    pub algorithm: Algorithm,
    /// Accepted `aud` claims; not looked at when empty.
    pub audience: Vec<String>,
    /// The longest life of a token.
    pub max_lifetime: Duration,
    /// What its signatures are checked with.
    pub key: IssuerKey,
}

impl TokenIssuer {
    pub(super) fn read(section: &mut Section<'_>) -> Option<Self> {
        let mode = section.mode();
        let kinds = [("sep10", IssuerKind::Sep10), ("sep45", IssuerKind::Sep45)];
        let algorithms = [
            ("HS256", Algorithm::Hs256),
            ("EdDSA", Algorithm::EdDsa),
            ("ES256", Algorithm::Es256),
            ("RS256", Algorithm::Rs256),
        ];
        let kind = section.required("kind", choice(&kinds));
        let issuer = section.required("issuer", |value| issuer(value, mode));
        let home_domains = section.list("home_domains", parse::text).unwrap_or_default();
        let algorithm = section.required("algorithm", choice(&algorithms));
        let audience = section.list("audience", parse::text).unwrap_or_default();
        let max_lifetime = section.or("max_lifetime", Duration::from_hours(24), parse::duration);
        let key = key(section, algorithm);
        Some(Self {
            kind: kind?,
            issuer: issuer?,
            home_domains,
            algorithm: algorithm?,
            audience,
            max_lifetime,
            key: key?,
        })
    }
}

/// Reads an `iss`, which is compared byte by byte and therefore kept as it is written.
fn issuer(value: &Value, mode: Mode) -> Result<String, Fault> {
    let url = parse::web_url(value)?;
    if mode == Mode::Serve && url.scheme() != "https" {
        return Err("must be an https URL".into());
    }
    parse::text(value)
}

/// Reads the one key that is given, which must be of the algorithm's kind.
fn key(section: &mut Section<'_>, algorithm: Option<Algorithm>) -> Option<IssuerKey> {
    let mode = section.mode();
    let secret = secret::either(section, "secret", "secret_file");
    let public_key = section.optional("public_key_file", public_key);
    let jwks_url = section.optional("jwks_url", parse::secure_url(mode));
    if algorithm? == Algorithm::Hs256 {
        forbid(section, ["public_key_file", "jwks_url"], "HS256 has a secret, not a public key");
        if !section.has("secret") && !section.has("secret_file") {
            section.note("secret_file", "is required for HS256");
        }
        let secret = secret?;
        if mode == Mode::Serve && secret.expose().len() < SHORTEST_SECRET {
            section.note("secret_file", "a secret of HS256 has at least 32 bytes");
        }
        return Some(IssuerKey::Secret(secret));
    }
    forbid(section, ["secret", "secret_file"], "only HS256 has a secret");
    match (section.has("public_key_file"), section.has("jwks_url")) {
        (true, true) => section.note("jwks_url", "a public key is given already"),
        (false, false) => section.note("public_key_file", "is required for this algorithm, or jwks_url"),
        _ => {}
    }
    public_key.map(IssuerKey::PublicKey).or(jwks_url.map(IssuerKey::Jwks))
}

fn forbid(section: &mut Section<'_>, keys: [&str; 2], fault: &'static str) {
    for key in keys {
        if section.has(key) {
            section.note(key, fault);
        }
    }
}

fn public_key(value: &Value) -> Result<Vec<u8>, Fault> {
    let pem = fs::read(parse::path(value)?).map_err(|error| Fault::unreadable(&error))?;
    if pem.trim_ascii_start().starts_with(b"-----BEGIN PUBLIC KEY-----") {
        Ok(pem)
    } else {
        Err("the file must be a public key in SPKI PEM (BEGIN PUBLIC KEY)".into())
    }
}
