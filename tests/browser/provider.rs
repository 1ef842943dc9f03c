//! A certified OpenID provider, as the KYC provider `eid`.

use serde_json::{Value, json};

use crate::browser::{Browser, Page};
use crate::script::Script;
use crate::server::Server;

const CLIENT_SECRET: &str = "a secret with + / = & % in it: RFC 6749, section 2.3.1";

/// The provider, listening; it answers nobody until a client is registered.
pub(crate) struct IdentityProvider {
    script: Script,
    issuer: String,
}

impl IdentityProvider {
    /// Starts it on a port of its own.
    pub(crate) fn start() -> Self {
        let mut script = Script::start("provider");
        let issuer = script.ask("listen", &Value::Null).as_str().expect("a URL").to_owned();
        Self { script, issuer }
    }

    /// The configuration of a server that uses it, for customers of type `kyc`, for those of type `kyc-adult`, whose
    /// date of birth it does not know, and for bare payment targets.
    pub(crate) fn configuration(&self) -> String {
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
            issuer = "{}"
            client_id = "kycd"
            client_secret = "{CLIENT_SECRET}"
            client_auth = "client_secret_basic"
            scopes = ["openid", "profile", "email"]
            pkce = "require"
            [providers.eid.claims]
            given_name = "first_name"
            family_name = "last_name"
            email = "email_address"
            "#,
            self.issuer
        )
    }

    /// Makes the server its only client. Everybody who logs in is Ada Lovelace.
    pub(crate) fn register(&mut self, server: &Server) {
        let registration = json!({
            "redirect_uri": format!("{}/kyc-proof/eid", server.public_url()),
            "client_id": "kycd",
            "client_secret": CLIENT_SECRET,
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
