//! `kycd token`: prints a token of a wallet, for trying out.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use clap::Args;

use super::Installation;
use crate::app;
use crate::auth::{NewToken, mint};
use crate::config::parse_duration;
use crate::domain::account::{Account, Address};
use crate::domain::clock::{Clock as _, SystemClock};

/// Whose token.
#[derive(Args)]
pub struct Arguments {
    /// The wallet's account: G…, M… or C…
    #[arg(long, value_parser = parse_account)]
    pub account: (String, Address),
    /// The id of a customer of a shared account
    #[arg(long)]
    pub memo: Option<u64>,
    /// How long it lives
    #[arg(long, value_name = "DURATION", default_value = "1h", value_parser = parse_duration)]
    pub ttl: Duration,
    /// Whose secret signs it.
    #[command(flatten)]
    pub installation: Installation,
}

/// Runs `kycd token`.
///
/// # Errors
/// What is wrong with the configuration; no HS256 secret in it; a memo beside an account that takes none.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let config = arguments.installation.load()?;
    let (account, address) = &arguments.account;
    let (issuer, secret) = app::token_secrets(&config, &address.account).next().context(
        "no token issuer with an HS256 secret signs for such an account (G… and M… are sep10's, C… sep45's)",
    )?;
    let subject = match arguments.memo {
        None => account.clone(),
        Some(memo) => {
            let takes_memo = matches!(address, Address { account: Account::Classic(_), muxed_id: None });
            ensure!(takes_memo, "--memo goes with a G… account only");
            format!("{account}:{memo}")
        }
    };
    let token = NewToken {
        issuer,
        subject: &subject,
        id: None,
        lifetime: arguments.ttl,
        home_domain: None,
        client_domain: None,
    };
    println!("{}", mint(&token, secret, SystemClock.now()));
    Ok(())
}

fn parse_account(text: &str) -> Result<(String, Address), String> {
    Address::parse(text).map(|address| (text.to_owned(), address)).map_err(|error| error.to_string())
}
