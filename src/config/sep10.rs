//! `[sep10]`: signing in wallets ourselves, instead of trusting somebody else's tokens.

use std::num::NonZeroU32;
use std::time::Duration;

use url::Url;

use super::parse::{self, choice};
use super::problem::Fault;
use super::reader::Section;
use super::token_issuers::{IssuerKey, IssuerKind, TokenIssuer};
use super::tree::Value;
use super::{Keys, Server};
use crate::domain::pii::Secret;

const PUBLIC: &str = "Public Global Stellar Network ; September 2015";
const TESTNET: &str = "Test SDF Network ; September 2015";

const REQUESTS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(60).expect("above 0");

/// The longest value of a transaction's manage data operation, in bytes, and the longest key that is left when ` auth`
/// stands behind a home domain.
const LONGEST_VALUE: usize = 64;
const LONGEST_HOME_DOMAIN: usize = 59;

/// A server of SEP-10.
pub struct Sep10 {
    /// `WEB_AUTH_ENDPOINT`.
    pub endpoint: String,
    /// The `iss` of its tokens, which one of the token issuers has.
    pub issuer: String,
    /// The domain that challenges name.
    pub web_auth_domain: String,
    /// The home domains that it signs in for; the default one first.
    pub home_domains: Vec<String>,
    /// The passphrase of the network.
    pub network_passphrase: String,
    /// How long a challenge can be answered.
    pub challenge_lifetime: Duration,
    /// How long a token lives.
    pub token_lifetime: Duration,
    /// Whether wallets have to sign their requests for challenges.
    pub require_authorization: bool,
    /// Who knows the signers of accounts.
    pub horizon_url: Option<Url>,
    /// How often one address may call.
    pub requests_per_minute: NonZeroU32,
    /// The seed that signs challenges.
    pub signing_seed: Secret<[u8; 32]>,
    /// The HS256 secret that signs tokens.
    pub token_secret: Secret<Vec<u8>>,
}

impl Sep10 {
    /// Reads the section; `None` while it is off.
    pub(super) fn read(
        section: &mut Section<'_>,
        server: Option<&Server>,
        keys: &Keys,
        issuers: &[TokenIssuer],
    ) -> Option<Self> {
        let mode = section.mode();
        let enabled = section.or("enabled", false, parse::flag);
        let home_domain = |value: &Value| domain(value, LONGEST_HOME_DOMAIN);
        let home_domains = if enabled {
            section.filled_list("home_domains", home_domain)
        } else {
            section.list("home_domains", home_domain).unwrap_or_default()
        };
        let issuer = section.optional("issuer", parse::text);
        let web_auth_domain = section.optional("web_auth_domain", |value| domain(value, LONGEST_VALUE));
        let network_passphrase = network(section);
        let challenge_lifetime = section.or("challenge_lifetime", Duration::from_mins(15), parse::duration);
        let token_lifetime = section.or("token_lifetime", Duration::from_hours(24), parse::duration);
        let require_authorization = section.or("require_authorization", false, parse::flag);
        let horizon_url = section.optional("horizon_url", parse::secure_url(mode));
        let requests_per_minute = section.or("requests_per_minute", REQUESTS_PER_MINUTE, parse::times);
        if !enabled {
            return None;
        }
        if keys.signing_seed.is_none() {
            section.note("enabled", "sep10 needs keys.signing_key_file");
        }
        let server = server?;
        let endpoint = format!("{}/auth", server.public_url.as_str().trim_end_matches('/'));
        let issuer = issuer.unwrap_or_else(|| endpoint.clone());
        let token_secret = token_secret(section, &issuer, &home_domains, token_lifetime, issuers);
        Some(Self {
            web_auth_domain: web_auth_domain.or_else(|| authority(section, &server.public_url))?,
            endpoint,
            issuer,
            home_domains,
            network_passphrase,
            challenge_lifetime,
            token_lifetime,
            require_authorization,
            horizon_url,
            requests_per_minute,
            signing_seed: keys.signing_seed.clone()?,
            token_secret: token_secret?,
        })
    }
}

fn network(section: &mut Section<'_>) -> String {
    let known = section.or("network", PUBLIC, choice(&[("public", PUBLIC), ("testnet", TESTNET)]));
    section.or("network_passphrase", known.to_owned(), parse::text)
}

/// Finds the secret of the token issuer that this server is, and makes sure that its tokens will be believed.
fn token_secret(
    section: &mut Section<'_>,
    issuer: &str,
    home_domains: &[String],
    token_lifetime: Duration,
    issuers: &[TokenIssuer],
) -> Option<Secret<Vec<u8>>> {
    // The last one, which is dev's own: those of a file stand before it.
    let ours = issuers.iter().rev().filter(|known| known.kind == IssuerKind::Sep10 && known.issuer == issuer);
    let mut ours = ours.filter_map(|issuer| match &issuer.key {
        IssuerKey::Secret(secret) => Some((issuer, secret)),
        IssuerKey::PublicKey(_) | IssuerKey::Jwks(_) => None,
    });
    let Some((issuer, secret)) = ours.next() else {
        section.note("issuer", "must be the issuer of a [[token_issuers]] of kind sep10 that has a secret");
        return None;
    };
    if token_lifetime > issuer.max_lifetime {
        section.note("token_lifetime", "is longer than the max_lifetime of the token issuer");
    }
    if !issuer.audience.is_empty() {
        section.note("issuer", "names a token issuer with an audience, but the tokens of sep10 have none");
    }
    let accepted = |domain: &String| issuer.home_domains.iter().any(|other| other.eq_ignore_ascii_case(domain));
    if !issuer.home_domains.is_empty() && !home_domains.iter().all(accepted) {
        section.note("home_domains", "the token issuer does not accept them all");
    }
    Some(secret.clone())
}

/// The host of a URL, and its port unless it is the scheme's own.
fn authority(section: &mut Section<'_>, url: &Url) -> Option<String> {
    let host = url.host_str()?;
    let authority = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    if authority.len() > LONGEST_VALUE {
        section.note("web_auth_domain", "is required, because the host of server.public_url has more than 64 bytes");
        return None;
    }
    Some(authority)
}

/// Reads a domain, with or without a port.
fn domain(value: &Value, longest: usize) -> Result<String, Fault> {
    let text = parse::text(value)?;
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.:[]".contains(&byte);
    if text.len() <= longest && text.bytes().all(plain) {
        Ok(text)
    } else {
        Err("must be a domain in lower case, like \"anchor.example.com\", that fits into a challenge".into())
    }
}
