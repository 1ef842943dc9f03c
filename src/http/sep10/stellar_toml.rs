//! What the `stellar.toml` says.

use std::collections::BTreeMap;

use serde::Serialize;

/// The version of SEP-1 that the file adheres to.
const VERSION: &str = "2.7.0";

/// The file by which wallets find an anchor
/// ([SEP-1](https://github.com/stellar/stellar-protocol/blob/master/ecosystem/sep-0001.md)).
#[derive(Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub struct StellarToml {
    /// The SEP-12 server.
    pub kyc_server: String,
    /// The SEP-10 server, where it is on.
    pub web_auth_endpoint: Option<String>,
    /// The key that signs challenges and callbacks, `G…`.
    pub signing_key: Option<String>,
    /// The network of the challenges.
    pub network_passphrase: Option<String>,
    /// Accounts of the anchor, `G…`.
    pub accounts: Vec<String>,
    /// `[DOCUMENTATION]`, by names like `ORG_NAME`.
    pub documentation: BTreeMap<String, String>,
}

impl StellarToml {
    /// Writes the file.
    ///
    /// # Panics
    /// Never: text and tables of text become TOML.
    #[must_use]
    pub fn text(&self) -> String {
        #[derive(Serialize)]
        struct File<'a> {
            #[serde(rename = "VERSION")]
            version: &'static str,
            #[serde(flatten)]
            content: &'a StellarToml,
        }
        toml::to_string(&File { version: VERSION, content: self }).expect("text and tables of text become TOML")
    }
}
