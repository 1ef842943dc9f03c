//! The configuration: layers of TOML read into plain values, once, with every mistake reported at once.
//!
//! The layers are, from the bottom: our defaults, with `dev` its own (`config/dev.toml`) and what it generates at start,
//! the file, the environment. Tables merge key by key; arrays are replaced whole, but for the file's
//! `[[token_issuers]]`, which stand before those of `dev`. Every key is documented in `config/reference.toml`.
//!
//! # Adding a key
//! 1. Ask for it in the file of its section; the default stands there, and what would be wrong.
//! 2. Document it in `config/reference.toml`, as a default or, in an open table, as an example that begins with `#`.
//! 3. Add a row to `tests/config` for each way in which it can be wrong.

mod branding;
mod callbacks;
mod custom_fields;
mod customers;
mod database;
mod environment;
mod files;
mod keys;
mod layers;
mod log;
mod name;
mod operator;
mod parse;
mod payment_targets;
mod problem;
mod providers;
mod reader;
mod secret;
mod sep10;
mod server;
mod stellar_toml;
mod token_issuers;
mod transactions;
mod tree;
mod verification;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;

pub use branding::{Branding, Logo};
pub use callbacks::{CallbackHosts, Callbacks};
pub use customers::{CustomerType, Customers};
pub use database::Database;
pub use files::Files;
pub use keys::Keys;
pub use log::{Log, LogFormat};
pub use operator::Operator;
pub use parse::{DurationError, parse_duration};
pub use payment_targets::PaymentTargets;
pub use problem::Problems;
pub use providers::{
    Audience, BrowserBinding, Claim, ClaimsSource, ClientAuth, EndpointUrls, Endpoints, Pending, Provider, Pushing,
    Success, VerifiedClaims,
};
pub use sep10::Sep10;
pub use server::Server;
pub use stellar_toml::StellarToml;
pub use token_issuers::{Algorithm, IssuerKey, IssuerKind, TokenIssuer};
pub use transactions::Transactions;
pub use verification::{Sender, Smtp, SmtpTls, Verification};

use self::name::Known;
use self::reader::Section;
use self::tree::Table;
use crate::domain::field::CustomField;

/// Every key, its default and its meaning, as TOML.
pub const REFERENCE: &str = include_str!("../../config/reference.toml");

/// How strict to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// For trying out on one machine: http, loopback, secrets in the configuration.
    Dev,
    /// Production.
    Serve,
}

/// The whole configuration, checked.
pub struct Config {
    /// How strictly it was read.
    pub mode: Mode,
    /// `[server]`.
    pub server: Server,
    /// `[operator]`.
    pub operator: Operator,
    /// `[database]`.
    pub database: Database,
    /// `[keys]`.
    pub keys: Keys,
    /// `[[token_issuers]]`.
    pub token_issuers: Vec<TokenIssuer>,
    /// `[branding]`.
    pub branding: Branding,
    /// `[callbacks]`.
    pub callbacks: Callbacks,
    /// `[files]`.
    pub files: Files,
    /// `[sep10]`, where it is on.
    pub sep10: Option<Sep10>,
    /// `[stellar_toml]`, where it is on.
    pub stellar_toml: Option<StellarToml>,
    /// `[verification.CHANNEL]`.
    pub verification: Verification,
    /// `[custom_fields.NAME]` by name.
    pub custom_fields: BTreeMap<String, Arc<CustomField>>,
    /// `[customers]` and `[customer_types.NAME]`.
    pub customers: Customers,
    /// `[payment_targets]`.
    pub payment_targets: PaymentTargets,
    /// `[transactions]`, where there is such a service.
    pub transactions: Option<Transactions>,
    /// `[providers.NAME]` by name.
    pub providers: BTreeMap<String, Provider>,
    /// `[log]`.
    pub log: Log,
}

impl Config {
    /// Loads the configuration of a production server from a file, if there is one, and the environment.
    ///
    /// # Errors
    /// Everything that is wrong, with key and position; never a value.
    pub fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, Problems> {
        Self::assemble(Mode::Serve, Table::new(), file, environment)
    }

    /// Loads the configuration of `dev`: `generated`, an object of the form of the configuration, holds what `dev` made
    /// at start. It covers the defaults of `dev`, and is covered by file and environment.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn load_dev(
        generated: serde_json::Value,
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, Problems> {
        Self::assemble(Mode::Dev, layers::dev_defaults(generated), file, environment)
    }

    /// Loads `[operator]` alone, for whoever asks a server that runs.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn load_operator(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Operator, Problems> {
        let mut tree = layers::assemble(Table::new(), file, environment)?;
        tree.retain(|section, _| section == "operator");
        reader::read(Mode::Serve, &tree, |root| Some(root.section("operator", Operator::read)))
    }

    fn assemble(
        mode: Mode,
        defaults: Table,
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, Problems> {
        reader::read(mode, &layers::assemble(defaults, file, environment)?, Self::read)
    }

    fn read(root: &mut Section<'_>) -> Option<Self> {
        let mode = root.mode();
        let names = root.names("providers");
        let server = root.section("server", Server::read);
        let operator = root.section("operator", Operator::read);
        let database = root.section("database", Database::read);
        let keys = root.section("keys", Keys::read);
        let token_issuers = root.sections("token_issuers", TokenIssuer::read);
        let branding = root.section("branding", Branding::read);
        let callbacks = root.section("callbacks", Callbacks::read);
        let files = root.section("files", Files::read);
        let sep10 = root.section("sep10", |section| Sep10::read(section, server.as_ref(), &keys, &token_issuers));
        let stellar_toml = root.section("stellar_toml", StellarToml::read);
        let custom_fields = custom_fields::read(root);
        let senders = root.names("verification");
        let verification = root.section("verification", Verification::read);
        let known = Known {
            providers: &names,
            custom_fields: &root.names("custom_fields"),
            read_custom_fields: &custom_fields,
            senders: &senders,
        };
        let customers = Customers::read(root, &known);
        let payment_targets = root.section("payment_targets", |section| PaymentTargets::read(section, &names));
        let transactions = root.section("transactions", Transactions::read);
        let own = server.as_ref().map(|server| &server.public_url);
        let providers = root.named("providers", None, |name, section| Provider::read(name, section, own));
        let log = root.section("log", Log::read);
        Some(Self {
            mode,
            server: server?,
            operator,
            database: database?,
            keys,
            token_issuers,
            branding,
            callbacks,
            files,
            sep10,
            stellar_toml,
            verification,
            custom_fields,
            customers,
            payment_targets,
            transactions,
            providers,
            log,
        })
    }
}
