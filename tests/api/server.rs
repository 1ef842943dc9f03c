//! The whole server on loopback sockets, with a database of its own.

use std::fs;
use std::net::SocketAddr;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use data_encoding::BASE64;
use kycd::app::App;
use kycd::auth::{NewToken, OperatorKey, mint};
use kycd::config::{Config, Mode};
use kycd::domain::clock::{Clock, SystemClock};
use kycd::domain::field;
use kycd::domain::pii::Secret;
use kycd::http::Router;
use kycd::store::Store;
use serde_json::{Value, json};
use stellar_strkey::{Contract, ed25519};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::client::Call;
use crate::database::{Database, Engine};
use crate::raw_http::Connection;
use crate::rows::Rows;
use crate::stellar::Key;

pub(crate) const ISSUER: &str = "https://anchor.example.com/auth";
pub(crate) const HOME_DOMAIN: &str = "anchor.example.com";
pub(crate) const SECRET: &str = "the secret of the SEP-10 server of the tests";
const SEP45_SECRET: &str = "the secret of the SEP-45 server of the tests";
pub(crate) const PUBLIC_URL: &str = "http://localhost:8000";
/// Whose key the anchor signs with.
pub(crate) const SIGNER: u8 = 8;

/// One server; several can share an [`Installation`].
pub(crate) struct Server {
    pub(crate) installation: Arc<Installation>,
    pub(crate) public: SocketAddr,
    pub(crate) operator: SocketAddr,
    pub(crate) store: Store,
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

/// Database and keys, and the runtime on which everything of a test runs.
pub(crate) struct Installation {
    pub(crate) runtime: Runtime,
    rows: Mutex<Rows>,
    pub(crate) traffic: Traffic,
    config: Value,
    _keys: TempDir,
    // Dropped last: nobody is connected any more.
    _database: Database,
}

/// Requests begun and ended, so that a request knows whether it was alone.
#[derive(Default)]
pub(crate) struct Traffic {
    pub(crate) begun: AtomicU64,
    pub(crate) ended: AtomicU64,
}

impl Installation {
    fn new(engine: Engine, more: Value) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let database = runtime.block_on(engine.fresh_database());
        let rows = Mutex::new(runtime.block_on(Rows::connect(engine, &database)));
        let keys = tempfile::tempdir().expect("a temporary folder");
        let master_key = keys.path().join("master.key");
        fs::write(&master_key, format!("k1:{}\n", BASE64.encode(&[7; 32]))).expect("a key file");
        let signing_seed = keys.path().join("signing.seed");
        fs::write(&signing_seed, Key::of(SIGNER).seed()).expect("a seed file");
        let storable: Vec<_> = field::all().filter(|field| field.is_stored).map(|field| field.name).collect();
        let mut config = json!({
            "server": { "public_url": PUBLIC_URL },
            "database": { "url": database.url, "acquire_timeout": "10s" },
            "keys": { "master_key_files": [master_key], "signing_key_file": signing_seed },
            "token_issuers": [
                { "kind": "sep10", "issuer": ISSUER, "algorithm": "HS256", "secret": SECRET,
                  "home_domains": [HOME_DOMAIN] },
                { "kind": "sep45", "issuer": ISSUER, "algorithm": "HS256", "secret": SEP45_SECRET },
            ],
            "providers": { "sandbox": {
                "authorize_url": format!("{PUBLIC_URL}/sandbox/authorize"),
                "token_url": format!("{PUBLIC_URL}/sandbox/token"),
                "userinfo_url": format!("{PUBLIC_URL}/sandbox/userinfo"),
            }},
            "customer_types": {
                "everything": { "optional_fields": storable },
                "given-family": { "fields": ["given_name", "family_name"] },
            },
        });
        if let (Some(config), Value::Object(more)) = (config.as_object_mut(), more) {
            config.extend(more);
        }
        Self { runtime, rows, traffic: Traffic::default(), config, _keys: keys, _database: database }
    }

    pub(crate) fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().expect("no other request failed")
    }

    /// Lists everything durable.
    pub(crate) fn dump(&self) -> Vec<String> {
        self.runtime.block_on(self.rows().dump())
    }
}

impl Server {
    /// Starts a server of its own: dev's types `sep6` (the default) and `sep6-high`, which needs a proof, `everything`
    /// with all fields as optional ones, and `given-family` with the other spellings of the names.
    pub(crate) fn start(engine: Engine) -> Self {
        Self::start_with(engine, json!({}))
    }

    /// Starts a server with other sections of the configuration.
    pub(crate) fn start_with(engine: Engine, sections: Value) -> Self {
        Self::of(Arc::new(Installation::new(engine, sections)), Mode::Dev)
    }

    /// Starts another server on the same database, with the same keys.
    pub(crate) fn replica(&self) -> Self {
        Self::of(Arc::clone(&self.installation), Mode::Dev)
    }

    /// The same, but it calls nobody on this machine.
    pub(crate) fn replica_in_production(&self) -> Self {
        Self::of(Arc::clone(&self.installation), Mode::Serve)
    }

    fn of(installation: Arc<Installation>, mode: Mode) -> Self {
        let mut config =
            Config::load_dev(installation.config.clone(), None, []).unwrap_or_else(|problems| panic!("{problems}"));
        config.mode = mode;
        let (app, public, operator) = installation.runtime.block_on(async {
            let listen = || TcpListener::bind("127.0.0.1:0");
            let (public, operator) = (listen().await.expect("a port"), listen().await.expect("a port"));
            (App::build(&config).await.expect("a server"), public, operator)
        });
        let address = |listener: &TcpListener| listener.local_addr().expect("an address");
        let (public_address, operator_address) = (address(&public), address(&operator));
        let store = app.store().clone();
        let (stop, stopped) = oneshot::channel();
        let until_stopped = async {
            // That the sender is gone is a reason to stop, too.
            let _ = stopped.await;
        };
        let running = installation.runtime.spawn(app.run(public, operator, Router::new(), until_stopped));
        Self { installation, public: public_address, operator: operator_address, store, running: Some((stop, running)) }
    }

    /// Begins a request to the public listener.
    pub(crate) fn call(&self, method: &str, path: &str) -> Call<'_> {
        Call::new(&self.installation, self.public, method, path)
    }

    /// Connects to the public listener by a socket with settings of the test's own.
    pub(crate) fn connect_by(&self, set: impl FnOnce(&TcpSocket)) -> Connection {
        let stream = self.block_on(async {
            let socket = TcpSocket::new_v4().expect("a socket");
            set(&socket);
            socket.connect(self.public).await.and_then(TcpStream::into_std).expect("it listens")
        });
        stream.set_nonblocking(false).expect("it blocks");
        Connection::on(stream)
    }

    /// Begins a request to the operator's listener.
    pub(crate) fn operate(&self, method: &str, path: &str) -> Call<'_> {
        Call::new(&self.installation, self.operator, method, path)
    }

    /// `GET /customer`.
    pub(crate) fn get(&self, token: &str) -> Call<'_> {
        self.call("GET", "/customer").token(token)
    }

    /// `PUT /customer`.
    pub(crate) fn put(&self, token: &str) -> Call<'_> {
        self.call("PUT", "/customer").token(token)
    }

    /// `DELETE /customer/{account}`.
    pub(crate) fn delete(&self, token: &str, account: &str) -> Call<'_> {
        self.call("DELETE", &format!("/customer/{account}")).token(token)
    }

    /// Registers the customer of a token and gives the id.
    #[track_caller]
    pub(crate) fn register(&self, token: &str) -> String {
        self.put(token).send().id()
    }

    /// Opens what is held of a customer: by field `{"value": "…"}` or `{"file": "…"}`.
    pub(crate) fn fields(&self, id: &str) -> Value {
        let id = Uuid::parse_str(id).expect("an id");
        let document = self.block_on(async {
            let mut tx = self.store.begin().await.expect("a transaction");
            let locked = tx.lock_target(id).await.expect("a query").expect("a customer");
            locked.document().expect("a document")
        });
        serde_json::to_value(&document).expect("JSON")["fields"].take()
    }

    /// Counts the rows of a table.
    pub(crate) fn count(&self, table: &str) -> usize {
        self.block_on(self.installation.rows().count(table))
    }

    /// Runs a statement and gives the number of rows that it changed.
    pub(crate) fn execute(&self, sql: &'static str) -> u64 {
        self.block_on(self.installation.rows().execute(sql))
    }

    pub(crate) fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.installation.runtime.block_on(future)
    }

    /// Makes an operator key and gives it as its owner has it.
    pub(crate) fn operator_key(&self) -> String {
        let key = OperatorKey::new([9; 32]);
        self.block_on(async {
            let mut tx = self.store.begin().await.expect("a transaction");
            tx.insert_operator_key("tests", key.bytes()).await.expect("a new key");
            tx.commit().await.expect("a commit");
        });
        key.printable().expose().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some((stop, running)) = self.running.take() {
            // The receiver is gone only if the server ended by itself, which joining tells.
            let _ = stop.send(());
            let ended = self.installation.runtime.block_on(running);
            assert!(ended.is_ok() || std::thread::panicking(), "the server panicked");
        }
    }
}

/// A token of the subject `G…`, `G…:id`, `M…` or `C…`, as its issuer would sign it.
pub(crate) fn token(subject: impl AsRef<str>) -> String {
    token_with(subject.as_ref(), None, None)
}

/// A token with domains.
pub(crate) fn token_with(subject: &str, home_domain: Option<&str>, client_domain: Option<&str>) -> String {
    let secret = if subject.starts_with('C') { SEP45_SECRET } else { SECRET };
    let token =
        NewToken { issuer: ISSUER, subject, id: None, lifetime: Duration::from_hours(1), home_domain, client_domain };
    mint(&token, &Secret::new(secret.as_bytes().to_vec()), SystemClock.now())
}

/// The account of somebody; the same number is the same account.
pub(crate) fn account(somebody: u8) -> String {
    format!("{}", ed25519::PublicKey([somebody; 32]))
}

/// The muxed account of somebody's customer.
pub(crate) fn muxed(somebody: u8, id: u64) -> String {
    format!("{}", ed25519::MuxedAccount { ed25519: [somebody; 32], id })
}

/// A contract account.
pub(crate) fn contract(somebody: u8) -> String {
    format!("{}", Contract([somebody; 32]))
}
