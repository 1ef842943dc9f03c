//! The server, put together from its configuration.

mod asker;
mod assemble;
mod callbacks;
mod codes;
mod periodic;
mod providers;
mod sweeper;
mod web_auth;

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context as _;
use futures_util::future::join_all;
use tokio::net::TcpListener;
use url::Url;

use crate::auth::TokenVerifier;
use crate::config::{Config, Mode};
use crate::domain::clock::{Clock, SystemClock};
use crate::egress::{Configured, SystemResolver, Untrusted};
use crate::http::pages::Brand;
use crate::http::{self, Limits, Parts, Router, SignIns, Site, Turns};
use crate::integration::review::Reviews;
use crate::integration::transactions::TransactionDirectory;
use crate::integration::{CustomerIntegration, Stored};
use crate::outbox::{self, Courier};
use crate::proof::{Finding, Proofs, oauth2, redirect_uri};
use crate::store::{OpenError, Store, StoreError, StoreSettings};
use crate::vault::{MasterKeys, SigningKey};

pub(crate) use assemble::token_secrets;

/// A server that is ready to listen.
pub struct App {
    parts: Parts,
    /// What brings messages out, a kind each.
    couriers: Vec<Arc<dyn Courier>>,
}

impl App {
    /// Opens the database and puts the rooms together, with the built-in integration.
    ///
    /// # Errors
    /// The database cannot be opened with these keys, or a setting that only its user understands is wrong.
    pub async fn build(config: &Config) -> anyhow::Result<Self> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let store = open_store(config, Arc::clone(&clock)).await?;
        let client = Configured::new(oauth2::LIMITS, config.mode == Mode::Dev)?;
        let resolver = Arc::new(SystemResolver::default());
        let strangers = Untrusted::new(resolver, Arc::clone(&clock), config.mode == Mode::Dev)?;
        let requirements = Arc::new(assemble::requirements(config));
        let site = Arc::new(Site::new(&config.server.public_url, assemble::brand(&config.branding)));
        let routes = providers::routes(config, &client, &clock)?;
        let names = config.providers.iter().map(|(name, provider)| (name.clone(), provider.display_name.clone()));
        let mut integration = Stored::new(
            store.clone(),
            Arc::clone(&requirements),
            names.collect::<BTreeMap<_, _>>(),
            site.public_url.clone(),
        );
        let signing_key = config.keys.signing_seed.as_ref().map(SigningKey::new);
        if signing_key.is_some() {
            integration = integration.with_callbacks(callbacks::policy(config, strangers.clone()));
        }
        let integration = Arc::new(integration);
        let courier = |key| {
            let (clock, integration) = (Arc::clone(&clock), Arc::clone(&integration));
            callbacks::courier(config, key, strangers.clone(), clock, store.clone(), integration)
        };
        let codes = codes::courier(codes::senders(config, &clock)?, config, &store, &requirements);
        let couriers = signing_key.map(courier).into_iter().chain(codes).collect();
        let reviews = Reviews::new(store.clone(), Arc::clone(&requirements), config.customers.sticky_rejection);
        let proofs = Proofs::new(store.clone(), Arc::clone(&requirements), routes, site.public_url.clone());
        let web_auth = web_auth::assemble(config, strangers, &store, &clock)?;
        let stellar_toml = web_auth::stellar_toml(config).map(|toml| toml.text().into());
        let tokens = TokenVerifier::new(assemble::issuers(config, &client, &clock)?, clock);
        Ok(Self {
            parts: Parts {
                integration,
                transactions: assemble::transactions(config)?,
                tokens: Arc::new(tokens),
                store,
                file_quota: assemble::file_quota(&config.files),
                starts: Arc::new(assemble::starts(config)),
                turns: Turns::default(),
                sign_ins: Arc::new(SignIns::new(config.server.trusted_proxies.clone())),
                requirements,
                reviews: Arc::new(reviews),
                proofs: Arc::new(proofs),
                site,
                web_auth,
                stellar_toml,
            },
            couriers,
        })
    }

    /// Replaces the built-in integration.
    #[must_use]
    pub fn with_integration(mut self, integration: Arc<dyn CustomerIntegration>) -> Self {
        self.parts.integration = integration;
        self
    }

    /// Replaces the directory of transactions.
    #[must_use]
    pub fn with_transactions(mut self, transactions: Arc<dyn TransactionDirectory>) -> Self {
        self.parts.transactions = Some(transactions);
        self
    }

    /// Replaces how long forms of the customer's page may take.
    #[must_use]
    pub fn with_turns(mut self, turns: Turns) -> Self {
        self.parts.turns = turns;
        self
    }

    /// What is durable.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.parts.store
    }

    /// The service behind payment targets.
    #[must_use]
    pub fn proofs(&self) -> &Arc<Proofs> {
        &self.parts.proofs
    }

    /// The public routes; `more` is what `dev` adds.
    pub fn public_router(&self, more: Router) -> Router {
        http::public(self.parts.clone().into(), more)
    }

    /// The operator's routes.
    pub fn operator_router(&self) -> Router {
        http::operator(self.parts.clone().into())
    }

    /// Serves both listeners and brings messages out until `shutdown` resolves, then lets finish what is under way.
    pub async fn run(
        self,
        public: TcpListener,
        operator: TcpListener,
        more: Router,
        shutdown: impl Future<Output = ()>,
    ) {
        let (stop, stopped) = tokio::sync::watch::channel(());
        let until_stopped = |mut stopped: tokio::sync::watch::Receiver<()>| async move {
            // That the sender is gone is the message.
            while stopped.changed().await.is_ok() {}
        };
        let couriers = self
            .couriers
            .iter()
            .map(|courier| outbox::run(self.store(), Arc::clone(courier), until_stopped(stopped.clone())));
        let couriers = join_all(couriers);
        let serving = async {
            tokio::join!(
                couriers,
                http::serve(public, self.public_router(more), Limits::default(), until_stopped(stopped.clone())),
                http::serve(operator, self.operator_router(), Limits::default(), until_stopped(stopped.clone())),
                Box::pin(asker::ask(self.proofs(), until_stopped(stopped.clone()))),
                sweeper::sweep(self.store(), &self.parts.requirements, until_stopped(stopped)),
            )
        };
        let stopping = async {
            shutdown.await;
            drop(stop);
        };
        tokio::join!(serving, stopping);
        self.store().close().await;
    }
}

/// A setting that only its user understands, and finds wrong.
#[derive(Debug, thiserror::Error)]
#[error("{0:#}")]
pub struct Misconfigured(anyhow::Error);

/// Checks everything in a configuration that can be checked without a database or a network.
///
/// # Errors
/// The first setting that its user finds wrong.
pub fn check(config: &Config) -> Result<(), Misconfigured> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let checked = || {
        let client = Configured::new(oauth2::LIMITS, config.mode == Mode::Dev)?;
        MasterKeys::parse(&config.keys.master_keys).context("keys.master_key_files")?;
        providers::routes(config, &client, &clock)?;
        assemble::issuers(config, &client, &clock)?;
        codes::senders(config, &clock)?;
        anyhow::Ok(())
    };
    checked().map_err(Misconfigured)
}

/// What was found at a provider, and what has to be registered there.
pub struct Examined {
    /// Where it sends browsers back to.
    pub redirect_uri: Url,
    /// Where our keys are, if it knows us by them.
    pub jwks_uri: Option<String>,
    /// What was found.
    pub findings: Vec<Finding>,
}

/// Asks a provider of the configuration whether it fits; `None` if there is none of that name.
///
/// # Errors
/// A client cannot be made.
pub async fn examine(config: &Config, name: &str) -> anyhow::Result<Option<Examined>> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let client = Configured::new(oauth2::LIMITS, config.mode == Mode::Dev)?;
    let Some(route) = providers::routes(config, &client, &clock)?.remove(name) else { return Ok(None) };
    let public_url = Site::new(&config.server.public_url, Brand::default()).public_url;
    let redirect_uri = redirect_uri(&public_url, name);
    let findings = route.provider.examine(&redirect_uri).await;
    let jwks_uri = route.provider.public_keys().map(|_| format!("{public_url}/kyc-jwks/{name}"));
    Ok(Some(Examined { redirect_uri, jwks_uri, findings }))
}

/// Opens the database of a configuration.
///
/// # Errors
/// A malformed master key, or what [`Store::open`] says.
pub async fn open_store(config: &Config, clock: Arc<dyn Clock>) -> anyhow::Result<Store> {
    let masters = MasterKeys::parse(&config.keys.master_keys)?;
    let settings = StoreSettings {
        url: config.database.url.expose(),
        connections: config.database.max_connections,
        migrate: config.database.migrate,
        acquire_timeout: config.database.acquire_timeout,
    };
    let kids = masters.kids().collect::<Vec<_>>().join(", ");
    Store::open(settings, masters, clock).await.map_err(|error| match error {
        OpenError::Store(StoreError::Vault(_)) => {
            anyhow::Error::new(error).context(format!("the database does not open with the master keys given ({kids})"))
        }
        other => other.into(),
    })
}
