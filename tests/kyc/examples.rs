//! The ready examples of `config/providers`: right as they stand, and used as they stand but for addresses and files.

use std::fs;
use std::path::Path;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use data_encoding::BASE64;
use rstest::rstest;
use serde_json::{Map, Value, json};

use crate::database::Engine;
use crate::provider::{CLIENT_ID, Document, Mode};
use crate::setting::Setting;

/// The table of an example, with its files in `folder` and everything that it names at `origin`.
fn example(file: &str, folder: &Path, origin: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/providers").join(file);
    let text = fs::read_to_string(path).unwrap().replace("/etc/kycd", folder.to_str().unwrap());
    let parsed: Value = toml::from_str(&text).unwrap();
    let providers = parsed["providers"].as_object().unwrap();
    assert_eq!(providers.len(), 1, "{file}");
    let mut provider: Map<String, Value> = providers.values().next().unwrap().as_object().unwrap().clone();
    for (key, value) in &mut provider {
        match key.as_str() {
            "client_id" => *value = CLIENT_ID.into(),
            "issuer" => *value = origin.into(),
            "setup_url" => *value = format!("{origin}/setup").into(),
            "authorize_url" => *value = format!("{origin}/authorize").into(),
            "token_url" => *value = format!("{origin}/token").into(),
            "userinfo_url" => *value = format!("{origin}/userinfo").into(),
            "signing_algorithms" => *value = json!(["EdDSA"]),
            _ => {}
        }
    }
    // The fields of a setting that the example does not speak of.
    let absent = ["authorize_url", "token_url", "userinfo_url", "client_secret", "scopes"];
    for key in absent {
        provider.entry(key).or_insert(Value::Null);
    }
    provider.into()
}

#[rstest]
#[case::generic("generic-oidc.toml", &[], "first_name")]
#[case::keycloak("keycloak.toml", &[], "first_name")]
#[case::challenger(
    "challenger.toml",
    &[
        Mode::Says(Document::Claims, "id", json!(4711)),
        Mode::Says(Document::Claims, "address", json!({ "CONTACT_EMAIL": "ada@example.com" })),
        Mode::Says(Document::Claims, "expires", json!({ "t_s": 4_000_000_000_u64 })),
    ],
    "email_address"
)]
#[case::itsme(
    "itsme.toml",
    &[
        Mode::SignsUserinfo,
        Mode::Says(Document::IdToken, "acr", json!("http://itsme.services/v2/claim/acr_advanced")),
    ],
    "first_name"
)]
#[tokio::test]
async fn an_example_proves_a_customer(
    #[case] file: &str,
    #[case] modes: &[Mode],
    #[case] proven: &str,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let folder = tempfile::tempdir().unwrap();
    let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
    let pem = BASE64.encode(key.as_ref());
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{pem}\n-----END PRIVATE KEY-----\n");
    fs::write(folder.path().join("keycloak.pem"), pem).unwrap();
    for name in ["oidc.secret", "challenger.secret", "itsme.secret"] {
        fs::write(folder.path().join(name), "a secret of the operator").unwrap();
    }
    let setting = Setting::with_origin(engine, |origin| example(file, folder.path(), origin)).await;
    setting.now_misbehaves(modes);
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    let end = browser.come_back(&returned).await;
    assert_eq!(end.status, 302, "{}", end.body);
    let customer = setting.get_customer("sep6-high").await;
    assert_eq!(customer["provided_fields"][proven]["status"], "ACCEPTED", "{customer}");
}
