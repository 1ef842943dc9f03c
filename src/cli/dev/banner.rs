//! What `kycd dev` says once it is ready: to people on standard output, to scripts in `dev.json`.

use std::io::{self, Write as _};

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
        // Whoever read it may be gone before the last line, as `head` is; the server stays.
        let _ = writeln!(io::stdout(), "{}", self.text(data));
        Ok(())
    }

    fn text(&self, data: &DataDir) -> String {
        let Self { public_url, operator_url, operator_key, account, kyc_url, .. } = self;
        let home_domain = public_url.trim_start_matches("http://");
        let folder = data.path().display();
        let get = self.curl(&format!("'{public_url}/customer?type=sep6'"));
        let put = self.curl(&format!(
            "-X PUT -H 'Content-Type: application/json' -d '{{\"type\":\"sep6\",\"first_name\":\"{FIRST_NAME}\",\
             \"last_name\":\"{LAST_NAME}\",\"email_address\":\"{EMAIL}\"}}' '{public_url}/customer'"
        ));
        format!(
            "\nkycd is ready. Everything it knows is in {folder}\n\n\
             wallets        {public_url}\n\
             home domain    {home_domain}, whose stellar.toml is all that a wallet's SDK needs\n\
             operator       {operator_url}\n\
             console        {operator_url}/console, where the operator key signs in\n\
             operator key   {operator_key}\n\
             test account   {account}\n\n\
             Paste these into another terminal. What does the customer type sep6 ask for?\n\n{get}\n\n\
             Give it:\n\n{put}\n\n\
             And how does the customer stand now?\n\n{get}\n\n\
             The type sep6-high wants a proof of identity as well. Open the customer's page:\n\n{kyc_url}\n\n\
             Ctrl-C ends kycd; the next start goes on from here.\n"
        )
    }

    /// One line; without `-w` the shell's prompt would stand behind the answer.
    fn curl(&self, rest: &str) -> String {
        format!("curl -sS -w '\\n' -H 'Authorization: Bearer {}' {rest}", self.token)
    }
}
