//! A certified OpenID provider, as the KYC provider `eid`.

use std::fs;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use data_encoding::BASE64;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::browser::{Browser, Page};
use crate::script::Script;
use crate::server::Server;

pub(crate) const CLIENT_SECRET: &str = "a secret with + / = & % in it: RFC 6749, section 2.3.1";

/// How we and the provider know each other.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Variation {
    /// By a secret in the header.
    SecretBasic,
    /// By a secret in the body.
    SecretPost,
    /// Not at all: PKCE alone.
    Public,
    /// By our keys, which it fetches.
    PrivateKey,
    /// By a secret, and it takes pushed requests alone.
    Pushed,
    /// By our keys, pushed, and its user information is signed.
    Everything,
}

impl Variation {
    /// What the configuration says of it, and what the provider does.
    fn both_sides(self, key_file: &str, jwks_uri: &str) -> (String, Value) {
        let secret = format!("client_secret = \"{CLIENT_SECRET}\"");
        let keys = format!("client_auth = \"private_key_jwt\"\nclient_key_files = [\"{key_file}\"]");
        let by_keys = json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": jwks_uri });
        let by_secret = |method| json!({ "token_endpoint_auth_method": method, "client_secret": CLIENT_SECRET });
        let (config, mut client, more) = match self {
            Self::SecretBasic => (secret, by_secret("client_secret_basic"), json!({})),
            Self::SecretPost => {
                (format!("{secret}\nclient_auth = \"client_secret_post\""), by_secret("client_secret_post"), json!({}))
            }
            Self::Public => {
                ("client_auth = \"none\"".to_owned(), json!({ "token_endpoint_auth_method": "none" }), json!({}))
            }
            Self::PrivateKey => (keys, by_keys, json!({})),
            Self::Pushed => (
                format!("{secret}\npar = \"require\""),
                by_secret("client_secret_basic"),
                json!({ "require_pushed_authorization_requests": true }),
            ),
            Self::Everything => (
                format!("{keys}\npar = \"require\"\nuserinfo = \"signed\"\nsigning_algorithms = [\"RS256\"]"),
                by_keys,
                json!({ "require_pushed_authorization_requests": true, "userinfo_signed_response_alg": "RS256" }),
            ),
        };
        client["client_id"] = "kycd".into();
        client.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        (config, client)
    }
}

/// The provider, listening; it answers nobody until a client is registered.
pub(crate) struct IdentityProvider {
    script: Script,
    issuer: String,
    variation: Variation,
    /// Where our key is.
    folder: TempDir,
}

impl IdentityProvider {
    /// Starts it on a port of its own.
    pub(crate) fn start() -> Self {
        Self::with(Variation::SecretBasic)
    }

    /// The same, for a client that is known otherwise.
    pub(crate) fn with(variation: Variation) -> Self {
        let mut script = Script::start("provider");
        let issuer = script.ask("listen", &Value::Null).as_str().expect("a URL").to_owned();
        let folder = tempfile::tempdir().expect("a temporary folder");
        let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).expect("a key");
        let pem = BASE64.encode(key.as_ref());
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{pem}\n-----END PRIVATE KEY-----\n");
        fs::write(folder.path().join("eid.pem"), pem).expect("a file");
        Self { script, issuer, variation, folder }
    }

    fn key_file(&self) -> String {
        self.folder.path().join("eid.pem").display().to_string()
    }

    /// The configuration of a server that uses it.
    pub(crate) fn configuration(&self) -> String {
        configuration(&self.issuer, &self.variation.both_sides(&self.key_file(), "").0)
    }

    /// Makes the server its only client. Everybody who logs in is Ada Lovelace.
    pub(crate) fn register(&mut self, server: &Server) {
        let jwks_uri = format!("{}/kyc-jwks/eid", server.public_url());
        let registration = json!({
            "redirect_uri": format!("{}/kyc-proof/eid", server.public_url()),
            "client": self.variation.both_sides(&self.key_file(), &jwks_uri).1,
            "claims": {
                "given_name": "Ada",
                "family_name": "Lovelace",
                "email": "ada@example.com",
                "email_verified": true,
            },
        });
        self.script.ask("register", &registration);
    }

    /// Logs in on the provider's page and agrees to share, which leads back to us.
    #[track_caller]
    pub(crate) fn log_in(&self, browser: &mut Browser, page: &Page) -> Page {
        assert!(page.url.starts_with(&self.issuer), "{}", page.url);
        browser.fill(&json!({ "login": "ada", "password": "any" }));
        let consent = browser.click("Sign-in");
        assert_eq!(consent.heading, "Authorize");
        browser.click("Continue")
    }
}

/// The configuration of a server that uses a provider, for customers of type `kyc`, for those of type `kyc-adult`, whose
/// date of birth it does not know, and for bare payment targets; `client` tells how they know each other.
pub(crate) fn configuration(issuer: &str, client: &str) -> String {
    format!(
        r#"
        [customer_types.kyc]
        fields = ["first_name", "last_name", "email_address"]
        provider = "eid"
        [customer_types.kyc-adult]
        fields = ["first_name", "last_name", "birth_date"]
        provider = "eid"
        [payment_targets]
        provider = "eid"
        [providers.eid]
        kind = "oauth2"
        display_name = "Example eID"
        issuer = "{issuer}"
        client_id = "kycd"
        {client}
        scopes = ["openid", "profile", "email"]
        pkce = "require"
        [providers.eid.claims]
        given_name = "first_name"
        family_name = "last_name"
        email = "email_address"
        "#
    )
}
