//! Where a provider is: found by its issuer's metadata, or said here.

use url::Url;

use crate::config::Mode;
use crate::config::parse;
use crate::config::problem::Fault;
use crate::config::reader::Section;
use crate::config::tree::Value;

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
        /// The URLs.
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
    /// Where the claims are fetched, unless the ID token has them.
    pub userinfo: Option<Url>,
    /// Where requests are pushed ([RFC 9126](https://www.rfc-editor.org/rfc/rfc9126)).
    pub pushed: Option<Url>,
    /// Where every start is set up first.
    pub setup: Option<Url>,
    /// Where the keys of the provider's signatures are.
    pub jwks: Option<Url>,
}

/// The URLs without which the others mean nothing.
const NEEDED: [&str; 2] = ["authorize_url", "token_url"];

/// Those that may be missing.
const MORE: [&str; 4] = ["userinfo_url", "par_url", "setup_url", "jwks_url"];

/// Reads where a provider is; `asks_userinfo` tells whether its claims are fetched, `public_url` is our own.
pub(super) fn read(section: &mut Section<'_>, asks_userinfo: bool, public_url: Option<&Url>) -> Option<Endpoints> {
    let mode = section.mode();
    let foreign = |value: &Value| foreign(value, mode, public_url);
    let issuer = section.optional("issuer", |value| foreign(value).and_then(|_| parse::text(value)));
    let [authorize, token] = NEEDED.map(|key| section.optional(key, foreign));
    let [userinfo, pushed, setup, jwks] = MORE.map(|key| section.optional(key, foreign));
    if !NEEDED.iter().chain(&MORE).any(|key| section.has(key)) {
        if !section.has("issuer") {
            section.note("issuer", "is required, or authorize_url, token_url and userinfo_url");
        }
        return Some(Endpoints::Discovered { issuer: issuer? });
    }
    for key in NEEDED.iter().chain(asks_userinfo.then_some(&MORE[0])) {
        if !section.has(key) {
            section.note(key, "is required: the three URLs go together");
        }
    }
    let urls = EndpointUrls { authorize: authorize?, token: token?, userinfo, pushed, setup, jwks };
    Some(Endpoints::Given { issuer, urls: Box::new(urls) })
}

/// Reads a URL of somebody else.
fn foreign(value: &Value, mode: Mode, public_url: Option<&Url>) -> Result<Url, Fault> {
    let url = parse::secure_url(mode)(value)?;
    // The sandbox of `dev` says yes to everybody.
    match public_url {
        Some(own) if mode == Mode::Serve && own.origin() == url.origin() => Err("is this server itself".into()),
        _ => Ok(url),
    }
}
