//! The SDK of wallets signs in, adds, updates, reads, uploads and deletes.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use rstest::rstest;
use serde_json::{Value, json};

use crate::database::Engine;
use crate::server::Server;
use crate::wallet::Wallet;

const ACCOUNT: &str = "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ";
/// An account that signs in, and its seed.
const SIGNER: &str = "GAMX62ZD4FWIKMWGVPEDR6WNL2TYTPQMO2ZJEAZUAON7VCZ5G2GWDF7W";
const SECRET: &str = "SAVCUKRKFIVCUKRKFIVCUKRKFIVCUKRKFIVCUKRKFIVCUKRKFIVCVLG5";
/// The first account with the id 0, and with 2^63 (SEP-23).
const MUXED: &str = "MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUAAAAAAAAAAAACJUQ";
const MUXED_BIG: &str = "MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVAAAAAAAAAAAAAJLK";

#[rstest]
#[case::of_an_account(ACCOUNT, None)]
#[case::of_an_account_with_a_memo(ACCOUNT, Some(u64::MAX))]
#[case::of_a_muxed_account(MUXED, None)]
#[case::of_a_muxed_account_with_a_big_id(MUXED_BIG, None)]
#[tokio::test]
async fn a_wallet_keeps_a_customer(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] account: &str,
    #[case] memo: Option<u64>,
) {
    let server = Server::start(engine, "").await;
    let mut wallet = Wallet::connect(&server, &server.token(account, memo));
    assert_eq!(wallet.read(&json!({ "type": "sep6" })), json!({ "not_found": true }));

    let added = wallet.add(&json!({ "sep9Info": { "first_name": "Ada", "last_name": "Lovelace" }, "type": "sep6" }));
    let id = added["id"].as_str().expect("an id");
    let customer = wallet.read(&json!({ "id": id, "type": "sep6" }));
    assert_eq!((&customer["id"], &customer["status"]), (&json!(id), &json!("NEEDS_INFO")));
    assert_eq!(names(&customer["fields"]), ["email_address", "photo_id_front"]);

    let updated = wallet.update(&json!({ "id": id, "sep9Info": { "email_address": "ada@example.com" } }));
    assert_eq!(updated, json!({ "id": id }));
    assert_eq!(wallet.read(&json!({ "type": "sep6" }))["status"], json!("ACCEPTED"));

    let photo = BASE64.encode(include_bytes!("photo.png"));
    let uploaded = wallet.update(&json!({ "id": id, "sep9BinaryInfo": { "photo_id_front": photo } }));
    assert_eq!(uploaded, json!({ "id": id }));
    let customer = wallet.read(&json!({ "id": id }));
    assert_eq!(names(&customer["provided_fields"]), ["email_address", "first_name", "last_name", "photo_id_front"]);
    assert_eq!(customer["provided_fields"]["photo_id_front"]["type"], json!("binary"));
    assert_eq!(server.stored_statuses().await.len(), 1);

    assert_eq!(wallet.delete(&Value::Null), Value::Null);
    assert_eq!(wallet.read(&json!({ "type": "sep6" })), json!({ "not_found": true }));
    assert_eq!(wallet.read(&json!({ "id": id }))["refused"], json!(404));
    assert_eq!(server.stored_statuses().await, []);
}

#[rstest]
#[case::as_an_account(json!({}), SIGNER)]
#[case::as_a_user_of_an_account(json!({ "memo": "18446744073709551615" }), &format!("{SIGNER}:18446744073709551615"))]
#[case::of_a_domain(json!({ "proves_domain": true }), SIGNER)]
#[case::that_signs_its_request(json!({ "signs_request": true }), SIGNER)]
#[tokio::test]
async fn a_wallet_needs_nothing_but_the_home_domain(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] mut parameters: Value,
    #[case] subject: &str,
) {
    let server = Server::start(engine, "").await;
    parameters["secret"] = json!(SECRET);

    let (mut wallet, token) = Wallet::sign_in(&server, &parameters);
    let person = json!({ "first_name": "Ada", "last_name": "Lovelace", "email_address": "ada@example.com" });
    wallet.add(&json!({ "sep9Info": person, "type": "sep6" }));

    assert_eq!(wallet.read(&json!({ "type": "sep6" }))["status"], json!("ACCEPTED"));
    let claims = claims(&token);
    assert_eq!(claims["sub"], json!(subject));
    assert_eq!(claims["iss"], json!(format!("{}/auth", server.public_url())));
    assert_eq!(claims["client_domain"].is_string(), parameters["proves_domain"] == json!(true), "{claims}");
}

fn claims(token: &str) -> Value {
    let claims = token.split('.').nth(1).expect("three parts");
    serde_json::from_slice(&BASE64URL_NOPAD.decode(claims.as_bytes()).expect("base64url")).expect("JSON")
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_wallet_learns_which_field_was_refused(#[case] engine: Engine) {
    let server = Server::start(engine, "").await;
    let mut wallet = Wallet::connect(&server, &server.token(ACCOUNT, None));

    let text = wallet.add(&json!({ "sep9Info": { "email_address": "nonsense" } }));
    let file = wallet.add(&json!({ "sep9BinaryInfo": { "photo_id_front": BASE64.encode(b"no picture") } }));

    for (answer, field) in [(text, "email_address"), (file, "photo_id_front")] {
        assert_eq!(answer["refused"], json!(400));
        assert!(answer["error"].as_str().expect("a text").contains(field), "{answer}");
    }
    assert_eq!(wallet.delete(&json!(MUXED))["refused"], json!(404), "the account's own customer 0 is not there");
}

fn names(fields: &Value) -> Vec<&str> {
    let mut names: Vec<_> = fields.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names
}
