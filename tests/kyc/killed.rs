//! A server that is killed while a provider holds its token call.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use rstest::rstest;
use serde_json::{Value, json};

use crate::browser::{Browser, Page};
use crate::database::Engine;
use crate::setting::{PUBLIC_URL, Setting};

/// The real binary, as a process of its own; killed when this is dropped.
struct Dev {
    process: Child,
    /// Held open for what it still prints.
    _output: BufReader<ChildStdout>,
    /// `dev.json`.
    told: Value,
}

impl Dev {
    fn start(folder: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_kycd"))
            .args(["dev", "--listen", "127.0.0.1:0", "--operator-listen", "127.0.0.1:0", "--data-dir"])
            .arg(folder.join("data"))
            .arg("--config")
            .arg(folder.join("kycd.toml"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        while line.trim().is_empty() {
            assert!(output.read_line(&mut line).unwrap() > 0, "it ended");
        }
        assert!(line.contains("kycd is ready"), "{line}");
        let told = serde_json::from_str(&fs::read_to_string(folder.join("data/dev.json")).unwrap()).unwrap();
        Self { process, _output: output, told }
    }

    fn told(&self, name: &str) -> &str {
        self.told[name].as_str().unwrap()
    }

    async fn customer(&self, browser: &Browser) -> Page {
        let token = format!("Bearer {}", self.told("token"));
        browser.send("GET", "/customer?type=sep6-high", &[("authorization", &token)], "").await
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        self.process.kill().expect("SIGKILL");
        self.process.wait().expect("it is dead");
    }
}

/// The configuration of a setting as a file for `dev`: its values are texts and lists of texts, alike in JSON and TOML.
fn toml_of(setting: &Setting) -> String {
    let table = |name: &str, values: &Value| {
        let pairs = values.as_object().unwrap().iter().filter(|(_, value)| !value.is_object());
        pairs.fold(format!("[{name}]\n"), |table, (key, value)| table + &format!("{key} = {value}\n"))
    };
    let config = &setting.config;
    let eid = &config["providers"]["eid"];
    [
        table("database", &config["database"]),
        table("keys", &config["keys"]),
        table("payment_targets", &config["payment_targets"]),
        table("customer_types.sep6-high", &config["customer_types"]["sep6-high"]),
        table("providers.eid", eid),
        table("providers.eid.claims", &eid["claims"]),
    ]
    .concat()
}

#[rstest]
#[tokio::test]
async fn a_code_that_a_killed_server_was_exchanging_counts_as_spent(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("kycd.toml"), toml_of(&setting)).unwrap();
    let server = Dev::start(folder.path());
    let browser = Browser::new(server.told("public_url"));
    let page = setting.page_of(&server.told("kyc_url").replace(server.told("public_url"), PUBLIC_URL));
    let returned = setting.log_in(&browser, &page).await;
    let gate = setting.hold_tokens();

    tokio::select! {
        page = browser.come_back(&returned) => panic!("{page:?}"),
        () = gate.reached() => drop(server),
    }
    setting.now_misbehaves([]);
    assert_eq!(setting.count("processes WHERE state = 'exchanging'").await, 1);
    setting.change("UPDATE processes SET deadline = 1").await;

    let server = Dev::start(folder.path());
    let browser = browser.at(server.told("public_url"));
    let trouble = browser.come_back(&returned).await;
    assert_eq!(trouble.status, 504);
    assert_eq!(setting.token_calls(), 1, "the code is not sent again");
    assert_eq!(server.customer(&browser).await.json()["status"], json!("NEEDS_INFO"));

    let again = setting.eid.authorize(&browser.press(&trouble).await.destination());
    assert_eq!(browser.come_back(&again).await.header("location"), page);
    assert_eq!(server.customer(&browser).await.json()["status"], json!("ACCEPTED"));
}
