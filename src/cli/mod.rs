//! The command line: one file a command.
//!
//! Exit codes: 0 done, 1 failed, 2 the configuration or the command line is wrong.

pub mod config;
pub mod dev;
pub mod health;
pub mod keys;
pub mod migrate;
pub mod operator_key;
pub mod provider;
pub mod serve;
pub mod token;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::app::{self, Misconfigured};
use crate::config::{Config, Problems};
use crate::telemetry;

/// A KYC server in one binary: SEP-12 customers and payto-based /kyc-proof.
#[derive(Parser)]
#[command(name = "kycd", version)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Try it out: everything embedded, on loopback only
    Dev(dev::Arguments),
    /// Run in production
    Serve(Source),
    /// Bring the database's schema up to date
    Migrate(Source),
    /// Check or document the configuration
    #[command(subcommand)]
    Config(config::Action),
    /// Make master keys
    #[command(subcommand)]
    Keys(keys::Action),
    /// Print a token of a wallet, signed with the first HS256 secret (dev only)
    Token(token::Arguments),
    /// Create, revoke or list the keys of operators
    OperatorKey(operator_key::Arguments),
    /// Look whether a provider fits its configuration
    Provider(provider::Arguments),
    /// Ask the running server whether it is ready
    Health(Source),
}

/// Where the configuration comes from, besides the environment.
#[derive(Args)]
pub struct Source {
    /// The configuration file; defaults and environment without it
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// Which installation a command works on: the data folder of `dev`, or what a configuration describes.
#[derive(Args)]
pub struct Installation {
    /// The data folder of `kycd dev`
    #[arg(long, global = true, value_name = "DIR", default_value = ".kycd", conflicts_with = "config")]
    pub data_dir: PathBuf,
    /// The configuration file of `kycd serve`, instead of a data folder
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// Runs the command that the process was started with.
#[must_use]
pub fn run() -> ExitCode {
    let outcome = match CommandLine::parse().command {
        Command::Dev(arguments) => dev::run(&arguments),
        Command::Serve(source) => serve::run(&source),
        Command::Migrate(source) => migrate::run(&source),
        Command::Config(action) => config::run(action),
        Command::Keys(action) => keys::run(action),
        Command::Token(arguments) => token::run(&arguments),
        Command::OperatorKey(arguments) => operator_key::run(&arguments),
        Command::Provider(arguments) => provider::run(&arguments),
        Command::Health(source) => health::run(&source),
    };
    telemetry::finish();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => report(&error),
    }
}

impl Installation {
    /// Loads the configuration of the installation.
    ///
    /// # Errors
    /// [`Problems`], which make the exit code 2; a data folder that `kycd dev` never used.
    pub fn load(&self) -> anyhow::Result<Config> {
        match &self.config {
            Some(file) => load(Some(file)),
            None => dev::load_installation(&self.data_dir),
        }
    }
}

/// Makes the runtime of a command.
fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}

/// Listens for SIGTERM and Ctrl-C from now on; what it gives resolves at the first one.
fn shutdown() -> anyhow::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Loads the configuration of a production server.
///
/// # Errors
/// [`Problems`], which make the exit code 2.
pub fn load(file: Option<&Path>) -> anyhow::Result<Config> {
    let config = Config::load(file, environment())?;
    app::check(&config)?;
    Ok(config)
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn environment() -> std::env::VarsOs {
    std::env::vars_os()
}

fn report(error: &anyhow::Error) -> ExitCode {
    // Nobody may be there to read it; the code says it as well.
    let mut stderr = std::io::stderr();
    if error.is::<Problems>() || error.is::<Misconfigured>() {
        let _ = writeln!(stderr, "{error}\n\n`kycd config reference` explains every key.");
        ExitCode::from(2)
    } else {
        let _ = writeln!(stderr, "kycd: {error:#}");
        ExitCode::FAILURE
    }
}
