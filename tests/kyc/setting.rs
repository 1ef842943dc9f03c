//! A server of our own with its database and two providers, and a wallet that speaks to it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use futures_util::FutureExt as _;
use kycd::app::App;
use kycd::auth::{NewToken, OperatorKey, mint};
use kycd::config::Config;
use kycd::domain::clock::{Clock as _, SystemClock};
use kycd::domain::pii::Secret;
use kycd::http::{Router, Turns};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::browser::{Browser, Page};
use crate::database::{Database, Engine};
use crate::provider::{CLIENT_ID, Endpoint, KycProvider, Mode, Reply, Return};
use crate::sql::Sql;

pub(crate) const ACCOUNT: &str = "GAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAWHF";
pub(crate) const PUBLIC_URL: &str = "https://kyc.example.com";
/// How long something is waited for that the server does in its own time, on whatever machine.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);
/// How long it is left alone meanwhile.
pub(crate) const PAUSE: Duration = Duration::from_millis(50);
const TOKEN_SECRET: &str = "0123456789abcdef0123456789abcdef";
const OPERATOR_KEY: [u8; 32] = [7; 32];

/// What a test stands on. When it is over, nothing that a provider was sent may contain an access token.
pub(crate) struct Setting {
    /// The provider `eid`.
    pub(crate) eid: Arc<KycProvider>,
    /// The provider `sandbox`.
    pub(crate) other: Arc<KycProvider>,
    /// What the server was started with, for another one beside it.
    pub(crate) config: Value,
    server: Server,
    sql: tokio::sync::Mutex<Sql>,
    access_tokens: Mutex<Vec<String>>,
    _folder: TempDir,
    _database: Database,
}

/// Where a server listens.
pub(crate) struct Server {
    pub(crate) public: String,
    pub(crate) operator: String,
}

/// A provider that holds its answer back.
pub(crate) struct Gate {
    asked: Arc<Notify>,
    open: Arc<Notify>,
}

impl Setting {
    pub(crate) async fn start(engine: Engine) -> Self {
        Self::with(engine, json!({})).await
    }

    /// Starts a server; `changes` are laid over `[providers.eid]`.
    pub(crate) async fn with(engine: Engine, changes: Value) -> Self {
        Self::with_origin(engine, |_| changes).await
    }

    /// Starts a server for which the provider `eid` is an OpenID provider, everything discovered.
    pub(crate) async fn openid(engine: Engine) -> Self {
        Self::openid_with(engine, json!({})).await
    }

    /// The same; `changes` are laid over that.
    pub(crate) async fn openid_with(engine: Engine, changes: Value) -> Self {
        let discovered = |origin: &str| {
            let mut provider = json!({
                "issuer": origin, "authorize_url": null, "token_url": null, "userinfo_url": null,
                "scopes": ["openid", "profile", "email"],
            });
            provider.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
            provider
        };
        Self::with_origin(engine, discovered).await
    }

    /// The same, for changes that name the provider's origin.
    pub(crate) async fn with_origin(engine: Engine, changes: impl FnOnce(&str) -> Value) -> Self {
        Self::with_sections(engine, changes, json!({})).await
    }

    /// The same; `sections` are added to those of the configuration.
    pub(crate) async fn with_sections(engine: Engine, changes: impl FnOnce(&str) -> Value, sections: Value) -> Self {
        let laid_over = |origin: &str, config: &mut Value| {
            let provider = config["providers"]["eid"].as_object_mut().unwrap();
            provider.extend(changes(origin).as_object().unwrap().clone());
            provider.retain(|_, value| !value.is_null());
            for (name, section) in sections.as_object().unwrap() {
                let merged = config.as_object_mut().unwrap().entry(name).or_insert(json!({}));
                merged.as_object_mut().unwrap().extend(section.as_object().unwrap().clone());
            }
        };
        Self::changed(engine, laid_over).await
    }

    /// Starts a server whose configuration is changed first.
    pub(crate) async fn changed(engine: Engine, change: impl FnOnce(&str, &mut Value)) -> Self {
        let database = engine.fresh_database().await;
        let folder = tempfile::tempdir().unwrap();
        let master_key = folder.path().join("master.key");
        fs::write(&master_key, "m1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n").unwrap();
        fs::set_permissions(&master_key, fs::Permissions::from_mode(0o600)).unwrap();
        let (eid, other) =
            (KycProvider::start(Arc::new(SystemClock)).await, KycProvider::start(Arc::new(SystemClock)).await);
        let mut config = json!({
            "server": { "public_url": PUBLIC_URL },
            "database": { "url": database.url, "acquire_timeout": "10s" },
            "keys": { "master_key_files": [master_key] },
            "token_issuers": [{
                "kind": "sep10", "issuer": "https://anchor.example.com/auth", "algorithm": "HS256", "secret": TOKEN_SECRET,
            }],
            "customer_types": {
                "sep6-high": { "provider": "eid" },
                "other": { "fields": ["first_name"], "provider": "sandbox" },
                "reviewed": { "fields": ["first_name"], "decision": "review" },
            },
            "payment_targets": { "provider": "eid" },
            "providers": { "eid": plain(&eid), "sandbox": plain(&other) },
        });
        change(&eid.origin, &mut config);
        let app = build(&config).await;
        let mut tx = app.store().begin().await.unwrap();
        tx.insert_operator_key("tests", OperatorKey::new(OPERATOR_KEY).bytes()).await.unwrap();
        tx.commit().await.unwrap();
        let server = listen(app).await;
        let sql = tokio::sync::Mutex::new(Sql::connect(&database).await);
        Self { eid, other, config, server, sql, access_tokens: Mutex::default(), _folder: folder, _database: database }
    }

    /// Another server over the same database.
    pub(crate) async fn second_server(&self) -> Server {
        self.changed_server(|_| ()).await
    }

    /// Another server over the same database, whose configuration is changed first.
    pub(crate) async fn changed_server(&self, change: impl FnOnce(&mut Value)) -> Server {
        let mut config = self.config.clone();
        change(&mut config);
        listen(build(&config).await).await
    }

    /// The same, whose forms may take no longer than this.
    pub(crate) async fn hasty_server(&self, longest: Duration) -> Server {
        listen(build(&self.config).await.with_turns(Turns::lasting(longest))).await
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(&self.server.public)
    }

    pub(crate) fn public(&self) -> &str {
        &self.server.public
    }

    /// Registers the customer of [`ACCOUNT`] with these fields and gives the path of the page of a type.
    pub(crate) async fn customer_page(&self, customer_type: &str, fields: Value) -> String {
        self.put_customer(fields).await;
        let answer = self.get_customer(customer_type).await;
        self.page_of(answer["more_info_url"].as_str().unwrap())
    }

    /// Registers a bank account and gives the path of its page.
    pub(crate) async fn bank_page(&self) -> String {
        let (status, target) = self.put_target(json!({ "payto_uri": "payto://iban/DE75512108001245126199" })).await;
        assert_eq!(status, 200, "{target}");
        self.page_of(target["kyc_url"].as_str().unwrap())
    }

    /// Makes the customer of [`ACCOUNT`] known as the operator does, and gives the path of the page of a type.
    pub(crate) async fn target_page(&self, customer_type: &str) -> String {
        let (status, target) = self.put_target(json!({ "payto_uri": format!("payto://stellar/{ACCOUNT}") })).await;
        assert_eq!(status, 200, "{target}");
        format!("{}?type={customer_type}", self.page_of(target["kyc_url"].as_str().unwrap()))
    }

    /// The path of a link; its token is looked for in what the providers get.
    pub(crate) fn page_of(&self, url: &str) -> String {
        let path = url.strip_prefix(PUBLIC_URL).expect("a URL of this server");
        let token = path.strip_prefix("/kyc-spa/").unwrap().split('?').next().unwrap();
        self.access_tokens.lock().unwrap().push(token.to_owned());
        path.to_owned()
    }

    /// Sends a browser off to the provider `eid` from a page, and plays its user's yes.
    pub(crate) async fn log_in(&self, browser: &Browser, page: &str) -> Return {
        self.eid.authorize(&browser.leave(page).await)
    }

    pub(crate) async fn put_customer(&self, fields: Value) -> Value {
        let page = self.as_wallet("PUT", "/customer", &fields.to_string()).await;
        assert_eq!(page.status, 202, "{}", page.body);
        page.json()
    }

    pub(crate) async fn get_customer(&self, customer_type: &str) -> Value {
        let page = self.as_wallet("GET", &format!("/customer?type={customer_type}"), "").await;
        assert_eq!(page.status, 200, "{}", page.body);
        page.json()
    }

    pub(crate) async fn status(&self, customer_type: &str) -> String {
        self.get_customer(customer_type).await["status"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn delete_customer(&self) {
        assert_eq!(self.as_wallet("DELETE", &format!("/customer/{ACCOUNT}"), "").await.status, 200);
    }

    pub(crate) async fn as_wallet(&self, method: &str, place: &str, body: &str) -> Page {
        let token = NewToken {
            issuer: "https://anchor.example.com/auth",
            subject: ACCOUNT,
            id: None,
            lifetime: Duration::from_mins(5),
            home_domain: None,
            client_domain: Some("wallet.example.org"),
        };
        let token = mint(&token, &Secret::new(TOKEN_SECRET.as_bytes().to_vec()), SystemClock.now());
        let headers = [("authorization", format!("Bearer {token}")), ("content-type", "application/json".to_owned())];
        let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
        let headers = if body.is_empty() { &headers[..1] } else { &headers[..] };
        self.browser().send(method, place, headers, body).await
    }

    pub(crate) async fn put_target(&self, body: Value) -> (u16, Value) {
        let page = self.as_operator("PUT", "/payment-targets", &body.to_string()).await;
        (page.status, page.json())
    }

    pub(crate) async fn get_target(&self, hash: &str) -> (u16, Value) {
        let page = self.as_operator("GET", &format!("/payment-targets/{hash}"), "").await;
        (page.status, page.json())
    }

    pub(crate) async fn as_operator(&self, method: &str, place: &str, body: &str) -> Page {
        let key = format!("Bearer {}", OperatorKey::new(OPERATOR_KEY).printable().expose());
        let headers = [("authorization", key.as_str()), ("content-type", "application/json")];
        let headers = if body.is_empty() { &headers[..1] } else { &headers[..] };
        self.operator_browser().send(method, place, headers, body).await
    }

    pub(crate) fn operator_browser(&self) -> Browser {
        Browser::new(&self.server.operator)
    }

    /// Changes rows behind the server's back, as time would.
    pub(crate) async fn change(&self, sql: &str) {
        let changed = self.sql.lock().await.execute(sql, &[]).await;
        assert!(changed > 0, "nothing to change");
    }

    /// Counts rows.
    pub(crate) async fn count(&self, from: &str) -> i64 {
        self.texts(&format!("SELECT CAST(count(*) AS TEXT) FROM {from}")).await[0].parse().unwrap()
    }

    /// Reads one column of texts.
    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        self.sql.lock().await.texts(sql).await
    }

    /// Waits until there are such rows, which the server makes in its own time.
    pub(crate) async fn until_some(&self, from: &str) {
        let waiting = async {
            while self.count(from).await == 0 {
                tokio::time::sleep(PAUSE).await;
            }
        };
        assert!(tokio::time::timeout(PATIENCE, waiting).await.is_ok(), "never {from}");
    }

    /// How often `eid` was asked for a token.
    pub(crate) fn token_calls(&self) -> usize {
        self.eid.received("/token").len()
    }

    /// Lets `eid` misbehave, in place of how it misbehaved before.
    pub(crate) fn now_misbehaves(&self, modes: impl Into<Vec<Mode>>) {
        self.eid.modes.lock().unwrap().clear();
        modes.into().into_iter().for_each(|mode| self.eid.misbehave(mode));
    }

    /// Lets `eid` hold back its next tokens.
    pub(crate) fn hold_tokens(&self) -> Gate {
        let gate = Gate { asked: Arc::default(), open: Arc::default() };
        let (asked, open) = (Arc::clone(&gate.asked), Arc::clone(&gate.open));
        let wait = async move {
            asked.notify_one();
            open.notified().await;
        };
        self.now_misbehaves([Mode::Answers(Endpoint::Token, Reply::After(wait.boxed().shared()))]);
        gate
    }

    /// Finds an access token in what the providers were sent.
    pub(crate) fn find_access_token(&self) -> Option<String> {
        let tokens = self.access_tokens.lock().unwrap();
        let traffic = [&self.eid, &self.other].map(|provider| provider.traffic.lock().unwrap().clone()).concat();
        tokens.iter().find(|token| traffic.contains(token.as_str())).cloned()
    }
}

impl Drop for Setting {
    fn drop(&mut self) {
        if !thread::panicking() {
            assert_eq!(self.find_access_token(), None, "a provider was sent an access token");
        }
    }
}

impl Gate {
    /// Waits until the provider was asked.
    pub(crate) async fn reached(&self) {
        self.asked.notified().await;
    }

    /// Lets the provider answer.
    pub(crate) fn open(&self) {
        self.open.notify_one();
    }
}

/// `[providers.NAME]` of a provider that speaks plain OAuth 2.0.
pub(crate) fn plain(provider: &KycProvider) -> Value {
    let at = |path: &str| format!("{}{path}", provider.origin);
    json!({
        "kind": "oauth2",
        "display_name": "Example eID",
        "authorize_url": at("/authorize"),
        "token_url": at("/token"),
        "userinfo_url": at("/userinfo"),
        "client_id": CLIENT_ID,
        "client_secret": "a secret of the operator",
        "scopes": ["profile"],
        "claims": { "given_name": "first_name", "family_name": "last_name", "email": "email_address" },
    })
}

async fn build(config: &Value) -> App {
    let config = Config::load_dev(config.clone(), None, []).unwrap_or_else(|problems| panic!("{problems}"));
    App::build(&config).await.unwrap()
}

async fn listen(app: App) -> Server {
    let public = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let operator = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = Server {
        public: format!("http://{}", public.local_addr().unwrap()),
        operator: format!("http://{}", operator.local_addr().unwrap()),
    };
    tokio::spawn(app.run(public, operator, Router::new(), std::future::pending()));
    server
}
