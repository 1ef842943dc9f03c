//! What `kycd dev` says once it is ready: to people on standard output, to scripts in `dev.json`.

use serde::Serialize;

use super::data_dir::DataDir;

/// Who the printed curl registers, and whom the sandbox confirms.
pub(super) const FIRST_NAME: &str = "Ada";
pub(super) const LAST_NAME: &str = "Lovelace";
pub(super) const EMAIL: &str = "ada@example.com";

/// The way into a running `dev`.
#[derive(Serialize)]
pub(super) struct Banner {
    pub(super) public_url: String,
    pub(super) operator_url: String,
    pub(super) operator_key: String,
    pub(super) account: String,
    pub(super) token: String,
    pub(super) kyc_url: String,
}

impl Banner {
    /// Writes `dev.json`, then prints.
    pub(super) fn publish(&self, data: &DataDir) -> anyhow::Result<()> {
        data.write_banner(&serde_json::to_string_pretty(self)?)?;
        println!("{}", self.text());
        Ok(())
    }

    fn text(&self) -> String {
        let Self { public_url, operator_url, operator_key, account, token, kyc_url } = self;
        let get = format!("curl -s -H 'Authorization: Bearer {token}' '{public_url}/customer?type=sep6'");
        let body = format!(
            r#"{{"type":"sep6","first_name":"{FIRST_NAME}","last_name":"{LAST_NAME}","email_address":"{EMAIL}"}}"#
        );
        let put = format!(
            "curl -s -X PUT -H 'Authorization: Bearer {token}' -H 'Content-Type: application/json' \
             -d '{body}' '{public_url}/customer'"
        );
        format!(
            "kycd is ready.\n\n\
             wallets        {public_url}\n\
             operator       {operator_url}\n\
             operator key   {operator_key}\n\
             test account   {account}\n\n\
             What is needed, giving it, and how the customer stands then:\n\n\
             {get}\n\n{put}\n\n{get}\n\n\
             The customer's page, for the type that needs a proof of identity:\n\n{kyc_url}\n"
        )
    }
}
