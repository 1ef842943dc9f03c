//! `kycd config`: checks a configuration, or prints what it can contain.

use std::io::{Write as _, stdout};

use clap::Subcommand;

use super::Source;
use crate::config::REFERENCE;

/// What to do about the configuration.
#[derive(Subcommand)]
pub enum Action {
    /// Report everything that is wrong with the configuration of `kycd serve`
    Check(Source),
    /// Print every key, its default and its meaning
    Reference,
}

/// Runs `kycd config`.
///
/// # Errors
/// What is wrong with the configuration; standard output that cannot be written.
pub fn run(action: Action) -> anyhow::Result<()> {
    let text = match action {
        Action::Check(source) => super::load(source.config.as_deref()).map(|_| "the configuration is right\n")?,
        Action::Reference => REFERENCE,
    };
    Ok(stdout().write_all(text.as_bytes())?)
}
