//! The README: what it tells people to type works as it stands there.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Stdio;

use rstest::rstest;
use serde_json::Value;

use crate::codes::wait_for_arrival;
use crate::database::{Database, Engine};
use crate::ports::uncommon_port;
use crate::process::Process;
use crate::sql::Sql;
use crate::workplace::{KYCD, Outcome, Server, Workplace};

const README: &str = include_str!("../../README.md");

#[test]
fn the_first_screen_has_the_two_commands() {
    let screen = README.lines().take(24).collect::<Vec<_>>().join("\n");
    assert!(screen.contains("\ncargo run --release -- dev ") && screen.contains("\ntests/run "), "{screen}");
    let manifest: toml::Table = include_str!("../../Cargo.toml").parse().expect("TOML");
    assert_eq!(manifest["package"]["default-run"].as_str(), Some("kycd"));
    let rust = manifest["package"]["rust-version"].as_str().expect("a version");
    assert!(README.contains(&format!("Rust {rust} ")));
}

#[test]
fn links_lead_somewhere() {
    let links = README.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let local: Vec<_> = links.filter(|link| !link.starts_with("https://")).collect();
    assert!(local.len() > 8, "{local:?}");
    for link in local {
        assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(link).exists(), "{link}");
    }
}

#[test]
fn the_map_shows_every_room() {
    let rooms = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).expect("src");
    for room in rooms.map(|room| room.expect("an entry")).filter(|room| room.path().is_dir()) {
        let name = format!("{}/", room.file_name().display());
        assert!(README.lines().any(|line| line.starts_with(['├', '└']) && line.contains(&name)), "{name}");
    }
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn the_three_curls_lead_to_an_accepted_customer(#[case] engine: Engine) {
    let database = engine.fresh_database().await;
    let place = Workplace::on(&database.url);
    let _dev = place.dev(&[]);

    let answers = json_lines(&place.sh(block("sh", "What does the customer type sep6 ask for?")));

    assert_eq!(answers.len(), 3);
    assert_eq!((&answers[0]["status"], &answers[2]["status"]), (&"NEEDS_INFO".into(), &"ACCEPTED".into()));
    assert_eq!(answers[1]["id"], answers[2]["id"]);
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn the_curls_of_payment_targets_answer_as_shown(#[case] engine: Engine) {
    let database = engine.fresh_database().await;
    let place = Workplace::on(&database.url);
    let _dev = place.dev(&[]);

    let answers = json_lines(&place.sh(block("sh", "payto_uri")));

    assert_eq!(answers.len(), 2);
    assert_eq!(answers[0], answers[1]);
    let members: Vec<_> = answers[0].as_object().expect("an object").keys().map(String::as_str).collect();
    let (_, shown) = README.split_once("`{\"h_payto\"").expect("what is shown");
    let shown = format!("{{\"h_payto\"{}", shown.split_once('`').expect("its end").0);
    let shown: Value = serde_json::from_str(&shown).expect("JSON");
    assert_eq!(members, shown.as_object().expect("an object").keys().collect::<Vec<_>>());
    assert_eq!(answers[0]["status"], shown["status"]);
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn the_curl_of_callbacks_registers_one(#[case] engine: Engine) {
    let database = engine.fresh_database().await;
    let place = Workplace::on(&database.url);
    let dev = place.dev(&[]);
    assert_eq!(dev.put_customer(dev.dev("token"), "{}").status, 202);

    assert_eq!(json_lines(&place.sh(block("sh", "/customer/callback"))), [serde_json::json!({})]);
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn the_curl_of_codes_verifies_what_the_three_curls_gave(#[case] engine: Engine) {
    let database = engine.fresh_database().await;
    let place = Workplace::on(&database.url);
    let (types, _) = block("toml", "verify =").split_once("[verification.email]").expect("senders below the type");
    place.put("codes.toml", types, 0o644);
    let dev = place.dev(&["--config", "codes.toml"]);
    let given = json_lines(&place.sh(block("sh", "What does the customer type sep6 ask for?")));
    assert_eq!(given[2]["provided_fields"]["email_address"]["status"], "VERIFICATION_REQUIRED");

    let start = format!("email_address_verification of customer {}: ", given[1]["id"].as_str().expect("an id"));
    let code = printed_code(&dev, &database, &start).await;
    place.sh(&block("sh", "email_address_verification").replace("123456", &code));

    assert_eq!(dev.status("/customer?type=sep6", dev.dev("token")), "ACCEPTED");
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn the_wallet_gets_from_the_home_domain_to_its_first_callback(#[case] engine: Engine) {
    let database = engine.fresh_database().await;
    let place = Workplace::on(&database.url);
    let dev = place.dev(&[]);
    // The README's ports are somebody else's here, and what it installs is in a folder of these tests.
    let wallet = block("js", "customer/callback").replace("3000", &uncommon_port().to_string());
    let home_domain = dev.dev("public_url").trim_start_matches("http://");
    place.put("wallet.mjs", wallet.replace("localhost:8000", home_domain), 0o644);
    let packages = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/node_modules");
    symlink(packages, place.path("node_modules")).expect("a link");

    let mut command = place.command("node");
    command.arg("wallet.mjs").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut node = command.spawn().expect("node starts");
    let answer = printed_code(&dev, &database, "email_address_verification of customer ").await + "\n";
    node.stdin.take().expect("piped").write_all(answer.as_bytes()).expect("it asks for the code");
    let outcome = node.wait_with_output().expect("it ends");

    let said = String::from_utf8_lossy(&outcome.stdout);
    assert!(outcome.status.success(), "{said}");
    assert!(said.contains("isGenuine: true") && said.contains("status: 'ACCEPTED'"), "{said}");
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn the_curls_of_files_give_one_to_a_customer(#[case] engine: Engine) {
    let database = engine.fresh_database().await;
    let place = Workplace::on(&database.url);
    let _dev = place.dev(&[]);
    place.put("photo.png", include_bytes!("../browser/photo.png"), 0o644);

    let answers = json_lines(&place.sh(block("sh", "photo.png")));

    assert_eq!(answers.len(), 2);
    assert_eq!(
        (&answers[1]["files"][0]["size"], &answers[1]["files"][0]["customer_id"]),
        (&74.into(), &answers[0]["id"])
    );
    assert!(README.contains("\"size\": 74,"));
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn the_curls_of_reviews_ask_a_customer_again(#[case] engine: Engine) {
    let database = engine.fresh_database().await;
    let place = Workplace::on(&database.url);
    let _dev = place.dev(&[]);
    place.sh(block("sh", "What does the customer type sep6 ask for?"));

    let answers = json_lines(&place.sh(block("sh", "/decisions\" -d")));

    assert_eq!(answers.len(), 4);
    assert_eq!(
        (&answers[0]["types"]["sep6"]["status"], &answers[1]["types"]["sep6"]["status"]),
        (&"ACCEPTED".into(), &"NEEDS_INFO".into())
    );
    assert_eq!(answers[1]["types"]["sep6"]["missing"], serde_json::json!(["last_name"]));
    assert_eq!(answers[2]["value"], "Lovelace");
    assert_eq!(answers[3]["entries"].as_array().map(Vec::len), Some(2));
    let customer = json_lines(&place.sh(block("sh", "What does the customer type sep6 ask for?")));
    assert_eq!(customer[0]["status"], "NEEDS_INFO");
    assert!(!answers[1].to_string().contains("Lovelace"), "values are masked");
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn the_configuration_and_the_commands_of_operation_run_a_server(#[case] engine: Engine) {
    let database = engine.fresh_database().await;
    let commands = block("sh", "kycd keys generate").trim_end();
    let (preparation, serve) = commands.rsplit_once('\n').expect("several lines");
    let bin = Path::new(KYCD).parent().expect("a folder").display();
    // The README's database and ports are somebody else's here.
    let place = Workplace::on(&database.url)
        .with("PATH", &format!("{bin}:/usr/bin:/bin"))
        .with("KYCD_SERVER__LISTEN", "\"127.0.0.1:0\"")
        .with("KYCD_OPERATOR__LISTEN", "\"127.0.0.1:0\"");
    place.put("kycd.toml", block("toml", "[server]"), 0o644);

    let prepared = place.sh(preparation);
    assert_eq!(prepared.code, 0, "{}", prepared.stderr);
    let lines: Vec<_> = prepared.stdout.lines().collect();
    assert_eq!(lines[..3], ["keys/master-1.key", "the configuration is right", "the schema is up to date"]);
    let mut command = place.command("sh");
    command.args(["-c", &format!("exec {serve}")]);
    let server = Server::serving(Process::start(command));

    assert_eq!(server.as_operator("GET /readyz", "", "").status, 200);
    let target = r#"{"payto_uri":"payto://iban/DE75512108001245126199"}"#;
    assert_eq!(server.as_operator("PUT /payment-targets", lines[3], target).status, 200);
    assert_eq!(server.get("/kyc-proof/eid", "").status, 400, "a provider, and a request without state");
}

#[test]
fn the_senders_of_codes_are_right() {
    let place = Workplace::new();
    let (_, senders) = block("toml", "verify =").split_once("\n\n").expect("senders below the type");
    let types = block("toml", "[server]").replace("optional_fields", "verify = [\"email_address\"]\noptional_fields");
    place.put("kycd.toml", format!("{types}{senders}"), 0o644);
    place.run(&["keys", "generate", "--out", "keys"]);
    for secret in ["keys/jwt.secret", "keys/eid.secret", "keys/smtp.secret", "keys/sms.secret"] {
        place.put(secret, "a-secret-of-thirty-two-bytes-or-more", 0o600);
    }

    assert_eq!(place.run(&["config", "check", "--config", "kycd.toml"]), "the configuration is right\n");
}

#[test]
fn the_example_is_right_without_any_variable() {
    let place = Workplace::new();
    place.put("kycd.toml", block("toml", "[server]"), 0o644);
    place.run(&["keys", "generate", "--out", "keys"]);
    place.put("keys/jwt.secret", "a secret of thirty-two bytes or more", 0o600);
    place.put("keys/eid.secret", "what the provider gave you", 0o600);

    assert_eq!(place.run(&["config", "check", "--config", "kycd.toml"]), "the configuration is right\n");
}

/// The code that is printed on a line that starts so, as soon as it counts.
async fn printed_code(dev: &Server, database: &Database, start: &str) -> String {
    dev.process.wait_for_output(start);
    wait_for_arrival(&mut Sql::connect(database).await).await;
    let output = dev.process.output();
    let line = output[output.find(start).expect("the line")..].lines().next().expect("the line");
    line.rsplit(' ').next().expect("a code").to_owned()
}

/// The fenced block of a language that contains these words.
fn block(language: &str, words: &str) -> &'static str {
    README
        .split(&format!("\n```{language}\n"))
        .skip(1)
        .filter_map(|rest| rest.split_once("```").map(|(block, _)| block))
        .find(|block| block.contains(words))
        .unwrap_or_else(|| panic!("no {language} with {words}"))
}

/// What several curls printed.
fn json_lines(outcome: &Outcome) -> Vec<Value> {
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
    outcome.stdout.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}
