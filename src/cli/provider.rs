//! `kycd provider`: looks whether a provider fits its configuration.

use anyhow::{bail, ensure};
use clap::{Args, Subcommand};

use super::{Installation, runtime};
use crate::app;
use crate::proof::Finding;

/// What to do about providers, and where.
#[derive(Args)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub action: Action,
    /// Where.
    #[command(flatten)]
    pub installation: Installation,
}

/// What to do about providers.
#[derive(Subcommand)]
pub enum Action {
    /// Ask a provider, and say in plain words what does not fit its configuration
    Test {
        /// Its name in the configuration
        name: String,
    },
}

/// Runs `kycd provider`.
///
/// # Errors
/// What is wrong with the configuration; a provider that does not fit it.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let config = arguments.installation.load()?;
    let Action::Test { name } = &arguments.action;
    let Some(examined) = runtime()?.block_on(app::examine(&config, name))? else {
        bail!("the configuration has no provider {name:?}");
    };
    println!("Register there: the redirect URI {}", examined.redirect_uri);
    if let Some(keys) = &examined.jwks_uri {
        println!("                the key set URL  {keys}");
    }
    for finding in &examined.findings {
        match finding {
            Finding::Good(text) => println!("good   {text}"),
            Finding::Doubt(text) => println!("doubt  {text}"),
            Finding::Wrong(text) => println!("WRONG  {text}"),
        }
    }
    let wrong = examined.findings.iter().filter(|finding| matches!(finding, Finding::Wrong(_))).count();
    ensure!(wrong == 0, "the provider does not fit its configuration");
    Ok(())
}
