//! The real binary, as somebody starts it to try it out.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection, SqliteConnection, query_as};
use tempfile::TempDir;
use url::Url;

use crate::database::{Database, Engine};
use crate::ports::uncommon_port;
use crate::raw_http::{Answer, exchange, request};

const KYCD: &str = env!("CARGO_BIN_EXE_kycd");

/// Longer than any start or end takes.
const PATIENCE: Duration = Duration::from_mins(1);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(10);

/// A running `kycd dev`.
pub(crate) struct Server {
    process: Child,
    /// What it printed until it was ready.
    pub(crate) banner: String,
    /// What stands in `dev.json`.
    dev: Value,
    folder: TempDir,
    database: Option<Database>,
}

impl Server {
    /// Starts it with this configuration laid over dev's own; on SQLite the database is dev's own, too.
    pub(crate) async fn start(engine: Engine, configuration: &str) -> Self {
        Self::start_with(engine, configuration, &[]).await
    }

    /// Starts it with more variables in its environment.
    pub(crate) async fn start_with(engine: Engine, configuration: &str, variables: &[(&str, &OsStr)]) -> Self {
        let database = match engine {
            Engine::Postgres => Some(engine.fresh_database().await),
            Engine::Sqlite => None,
        };
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = database.as_ref().map(|database| format!("url = \"{}\"\n", database.url)).unwrap_or_default();
        // A machine that stands still for a moment is no busy database.
        let patient = format!("[database]\nacquire_timeout = \"10s\"\n{url}");
        fs::write(folder.path().join("kycd.toml"), format!("{configuration}\n{patient}")).expect("a file");

        // Nobody else is given the port before it starts again.
        let listen = format!("127.0.0.1:{}", uncommon_port());
        let (process, printed) = spawn(folder.path(), &listen, variables);
        let mut server = Self { process, banner: String::new(), dev: Value::Null, folder, database };
        server.wait_until_ready(&printed);
        server
    }

    /// Lets it do nothing more, not even refuse.
    pub(crate) fn freeze(&self) {
        kill(self.id(), Signal::SIGSTOP).expect("it is there");
    }

    /// Ends it as a power cut does.
    pub(crate) fn kill(&mut self) {
        self.process.kill().expect("it is there");
        self.process.wait().expect("it ends");
    }

    /// Starts it again after that, where it was.
    pub(crate) fn start_again(&mut self) {
        let listen = address_of(self.public_url()).to_string();
        let (process, printed) = spawn(self.folder.path(), &listen, &[]);
        self.process = process;
        self.banner.clear();
        self.wait_until_ready(&printed);
    }

    /// Reads what it prints until all that stands in `dev.json` was printed, too.
    fn wait_until_ready(&mut self, printed: &Receiver<String>) {
        let deadline = Instant::now() + PATIENCE;
        while !self.is_ready() {
            match printed.recv_timeout(Duration::from_millis(20)) {
                Ok(line) => self.banner += &(line + "\n"),
                Err(RecvTimeoutError::Timeout) if Instant::now() < deadline => {}
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("kycd dev did not get ready: {}\n{}", self.banner, self.log())
                }
            }
        }
    }

    fn is_ready(&mut self) -> bool {
        if let Ok(text) = fs::read(self.data_dir().join("dev.json")) {
            self.dev = serde_json::from_slice(&text).expect("dev.json is whole as soon as it is there");
        }
        let members =
            self.dev.as_object().map(|members| members.values().filter_map(Value::as_str).collect::<Vec<_>>());
        members.is_some_and(|members| members.iter().all(|text| self.banner.contains(text)))
    }

    /// A member of `dev.json`.
    #[track_caller]
    pub(crate) fn dev(&self, member: &str) -> &str {
        self.dev[member].as_str().unwrap_or_else(|| panic!("no {member} in dev.json: {}", self.dev))
    }

    pub(crate) fn public_url(&self) -> &str {
        self.dev("public_url")
    }

    /// Mints a token as somebody who tries it out does.
    pub(crate) fn token(&self, account: &str, memo: Option<u64>) -> String {
        let memo = memo.map(|memo| format!("--memo={memo}"));
        let output = Command::new(KYCD)
            .args(["token", "--account", account])
            .args(memo)
            .arg("--data-dir")
            .arg(self.data_dir())
            .output()
            .expect("the binary starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text").trim_end().to_owned()
    }

    /// `GET /customer` for one type.
    #[track_caller]
    pub(crate) fn get_customer(&self, token: &str, customer_type: &str) -> Value {
        let answer = send(self.public_url(), token, &format!("GET /customer?type={customer_type}"), &Value::Null);
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    /// `PUT /customer`; gives the id.
    #[track_caller]
    pub(crate) fn put_customer(&self, token: &str, body: &Value) -> String {
        let answer = send(self.public_url(), token, "PUT /customer", body);
        assert_eq!(answer.status, 202, "{}", answer.text());
        answer.json()["id"].as_str().expect("a text").to_owned()
    }

    /// `DELETE /customer/{account}` of the account that dev printed.
    #[track_caller]
    pub(crate) fn delete_customer(&self) {
        let path = format!("DELETE /customer/{}", self.dev("account"));
        let answer = send(self.public_url(), self.dev("token"), &path, &json!({}));
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// `PUT /customer/callback`.
    #[track_caller]
    pub(crate) fn put_callback(&self, token: &str, body: &Value) {
        let answer = send(self.public_url(), token, "PUT /customer/callback", body);
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// The seed of the key that signs callbacks.
    pub(crate) fn signing_seed(&self) -> String {
        fs::read_to_string(self.data_dir().join("signing.seed")).expect("dev makes one")
    }

    /// Sends a request to the operator's listener.
    #[track_caller]
    pub(crate) fn as_operator(&self, method_and_path: &str, body: &Value) -> Value {
        let answer = send(self.dev("operator_url"), self.dev("operator_key"), method_and_path, body);
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    /// Asks for a ticket in place of pressing a button of the customer's page; gives the URL to open with it.
    #[track_caller]
    pub(crate) fn issue_ticket(&self, form: &str) -> String {
        let path = form.strip_prefix(self.public_url()).expect("a form of this server");
        let answer = send(self.public_url(), "", &format!("POST {path}"), &json!({}));
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["redirect_url"].as_str().expect("a URL").to_owned()
    }

    /// The types and statuses of all payment targets, as the database has them.
    pub(crate) async fn stored_statuses(&self) -> Vec<(String, String)> {
        self.rows("SELECT type, status FROM statuses ORDER BY type, status").await
    }

    /// Waits until the one message was tried; gives its state, and what went wrong or `-`.
    pub(crate) async fn wait_for_attempt(&self) -> (String, String) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let tried = "SELECT state, COALESCE(trouble, '-') FROM outbox WHERE attempts > 0 AND lease IS NULL";
            if let Some(message) = self.rows(tried).await.pop() {
                return message;
            }
            assert!(Instant::now() < deadline, "no attempt: {}", self.log());
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn rows(&self, sql: &'static str) -> Vec<(String, String)> {
        if let Some(database) = &self.database {
            let mut connection = PgConnection::connect(&database.url).await.expect("a connection");
            query_as(sql).fetch_all(&mut connection).await.expect("rows")
        } else {
            let url = format!("sqlite://{}", self.data_dir().join("kycd.db").display());
            let mut connection = SqliteConnection::connect(&url).await.expect("a connection");
            query_as(sql).fetch_all(&mut connection).await.expect("rows")
        }
    }

    fn id(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.process.id()).expect("ids are small"))
    }

    fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = kill(self.id(), Signal::SIGTERM);
        let status = self.process.wait().expect("it ends");
        if thread::panicking() {
            eprintln!("the log of kycd:\n{}", self.log());
        } else {
            assert!(status.success(), "{status}: {}", self.log());
        }
    }
}

/// Starts the binary in a folder with its configuration; gives what it prints as well.
fn spawn(folder: &Path, listen: &str, variables: &[(&str, &OsStr)]) -> (Child, Receiver<String>) {
    let log = File::options().create(true).append(true).open(folder.join("log"));
    let mut process = Command::new(KYCD)
        .args(["dev", "--listen", listen, "--operator-listen", "127.0.0.1:0"])
        .arg("--data-dir")
        .arg(folder.join("data"))
        .arg("--config")
        .arg(folder.join("kycd.toml"))
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log.expect("a file"))
        .spawn()
        .expect("the binary starts");
    let output = BufReader::new(process.stdout.take().expect("piped"));
    let (lines, printed) = channel();
    // To the end: whoever prints to a closed pipe dies of it.
    thread::spawn(move || output.lines().map_while(Result::ok).for_each(|line| _ = lines.send(line)));
    (process, printed)
}

/// Sends one request with a bearer token, and a JSON body unless that is null.
#[track_caller]
fn send(url: &str, token: &str, method_and_path: &str, body: &Value) -> Answer {
    let headers = format!("authorization: Bearer {token}\r\ncontent-type: application/json\r\nconnection: close\r\n");
    let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    exchange(address_of(url), request(method_and_path, &headers, &body))
}

fn address_of(url: &str) -> SocketAddr {
    let url = Url::parse(url).expect("a URL");
    let host = (url.host_str().expect("a host"), url.port_or_known_default().expect("a port"));
    let mut addresses = host.to_socket_addrs().expect("localhost is known");
    addresses.find(SocketAddr::is_ipv4).expect("it listens on 127.0.0.1")
}
