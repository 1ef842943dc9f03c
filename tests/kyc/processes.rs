//! Servers that are processes of their own: two at once over one database, and one that is killed while a provider holds
//! its token call.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use kycd::auth::OperatorKey;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use rstest::rstest;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::browser::{Browser, Page};
use crate::database::Engine;
use crate::ports::uncommon_port;
use crate::provider::{ACCESS_TOKEN, Endpoint, Mode, Reply};
use crate::setting::{PUBLIC_URL, Setting};

/// The real binary, as a process of its own; killed when this is dropped.
struct Dev {
    process: Child,
    /// Held open for what it still prints.
    _output: BufReader<ChildStdout>,
    /// `dev.json`.
    told: Value,
    /// Where it really listens.
    listens: String,
}

impl Dev {
    /// Starts it while the setting's own server goes on, which may be in the middle of a transaction.
    async fn start(folder: &Path) -> Self {
        Self::start_at(folder, "127.0.0.1:0".to_owned()).await
    }

    async fn start_at(folder: &Path, listen: String) -> Self {
        let folder = folder.to_owned();
        tokio::task::spawn_blocking(move || Self::start_blocking(&folder, &listen)).await.unwrap()
    }

    fn start_blocking(folder: &Path, listen: &str) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_kycd"))
            .args(["dev", "--listen", listen, "--operator-listen", "127.0.0.1:0", "--data-dir"])
            .arg(folder.join("data"))
            .arg("--config")
            .arg(folder.join("kycd.toml"))
            .stdout(Stdio::piped())
            .stderr(File::create(folder.join("kycd.log")).unwrap())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        while line.trim().is_empty() {
            let log = || fs::read_to_string(folder.join("kycd.log")).unwrap();
            assert!(output.read_line(&mut line).unwrap() > 0, "it ended: {}", log());
        }
        assert!(line.contains("kycd is ready"), "{line}");
        let told: Value = serde_json::from_str(&fs::read_to_string(folder.join("data/dev.json")).unwrap()).unwrap();
        let listens = told["public_url"].as_str().unwrap().to_owned();
        Self { process, _output: output, told, listens }
    }

    fn told(&self, name: &str) -> &str {
        self.told[name].as_str().unwrap()
    }

    /// Lets it end, so that its log is whole.
    async fn stop(mut self) {
        kill(Pid::from_raw(self.process.id().try_into().unwrap()), Signal::SIGTERM).unwrap();
        let end = tokio::task::spawn_blocking(move || self.process.wait()).await.unwrap();
        assert!(end.unwrap().success());
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

/// The mistake: the provider's JSON stands in the log, where it is for nobody's eyes. Ours names our own claims, and that is enough to find the fault.
#[rstest]
#[tokio::test]
async fn the_providers_json_in_the_log(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("kycd.toml"), toml_of(&setting) + "[log]\nlevel = \"trace\"\n").unwrap();
    let server = Dev::start(folder.path()).await;
    let browser = Browser::new(server.told("public_url"));
    let page = setting.page_of(&server.told("kyc_url").replace(server.told("public_url"), PUBLIC_URL));
    let returned = setting.log_in(&browser, &page).await;
    let claims = json!({ "sub": "subject-canary", "given_name": "given-canary", "email": "mail-canary@example.com" });
    let token = json!({ "error": "error-canary", "error_description": "description-canary" });

    setting.now_misbehaves([Mode::Answers(Endpoint::Userinfo, Reply::Json(200, claims))]);
    let trouble = browser.come_back(&returned).await;
    setting.now_misbehaves([Mode::Answers(Endpoint::Token, Reply::Json(400, token))]);
    let again = setting.eid.authorize(&browser.press(&trouble).await.destination());
    assert_eq!((trouble.status, browser.come_back(&again).await.status), (502, 502));

    server.stop().await;
    let log = fs::read_to_string(folder.path().join("kycd.log")).unwrap();
    assert!(log.contains("the claim email is missing") && log.contains("an error code of its own"), "{log}");
    let (hash, nonce) = returned.state.split_once('.').unwrap();
    for secret in ["canary", "a secret of the operator", ACCESS_TOKEN, hash, nonce] {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
}

/// Two processes of the real binary over one database, reached by one name as behind a load balancer.
struct Pair {
    setting: Setting,
    one: Dev,
    other: Dev,
    /// A browser at either, with the same cookies until it gets others.
    here: Browser,
    page: String,
    _folders: [TempDir; 2],
}

impl Pair {
    async fn start(engine: Engine) -> Self {
        let setting = Setting::start(engine).await;
        let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        for folder in &folders {
            fs::write(folder.path().join("kycd.toml"), toml_of(&setting)).unwrap();
            // One key for the operator of both.
            let data = folder.path().join("data");
            DirBuilder::new().mode(0o700).create(&data).unwrap();
            let mut key =
                OpenOptions::new().write(true).create_new(true).mode(0o600).open(data.join("operator.key")).unwrap();
            key.write_all(OperatorKey::new([8; 32]).printable().expose().as_bytes()).unwrap();
        }
        let one = Dev::start(folders[0].path()).await;
        // The name is in the redirect URI.
        let named = format!("{}[server]\npublic_url = {:?}\n", toml_of(&setting), one.told("public_url"));
        fs::write(folders[1].path().join("kycd.toml"), named).unwrap();
        let listen = format!("127.0.0.1:{}", uncommon_port());
        let mut other = Dev::start_at(folders[1].path(), listen.clone()).await;
        other.listens = format!("http://{listen}");
        let here = Browser::new(&one.listens);
        let page = setting.page_of(&one.told("kyc_url").replace(one.told("public_url"), PUBLIC_URL));
        Self { setting, one, other, here, page, _folders: folders }
    }

    /// The browser, at the other process.
    fn there(&self) -> Browser {
        self.here.at(&self.other.listens)
    }
}

/// OA-03, with two processes of the real binary.
#[rstest]
#[tokio::test]
async fn a_callback_sent_to_two_processes_at_once_makes_one_token_call_and_two_redirects(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let pair = Pair::start(engine).await;
    let (setting, here) = (&pair.setting, &pair.here);
    let returned = setting.log_in(here, &pair.page).await;
    let there = pair.there();
    let gate = setting.hold_tokens();

    let opening = async {
        gate.reached().await;
        gate.open();
    };
    let (first, second, ()) = tokio::join!(here.come_back(&returned), there.come_back(&returned), opening);

    for end in [first, second] {
        assert_eq!((end.status, end.header("location")), (302, pair.page.as_str()));
    }
    assert_eq!((setting.token_calls(), setting.eid.received("/userinfo").len()), (1, 1));
    assert_eq!(pair.one.customer(here).await.json()["status"], json!("ACCEPTED"));
}

#[rstest]
#[tokio::test]
async fn whoever_leaves_one_process_may_come_back_to_another_and_whoever_watches_the_first_is_told(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let pair = Pair::start(engine).await;
    let (setting, here) = (&pair.setting, &pair.here);
    let returned = setting.log_in(here, &pair.page).await;
    let (hash, _) = returned.state.split_once('.').unwrap();
    let token = pair.page.split(['/', '?']).nth(2).unwrap();
    let info = format!("/kyc-info/{token}?type=sep6-high&timeout_ms=60000");
    let check = format!("/kyc-check/{hash}?type=sep6-high&lpt=3&timeout_ms=60000");
    let etag = here.get(&info).await.header("etag").to_owned();
    let (authorization, known) = ([("authorization", &*format!("Bearer {token}"))], [("if-none-match", &*etag)]);

    let watching = (here.send("GET", &check, &authorization, ""), here.send("GET", &info, &known, ""));
    let there = pair.there();
    let coming_back = async {
        // Those who watch are asking first, as far as anybody can tell.
        here.get(&pair.page).await;
        there.come_back(&returned).await
    };
    let (checked, informed, end) = tokio::join!(watching.0, watching.1, coming_back);

    assert_eq!((end.status, end.header("location")), (302, pair.page.as_str()));
    assert_eq!((checked.status, informed.status), (200, 204));
    assert_eq!(here.come_back(&returned).await.header("location"), pair.page, "a reload where it left");
    assert_eq!(setting.token_calls(), 1);
}

#[rstest]
#[tokio::test]
async fn a_process_that_is_killed_during_an_exchange_is_survived_by_another(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Pair { setting, one, other, here, page, _folders } = Pair::start(engine).await;
    let returned = setting.log_in(&here, &page).await;
    let there = here.at(&other.listens);
    let accepted = "statuses WHERE type = 'sep6-high' AND status = 'ACCEPTED'";
    let gate = setting.hold_tokens();
    tokio::select! {
        page = here.come_back(&returned) => panic!("{page:?}"),
        () = gate.reached() => drop(one),
    }
    setting.now_misbehaves([]);

    // Nobody can know that it is dead: its claim is waited for, until it lapses.
    let (trouble, ()) = tokio::join!(there.come_back(&returned), async {
        there.get(&page).await;
        assert_eq!(setting.count("processes WHERE state = 'exchanging'").await, 1);
        setting.change("UPDATE processes SET deadline = 1").await;
    });

    assert_eq!(trouble.status, 504);
    assert_eq!(setting.token_calls(), 1, "the code is not sent again");
    assert_eq!(there.come_back(&returned).await.body, trouble.body, "nor after a reload");
    assert_eq!(setting.count(accepted).await, 0);
    let again = setting.eid.authorize(&there.press(&trouble).await.destination());
    assert_eq!(there.come_back(&again).await.header("location"), page);
    assert_eq!(setting.count(accepted).await, 1);
}

#[rstest]
#[tokio::test]
async fn a_code_that_a_killed_server_was_exchanging_counts_as_spent(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("kycd.toml"), toml_of(&setting)).unwrap();
    let server = Dev::start(folder.path()).await;
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

    let server = Dev::start(folder.path()).await;
    let browser = browser.at(server.told("public_url"));
    let trouble = browser.come_back(&returned).await;
    assert_eq!(trouble.status, 504);
    assert_eq!(setting.token_calls(), 1, "the code is not sent again");
    assert_eq!(server.customer(&browser).await.json()["status"], json!("NEEDS_INFO"));

    let again = setting.eid.authorize(&browser.press(&trouble).await.destination());
    assert_eq!(browser.come_back(&again).await.header("location"), page);
    assert_eq!(server.customer(&browser).await.json()["status"], json!("ACCEPTED"));
}
