//! Tokens of our own making.

use std::time::Duration;

use jsonwebtoken::{EncodingKey, Header};
use serde::Serialize;

use crate::domain::clock::Timestamp;
use crate::domain::pii::Secret;

/// What a session token says.
#[derive(Clone, Copy)]
pub struct NewToken<'a> {
    /// `iss`.
    pub issuer: &'a str,
    /// `sub`: `G…`, `G…:id`, `M…` or `C…`.
    pub subject: &'a str,
    /// `jti`, if the token is to be told from others.
    pub id: Option<&'a str>,
    /// From now to `exp`, in whole seconds.
    pub lifetime: Duration,
    /// `home_domain`, if it is to be said.
    pub home_domain: Option<&'a str>,
    /// `client_domain`, if the wallet proved one.
    pub client_domain: Option<&'a str>,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    iat: i64,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    home_domain: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_domain: Option<&'a str>,
}

/// Signs a session token with HS256, as a SEP-10 server would after a challenge.
///
/// # Panics
/// Never: strings and integers become JSON, and HMAC takes any key.
#[must_use]
pub fn mint(token: &NewToken<'_>, secret: &Secret<Vec<u8>>, now: Timestamp) -> String {
    let claims = Claims {
        iss: token.issuer,
        sub: token.subject,
        iat: now.seconds(),
        exp: (now + token.lifetime).seconds(),
        jti: token.id,
        home_domain: token.home_domain,
        client_domain: token.client_domain,
    };
    jsonwebtoken::encode(&Header::default(), &claims, &EncodingKey::from_secret(secret.expose()))
        .expect("strings and integers become JSON, and HMAC takes any key")
}
