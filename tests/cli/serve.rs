//! `kycd serve`: from an empty folder to customers.

use rstest::rstest;
use serde_json::Value;

use crate::database::Engine;
use crate::workplace::{ACCOUNT, ADA, Workplace};

/// A production configuration but for its ports, and for the database, which comes by the environment.
pub(crate) const CONFIGURATION: &str = r#"
[server]
listen = "127.0.0.1:0"
public_url = "https://kyc.example.com"
[operator]
listen = "127.0.0.1:0"
[keys]
master_key_files = ["keys/master-1.key"]
[[token_issuers]]
kind = "sep10"
issuer = "https://anchor.example.com/auth"
algorithm = "HS256"
secret_file = "keys/jwt.secret"
[customer_types.sep6]
fields = ["first_name", "last_name", "email_address"]
[payment_targets]
provider = "eid"
[providers.eid]
kind = "oauth2"
issuer = "https://eid.example.com"
client_id = "kycd"
client_auth = "none"
"#;

/// A folder in which `kycd serve --config kycd.toml` starts.
pub(crate) fn prepared(database_url: &str) -> Workplace {
    let place = Workplace::on(database_url);
    assert_eq!(place.run(&["keys", "generate", "--out", "keys"]), "keys/master-1.key\n");
    place.put("keys/jwt.secret", "a secret of thirty-two bytes or more", 0o600);
    place.put("kycd.toml", CONFIGURATION, 0o644);
    place
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn generated_keys_a_file_and_an_operator_key_are_all_it_needs(#[case] engine: Engine) {
    let database = engine.fresh_database().await;
    let place = prepared(&database.url);
    let key = place.run(&["operator-key", "create", "payments", "--config", "kycd.toml"]);
    let token = place.run(&["token", "--account", ACCOUNT, "--config", "kycd.toml"]);
    let (key, token) = (key.trim_end(), token.trim_end());

    let server = place.serve(&["--config", "kycd.toml"]);

    assert_eq!(server.put_customer(token, &format!("{{{ADA}}}")).status, 202);
    assert_eq!(server.status("/customer", token), "ACCEPTED");
    let target = r#"{"payto_uri":"payto://iban/DE75512108001245126199"}"#;
    let known = server.as_operator("PUT /payment-targets", key, target);
    assert_eq!(known.status, 200, "{}", known.text());
    assert!(known.json()["kyc_url"].as_str().expect("text").starts_with("https://kyc.example.com/kyc-spa/"));
    assert_eq!(server.as_operator("PUT /payment-targets", token, target).status, 401);
    let (status, output, log) = server.process.stop();
    assert_eq!(status.code(), Some(0), "{log}");
    assert_eq!(output, "", "standard output is not for logs");
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect("a JSON object")).collect();
    for line in &lines {
        // A library warns of what takes a slow machine a second; our own lines have nothing to warn of.
        let ours = line["target"].as_str().is_some_and(|target| target.starts_with("kycd"));
        assert!(line["timestamp"].is_string() && (line["level"] == "INFO" || !ours), "{line}");
    }
    assert_eq!(lines.last().map(|line| &line["message"]), Some(&"stopped".into()));
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn the_environment_alone_is_enough(#[case] engine: Engine) {
    let database = engine.fresh_database().await;
    let place = Workplace::on(&database.url)
        .with("KYCD_SERVER__LISTEN", "\"127.0.0.1:0\"")
        .with("KYCD_SERVER__PUBLIC_URL", "\"https://kyc.example.com\"")
        .with("KYCD_OPERATOR", "{ listen = \"127.0.0.1:0\" }")
        .with("KYCD_KEYS__MASTER_KEY_FILES", "[\"keys/master-1.key\"]")
        .with("KYCD_CUSTOMER_TYPES__SEP6__FIELDS", "[\"first_name\"]")
        .with(
            "KYCD_TOKEN_ISSUERS",
            r#"[{ kind = "sep10", issuer = "https://a.example.com", algorithm = "HS256", secret_file = "jwt" }]"#,
        );
    place.run(&["keys", "generate", "--out", "keys"]);
    place.put("jwt", "a secret of thirty-two bytes or more", 0o400);
    place.put("empty.toml", "", 0o644);
    let token = place.run(&["token", "--account", ACCOUNT, "--config", "empty.toml"]);

    let server = place.serve(&[]);

    let needed = server.get("/customer", token.trim_end()).json();
    assert_eq!(needed["fields"]["first_name"]["type"], "string", "{needed}");
}
