//! A wallet on the SDK that wallets use.

use serde_json::{Value, json};

use crate::script::Script;
use crate::server::Server;

/// A wallet with a session.
pub(crate) struct Wallet(Script);

impl Wallet {
    /// Finds the server through the anchor's `stellar.toml` and uses this token.
    pub(crate) fn connect(server: &Server, token: &str) -> Self {
        let mut script = Script::start("wallet");
        script.ask("connect", &json!({ "kyc_server": server.public_url(), "token": token }));
        Self(script)
    }

    /// Knows nothing but where `kycd dev` listens, and signs in; gives the token, too.
    pub(crate) fn sign_in(server: &Server, parameters: &Value) -> (Self, String) {
        let mut script = Script::start("wallet");
        let mut parameters = parameters.clone();
        parameters["home_domain"] = json!(server.public_url().trim_start_matches("http://"));
        let token = script.ask("sign_in", &parameters);
        (Self(script), token.as_str().expect("a token").to_owned())
    }

    /// Registers a customer. The parameters are the SDK's, binary fields in base64.
    #[track_caller]
    pub(crate) fn add(&mut self, parameters: &Value) -> Value {
        self.0.ask("add", parameters)
    }

    /// Changes a customer.
    #[track_caller]
    pub(crate) fn update(&mut self, parameters: &Value) -> Value {
        self.0.ask("update", parameters)
    }

    /// Reads a customer; `{"not_found": true}` while there is none.
    #[track_caller]
    pub(crate) fn read(&mut self, parameters: &Value) -> Value {
        self.0.ask("read", parameters)
    }

    /// Erases a customer of `account`, the token's own when null.
    #[track_caller]
    pub(crate) fn delete(&mut self, account: &Value) -> Value {
        self.0.ask("delete", &json!({ "account": account }))
    }
}
