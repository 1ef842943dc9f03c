//! `kycd dev`: everything embedded, for trying out on one machine.

mod banner;
mod data_dir;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::ensure;
use clap::Args;
use serde_json::json;

use self::banner::Banner;
use self::data_dir::DataDir;
use super::serve::bind;
use super::{environment, runtime, shutdown};
use crate::app::{self, App};
use crate::auth::{NewToken, OperatorKey, mint};
use crate::config::{ClientAuth, Config, LogFormat};
use crate::domain::clock::SystemClock;
use crate::domain::payto::Payto;
use crate::domain::pii::Secret;
use crate::http::Router;
use crate::http::pages::SandboxIdentity;
use crate::http::sandbox::{self, SandboxSettings};
use crate::telemetry;

/// What to run.
#[derive(Args)]
pub struct Arguments {
    /// The public listener; port 0 for any
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8000", value_parser = loopback)]
    pub listen: SocketAddr,
    /// The operator's listener; port 0 for any
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8001", value_parser = loopback)]
    pub operator_listen: SocketAddr,
    /// The folder for database and keys; made if it is not there
    #[arg(long, value_name = "DIR", default_value = ".kycd")]
    pub data_dir: PathBuf,
    /// A configuration file that is laid over dev's own defaults
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// Runs `kycd dev`.
///
/// # Errors
/// A data folder in use or out of reach, an address in use, what is wrong with the configuration.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let data = DataDir::open(&arguments.data_dir)?;
    runtime()?.block_on(serve(arguments, &data))
}

/// Loads the configuration of a data folder that `kycd dev` made.
pub(super) fn load_installation(folder: &Path) -> anyhow::Result<Config> {
    let data = DataDir::find(folder)?;
    load(&data, None, &data.public_url())
}

async fn serve(arguments: &Arguments, data: &DataDir) -> anyhow::Result<()> {
    let public = bind(arguments.listen, "--listen").await?;
    let operator = bind(arguments.operator_listen, "--operator-listen").await?;
    let public_url = format!("http://localhost:{}", public.local_addr()?.port());
    let operator_url = format!("http://localhost:{}", operator.local_addr()?.port());

    let config = load(data, arguments.config.as_deref(), &public_url)?;
    telemetry::init(config.log.level, config.log.format == LogFormat::Json);
    let app = App::build(&config).await?;
    let banner = prepare(&app, &config, data, operator_url).await?;
    let sandbox = sandbox_router(&config);

    let running = app.run(public, operator, sandbox, shutdown()?);
    // The sockets accept since they were bound; the first requests wait for the loop that starts now.
    let (written, ()) = tokio::join!(async { banner.publish(data) }, running);
    written
}

/// Lays dev's own values under the file: the URLs, keys, database and token issuer of this data folder.
fn load(data: &DataDir, file: Option<&Path>, public_url: &str) -> anyhow::Result<Config> {
    let issuer = |kind| {
        json!({
            "kind": kind,
            "issuer": format!("{public_url}/auth"),
            "algorithm": "HS256",
            "secret_file": data.token_secret(),
        })
    };
    let generated = json!({
        "server": { "public_url": public_url },
        "database": { "url": data.database_url() },
        "keys": { "master_key_files": [data.master_key()], "signing_key_file": data.signing_seed() },
        "token_issuers": [issuer("sep10"), issuer("sep45")],
        "sep10": {
            "enabled": true,
            "issuer": format!("{public_url}/auth"),
            "home_domains": [public_url.trim_start_matches("http://")],
            // The SDK of wallets compares with the host alone, so on a port of its own it would refuse the default.
            "web_auth_domain": "localhost",
            "network": "testnet",
            // A wallet's own tests sign in often.
            "requests_per_minute": 300,
        },
        "stellar_toml": { "enabled": true },
        // And so does whoever tries out the way to the sandbox.
        "payment_targets": { "starts_per_minute": 300, "starts_per_minute_by_address": 300 },
        "providers": { "sandbox": {
            "authorize_url": format!("{public_url}/sandbox/authorize"),
            "token_url": format!("{public_url}/sandbox/token"),
            "userinfo_url": format!("{public_url}/sandbox/userinfo"),
        }},
    });
    Ok(Config::load_dev(generated, file, environment())?)
}

/// Makes what the banner shows: a token of the test account, its page, and an operator key.
async fn prepare(app: &App, config: &Config, data: &DataDir, operator_url: String) -> anyhow::Result<Banner> {
    let account = data.account()?;
    let subject = account.to_string();
    let key = data.operator_key()?;
    insert_operator_key(app, &key).await?;
    let public_url = config.server.public_url.as_str().trim_end_matches('/').to_owned();
    let target = app.proofs().register_target(&Payto::parse(&format!("payto://stellar/{subject}"))?).await?;
    // The last issuer is dev's own: those of a file stand before it, and can ask for claims that this token lacks.
    let token = app::token_secrets(config, &account).next_back().map(|(issuer, secret)| {
        let lifetime = std::time::Duration::from_hours(24);
        let token = NewToken { issuer, subject: &subject, id: None, lifetime, home_domain: None, client_domain: None };
        mint(&token, secret, app.store().now())
    });
    Ok(Banner {
        kyc_url: format!("{}?type=sep6-high", target.kyc_url),
        public_url,
        operator_url,
        operator_key: key.printable().expose().clone(),
        account: subject,
        token: token.unwrap_or_default(),
    })
}

async fn insert_operator_key(app: &App, key: &OperatorKey) -> anyhow::Result<()> {
    if app.store().find_operator_key(key.bytes()).await?.is_some() {
        return Ok(());
    }
    let mut tx = app.store().begin().await?;
    // The key of another data folder, or one that was revoked on purpose.
    ensure!(tx.insert_operator_key("dev", key.bytes()).await?, "the database has another operator key named dev");
    Ok(tx.commit().await?)
}

/// The sandbox, unless the configuration turned the provider of that name into something else.
fn sandbox_router(config: &Config) -> Router {
    let Some(provider) = config.providers.get(sandbox::PROVIDER_NAME) else {
        return Router::new();
    };
    let ClientAuth::SecretBasic(secret) = &provider.client_auth else {
        return Router::new();
    };
    sandbox::router(SandboxSettings {
        public_url: config.server.public_url.clone(),
        client_id: provider.client_id.clone(),
        client_secret: Secret::new(secret.expose().clone()),
        identity: SandboxIdentity {
            first_name: banner::FIRST_NAME.to_owned(),
            last_name: banner::LAST_NAME.to_owned(),
            email: banner::EMAIL.to_owned(),
        },
        clock: Arc::new(SystemClock),
    })
}

fn loopback(text: &str) -> Result<SocketAddr, &'static str> {
    let address = text.parse::<SocketAddr>().map_err(|_| "must be an IP address with a port")?;
    if address.ip().is_loopback() { Ok(address) } else { Err("dev listens on loopback only") }
}
