//! How a provider knows us.

use jsonwebtoken::Algorithm;

use crate::config::parse::{self, choice};
use crate::config::problem::Fault;
use crate::config::reader::Section;
use crate::config::secret;
use crate::config::tree::Value;
use crate::domain::pii::Secret;

/// How a provider knows us.
#[derive(Clone)]
pub enum ClientAuth {
    /// By the secret in the `Authorization` header.
    SecretBasic(Secret<String>),
    /// By the secret in the body.
    SecretPost(Secret<String>),
    /// By a signature.
    PrivateKey {
        /// Private keys as PEM; the first signs.
        keys: Vec<Secret<Vec<u8>>>,
        /// What it signs with, if the key leaves a choice.
        algorithm: Option<Algorithm>,
        /// For whom.
        audience: Audience,
    },
    /// Not at all.
    None,
}

/// For whom we sign that it is us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The issuer, if it is known.
    Issuer,
    /// The token endpoint.
    TokenEndpoint,
}

/// The words for it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Method {
    Basic,
    Post,
    PrivateKey,
    None,
}

/// What only a private key needs.
const OF_KEYS: [&str; 3] = ["client_key_files", "client_key_algorithm", "client_assertion_audience"];

/// Reads how a provider knows us.
pub(super) fn read(section: &mut Section<'_>) -> Option<ClientAuth> {
    let methods = [
        ("client_secret_basic", Method::Basic),
        ("client_secret_post", Method::Post),
        ("private_key_jwt", Method::PrivateKey),
        ("none", Method::None),
    ];
    let method = section.optional("client_auth", choice(&methods));
    let method = if section.has("client_auth") { method } else { Some(Method::Basic) };
    let secret = secret::either(section, "client_secret", "client_secret_file");
    let mode = section.mode();
    let keys = match method {
        Some(Method::PrivateKey) => section.filled_list("client_key_files", secret::file(mode)),
        Some(Method::Basic | Method::Post | Method::None) | None => {
            section.list("client_key_files", secret::file(mode)).unwrap_or_default()
        }
    };
    let algorithm = section.optional("client_key_algorithm", signature);
    let audiences = [("issuer", Audience::Issuer), ("token_endpoint", Audience::TokenEndpoint)];
    let audience = section.or("client_assertion_audience", Audience::Issuer, choice(&audiences));
    let has_secret = section.has("client_secret") || section.has("client_secret_file");
    let method = method?;
    if has_secret && matches!(method, Method::PrivateKey | Method::None) {
        section.note("client_auth", "does not go with a client secret");
        return None;
    }
    if method != Method::PrivateKey {
        for key in OF_KEYS.into_iter().filter(|key| section.has(key)).collect::<Vec<_>>() {
            section.note(key, "goes with client_auth = \"private_key_jwt\" only");
        }
    }
    match method {
        Method::None => Some(ClientAuth::None),
        Method::PrivateKey => Some(ClientAuth::PrivateKey { keys, algorithm, audience }),
        Method::Basic | Method::Post => {
            if !has_secret {
                section.note("client_secret_file", "is required");
            }
            match secret::text(&secret?) {
                Ok(secret) if method == Method::Basic => Some(ClientAuth::SecretBasic(secret)),
                Ok(secret) => Some(ClientAuth::SecretPost(secret)),
                Err(fault) => {
                    section.note("client_secret_file", fault);
                    None
                }
            }
        }
    }
}

/// The algorithms of signatures that only the owner of a private key can make.
pub(super) const SIGNATURES: [(&str, Algorithm); 9] = [
    ("RS256", Algorithm::RS256),
    ("RS384", Algorithm::RS384),
    ("RS512", Algorithm::RS512),
    ("PS256", Algorithm::PS256),
    ("PS384", Algorithm::PS384),
    ("PS512", Algorithm::PS512),
    ("ES256", Algorithm::ES256),
    ("ES384", Algorithm::ES384),
    ("EdDSA", Algorithm::EdDSA),
];

/// Reads the name of such an algorithm.
pub(super) fn signature(value: &Value) -> Result<Algorithm, Fault> {
    parse::choice(&SIGNATURES)(value)
}
