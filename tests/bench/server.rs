//! The servers that are measured, each a process of its own.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use kycd::auth::{Algorithm, Issuer, IssuerKind, IssuerSettings, NewToken, TokenVerifier, VerificationKey, mint};
use kycd::domain::account::Account;
use kycd::domain::clock::{Clock as _, SystemClock};
use kycd::domain::pii::Secret;
use kycd::http::{Limits, Sep10Session, serve, with_cors, with_edge};
use kycd::vault::master;
use sqlx::postgres::PgPoolOptions;
use sqlx::{Row as _, query, query_scalar};
use tempfile::TempDir;

/// The argument by which this program becomes the bare router.
pub(crate) const BARE: &str = "bare";
/// The argument by which this program becomes the leanest handler.
pub(crate) const LEANEST: &str = "leanest";

const ISSUER: &str = "https://kyc.example.com/auth";
const TOKEN_SECRET: &[u8] = b"a secret of at least thirty-two bytes, for tokens";
const HOUR: Duration = Duration::from_hours(1);

/// The keys and the database that servers share.
pub(crate) struct Installation {
    folder: TempDir,
    config: String,
}

impl Installation {
    pub(crate) fn new(database: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let master_key = folder.path().join("master.key");
        write_secret(&master_key, master::generate("master-1").expect("a kid").expose().as_bytes());
        let token_secret = folder.path().join("token.secret");
        write_secret(&token_secret, TOKEN_SECRET);
        let config = format!(
            r#"
            server.public_url = "https://kyc.example.com"
            database.url = "{database}"
            keys.master_key_files = ["{}"]
            customer_types.sep6.fields = ["first_name", "last_name", "email_address"]
            customer_types.sep6.optional_fields = ["photo_id_front"]
            [[token_issuers]]
            kind = "sep10"
            issuer = "{ISSUER}"
            algorithm = "HS256"
            secret_file = "{}"
            "#,
            master_key.display(),
            token_secret.display(),
        );
        Self { folder, config }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// A token of the customer that belongs to a connection.
pub(crate) fn token(client: usize) -> String {
    let account = Account::Classic([u8::try_from(client).expect("few clients"); 32]).to_string();
    let token = NewToken {
        issuer: ISSUER,
        subject: &account,
        id: None,
        lifetime: HOUR,
        home_domain: None,
        client_domain: None,
    };
    mint(&token, &Secret::new(TOKEN_SECRET.to_vec()), SystemClock.now())
}

fn write_secret(path: &Path, secret: &[u8]) {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).expect("the folder is ours");
    file.write_all(secret).expect("room for a secret");
}

/// A running server, killed when this is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    process: Child,
}

impl Server {
    /// Starts our server in production mode, with its defaults but for the log's level.
    pub(crate) fn kycd(installation: &Installation, log_level: &str) -> Self {
        let (public, operator) = (free_address(), free_address());
        let config = installation.file(&format!("{log_level}.toml"));
        let own =
            format!("server.listen = \"{public}\"\noperator.listen = \"{operator}\"\nlog.level = \"{log_level}\"");
        fs::write(&config, own + &installation.config).expect("the folder is ours");
        let mut command = Command::new(env!("CARGO_BIN_EXE_kycd"));
        command.arg("serve").arg("--config").arg(config);
        Self::start(public, command, File::create(installation.file(&format!("{log_level}.log"))))
    }

    /// Starts the bare router.
    pub(crate) fn bare(installation: &Installation) -> Self {
        let public = free_address();
        let mut command = this_program();
        command.arg(BARE).arg(public.to_string()).arg(installation.file("token.secret"));
        Self::start(public, command, File::create(installation.file("bare.log")))
    }

    /// Starts the leanest handler, which runs `select` on the database.
    pub(crate) fn leanest(installation: &Installation, database: &str, select: &str) -> Self {
        let public = free_address();
        let mut command = this_program();
        command.arg(LEANEST).arg(public.to_string()).arg(database).arg(select);
        Self::start(public, command, File::create(installation.file("leanest.log")))
    }

    fn start(address: SocketAddr, mut command: Command, log: std::io::Result<File>) -> Self {
        let log = log.expect("the folder is ours");
        let process = command.stdin(Stdio::null()).stderr(log).spawn().expect("the server starts");
        let mut server = Self { address, process };
        while TcpStream::connect(address).is_err() {
            let ended = server.process.try_wait().expect("a child of ours");
            assert!(ended.is_none(), "the server ended: {command:?}");
            thread::sleep(Duration::from_millis(20));
        }
        server
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn pid(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().expect("the server is ours");
        self.process.wait().expect("a killed process ends");
    }
}

fn this_program() -> Command {
    Command::new(std::env::current_exe().expect("this program has a path"))
}

fn free_address() -> SocketAddr {
    let probe = TcpListener::bind("127.0.0.1:0").expect("a free port");
    probe.local_addr().expect("a bound address")
}

/// Serves the edge, the token check and nothing behind them.
pub(crate) fn serve_bare(listen: &str, secret_file: &str) {
    kycd::telemetry::init(tracing::Level::INFO, true);
    let settings = IssuerSettings {
        kind: IssuerKind::Sep10,
        issuer: ISSUER.to_owned(),
        home_domains: Vec::new(),
        audience: Vec::new(),
        max_lifetime: 24 * HOUR,
        algorithm: Algorithm::Hs256,
        key: VerificationKey::Hs256(Secret::new(fs::read(secret_file).expect("the secret is there"))),
        allow_short_secret: false,
    };
    let issuer = Issuer::new(settings).expect("a good secret");
    let tokens = Arc::new(TokenVerifier::new(vec![issuer], Arc::new(SystemClock)));
    let routes = with_cors(Router::new().route("/customer", get(async |_: Sep10Session| {}))).with_state(tokens);
    runtime().block_on(async {
        let listener = tokio::net::TcpListener::bind(listen).await.expect("a free address");
        serve(listener, with_edge(routes), Limits::default(), std::future::pending()).await;
    });
}

/// Serves one prepared statement and nothing around it: what sqlx and axum cost by themselves on this machine. Everybody
/// gets the facts of one customer.
pub(crate) fn serve_leanest(listen: &str, database: &str, select: &str) {
    let select: &'static str = select.to_owned().leak();
    runtime().block_on(async {
        let pool = PgPoolOptions::new().max_connections(8).test_before_acquire(false).connect(database);
        let pool = pool.await.expect("the cluster accepts");
        let tag = query_scalar("SELECT target_tag FROM payment_targets LIMIT 1").fetch_one(&pool);
        let tag: Vec<u8> = tag.await.expect("a customer");
        let handler = async move || {
            let row = query(select).bind(tag).fetch_one(&pool).await.expect("the customer");
            row.get::<String, _>("facts")
        };
        let listener = tokio::net::TcpListener::bind(listen).await.expect("a free address");
        axum::serve(listener, Router::new().route("/customer", get(handler))).await.expect("it never ends");
    });
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime")
}
