//! A folder in which kycd is used: the commands that are run there, and the servers.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;
use url::Url;

use crate::process::Process;
use crate::raw_http::{Answer, exchange, request};

pub(crate) const KYCD: &str = env!("CARGO_BIN_EXE_kycd");

/// Accounts of wallets.
pub(crate) const ACCOUNT: &str = "GAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB7JZX";

/// Everything that dev's type `sep6` asks for.
pub(crate) const ADA: &str = r#""first_name":"Ada","last_name":"Lovelace","email_address":"ada@example.com""#;

/// The folder, and the variables of all commands that are run in it.
pub(crate) struct Workplace {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

impl Workplace {
    pub(crate) fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().expect("a folder"), variables: Vec::new() };
        // A machine that stands still for a moment is no busy database.
        place.with("KYCD_DATABASE__ACQUIRE_TIMEOUT", "\"10s\"")
    }

    /// Everything here uses this database.
    pub(crate) fn on(database_url: &str) -> Self {
        Self::new().with("KYCD_DATABASE__URL", &format!("\"{database_url}\""))
    }

    /// Sets a variable of the environment.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn put(&self, name: &str, content: impl AsRef<[u8]>, mode: u32) {
        fs::write(self.path(name), content).expect("a file");
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(mode)).expect("a mode");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn mode(&self, name: &str) -> u32 {
        fs::metadata(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}")).permissions().mode() & 0o777
    }

    /// A command that is run here, with nothing in its environment but our variables.
    pub(crate) fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        let variables = self.variables.iter().map(|(name, value)| (name, value));
        command.current_dir(self.folder.path()).env_clear().env("PATH", "/usr/bin:/bin").envs(variables);
        command
    }

    /// Runs kycd to its end.
    pub(crate) fn kycd(&self, arguments: &[&str]) -> Outcome {
        Outcome::of(&self.command(KYCD).args(arguments).output().expect("kycd starts"))
    }

    /// Runs kycd, which has to succeed; gives what it printed.
    #[track_caller]
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let outcome = self.kycd(arguments);
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        outcome.stdout
    }

    /// Runs lines of shell as they are.
    pub(crate) fn sh(&self, lines: &str) -> Outcome {
        Outcome::of(&self.command("sh").args(["-euc", lines]).output().expect("sh starts"))
    }

    /// Starts dev on ports that nobody uses.
    pub(crate) fn dev(&self, arguments: &[&str]) -> Server {
        let mut command = self.command(KYCD);
        command.args(["dev", "--listen", "127.0.0.1:0", "--operator-listen", "127.0.0.1:0"]).args(arguments);
        let process = Process::start(command);
        process.wait_for_output("Ctrl-C");
        let at = arguments.iter().position(|argument| *argument == "--data-dir");
        let folder = at.map_or(".kycd", |at| arguments[at + 1]);
        let dev: Value = serde_json::from_str(&self.read(&format!("{folder}/dev.json"))).expect("JSON");
        let address = |member: &str| {
            let url = Url::parse(dev[member].as_str().expect("text")).expect("a URL");
            SocketAddr::from(([127, 0, 0, 1], url.port().expect("a port")))
        };
        Server { public: address("public_url"), operator: address("operator_url"), process, dev }
    }

    /// Starts `kycd serve`, and finds the ports in its log.
    pub(crate) fn serve(&self, arguments: &[&str]) -> Server {
        let mut command = self.command(KYCD);
        command.arg("serve").args(arguments);
        Server::serving(Process::start(command))
    }
}

/// How a command ended.
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Outcome {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
        let code = output.status.code().expect("it was not killed");
        Self { code, stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }
}

/// A running server.
pub(crate) struct Server {
    pub(crate) process: Process,
    pub(crate) public: SocketAddr,
    pub(crate) operator: SocketAddr,
    dev: Value,
}

impl Server {
    /// Waits until a `kycd serve` listens.
    pub(crate) fn serving(process: Process) -> Self {
        process.wait_for_log("\"listening\"");
        let log = process.log();
        let line = log.lines().find(|line| line.contains("\"listening\"")).expect("the line");
        let line: Value = serde_json::from_str(line).expect("a line of the log is JSON");
        let address = |name: &str| {
            let listening: SocketAddr = line[name].as_str().expect("text").parse().expect("an address");
            SocketAddr::from(([127, 0, 0, 1], listening.port()))
        };
        Self { public: address("public"), operator: address("operator"), process, dev: Value::Null }
    }

    /// A member of dev.json.
    #[track_caller]
    pub(crate) fn dev(&self, member: &str) -> &str {
        self.dev[member].as_str().unwrap_or_else(|| panic!("no {member}: {}", self.dev))
    }

    #[track_caller]
    pub(crate) fn get(&self, path: &str, token: &str) -> Answer {
        exchange(self.public, request(&format!("GET {path}"), &bearer(token), b""))
    }

    #[track_caller]
    pub(crate) fn put_customer(&self, token: &str, json: &str) -> Answer {
        exchange(self.public, put_customer(token, json))
    }

    #[track_caller]
    pub(crate) fn as_operator(&self, method_and_path: &str, key: &str, json: &str) -> Answer {
        exchange(self.operator, request(method_and_path, &json_as(key), json.as_bytes()))
    }

    /// How the customer of this token stands.
    #[track_caller]
    pub(crate) fn status(&self, path: &str, token: &str) -> String {
        let answer = self.get(path, token);
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["status"].as_str().expect("a text").to_owned()
    }
}

/// `PUT /customer` with this JSON.
pub(crate) fn put_customer(token: &str, json: &str) -> Vec<u8> {
    request("PUT /customer", &json_as(token), json.as_bytes())
}

fn json_as(token: &str) -> String {
    format!("{}content-type: application/json\r\n", bearer(token))
}

fn bearer(token: &str) -> String {
    format!("authorization: Bearer {token}\r\n")
}
