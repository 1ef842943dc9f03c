//! Erasing a customer (DEL).

use rstest::rstest;
use serde_json::{Value, json};

use crate::client::Part;
use crate::database::Engine;
use crate::samples;
use crate::server::{Server, account, contract, muxed, token};

/// DEL-01.
#[rstest]
fn an_erased_customer_is_gone(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let parts = [Part::text("first_name", "Ada"), Part::file("photo_id_front", "image/png", samples::png())];
    let id = server.put(&token).multipart(parts).send().id();

    assert_eq!(server.delete(&token, &account(1)).send().customer(), json!({}));

    assert_eq!(["payment_targets", "statuses", "files", "file_chunks"].map(|table| server.count(table)), [0; 4]);
    server.get(&token).query("id", &id).send().refusal(404);
    server.put(&token).json(&json!({ "id": id, "first_name": "Ada" })).send().refusal(404);
    let stranger = server.get(&token).send().customer();
    assert_eq!((&stranger["status"], stranger.get("id")), (&json!("NEEDS_INFO"), None));
    assert_eq!(stranger.get("provided_fields"), None);
    assert_ne!(server.register(&token), id);
}

/// DEL-02.
#[rstest]
#[case::plain(account(1), account(1))]
#[case::with_memo(format!("{}:5", account(1)), account(1))]
#[case::muxed(muxed(1, 5), muxed(1, 5))]
#[case::contract(contract(1), contract(1))]
fn erasing_twice_is_404(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] subject: String,
    #[case] named: String,
) {
    let (server, token) = (Server::start(engine), token(subject));
    server.register(&token);

    assert_eq!(server.delete(&token, &named).send().customer(), json!({}));
    assert_eq!(server.delete(&token, &named).send().refusal(404), "not found");
}

/// Whom the path and its memo name is erased, or nobody.
#[rstest]
#[case::an_id_in_the_query("id={other}", json!({}))]
#[case::an_id_in_the_body("", json!({ "id": "{other}" }))]
#[case::another_account_in_the_query("account=GB", json!({}))]
#[case::another_account_in_the_body("", json!({ "account": account(2) }))]
#[case::a_transaction("", json!({ "transaction_id": "82fhs729f63dh0v4" }))]
fn whoever_could_mean_somebody_else_erases_nobody(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] query: &str,
    #[case] body: Value,
) {
    let (server, token) = (Server::start(engine), token(account(1)));
    server.register(&token);
    let other = server.put(&token).json(&json!({ "memo": "6", "memo_type": "id" })).send().id();
    let query = query.replace("{other}", &other);
    let body: Value = body.to_string().replace("{other}", &other).parse().expect("JSON");

    server.delete(&token, &account(1)).raw_query(&query).json(&body).send().refusal(400);
}

/// DEL-02.
#[rstest]
fn erasing_nobody_is_404(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = Server::start(engine);

    server.delete(&token(account(1)), &account(1)).send().refusal(404);
}

/// What an operator made known is no customer before a wallet registers it.
#[rstest]
fn a_payment_target_that_no_wallet_registered_is_404(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let target = json!({ "payto_uri": format!("payto://stellar/{}", account(1)) });
    let key = server.operator_key();
    assert_eq!(server.operate("PUT", "/payment-targets").token(&key).json(&target).send().status, 200);

    server.delete(&token, &account(1)).send().refusal(404);

    assert_eq!(server.count("payment_targets"), 1);
}

#[rstest]
#[case::form("application/x-www-form-urlencoded", "memo=5&memo_type=id")]
#[case::json("application/json", r#"{"memo":5}"#)]
fn the_body_of_an_erasure_may_have_any_format(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] media_type: &str,
    #[case] body: &str,
) {
    let (server, token) = (Server::start(engine), token(account(1)));
    server.put(&token).json(&json!({ "memo": 5 })).send().id();

    assert_eq!(server.delete(&token, &account(1)).body(media_type, body).send().customer(), json!({}));

    assert_eq!(server.count("payment_targets"), 0);
}
