//! Requests for challenges that a wallet signs itself.

use data_encoding::BASE64URL_NOPAD;
use rstest::rstest;
use serde_json::{Value, json};

use super::{STRANGER, WALLET, start};
use crate::database::Engine;
use crate::server::HOME_DOMAIN;
use crate::stellar::Key;

/// A wallet's own JWT about a request.
fn authorization(signer: u8, change: impl FnOnce(&mut Value)) -> String {
    let now = jsonwebtoken::get_current_timestamp();
    let mut claims = json!({
        "iat": now, "exp": now + 900, "account": Key::of(WALLET).address(), "memo": "5",
        "web_auth_endpoint": "http://localhost:8000/auth",
    });
    change(&mut claims);
    let encode = |json: &str| BASE64URL_NOPAD.encode(json.as_bytes());
    let head_and_claims = format!("{}.{}", encode(r#"{"alg":"EdDSA"}"#), encode(&claims.to_string()));
    format!("{head_and_claims}.{}", BASE64URL_NOPAD.encode(&Key::of(signer).sign(head_and_claims.as_bytes())))
}

#[rstest]
#[case::as_it_should_be(WALLET, |_: &mut Value| {}, 200)]
#[case::by_a_stranger(STRANGER, |_: &mut Value| {}, 400)]
#[case::for_another_server(WALLET, |it: &mut Value| it["web_auth_endpoint"] = json!("https://bank.example.com"), 400)]
#[case::for_no_server(WALLET, |it: &mut Value| it["web_auth_endpoint"] = Value::Null, 400)]
#[case::for_another_account(WALLET, |it: &mut Value| it["account"] = json!(Key::of(STRANGER).address()), 400)]
#[case::for_another_memo(WALLET, |it: &mut Value| it["memo"] = json!("6"), 400)]
#[case::without_the_memo(WALLET, |it: &mut Value| it["memo"] = Value::Null, 400)]
#[case::for_a_client_domain(WALLET, |it: &mut Value| it["client_domain"] = json!("wallet.example.org"), 400)]
#[case::for_a_home_domain(WALLET, |it: &mut Value| it["home_domain"] = json!(HOME_DOMAIN), 400)]
#[case::expired(WALLET, |it: &mut Value| it["exp"] = it["iat"].clone(), 400)]
#[case::without_expiry(WALLET, |it: &mut Value| it["exp"] = json!("never"), 400)]
#[case::of_tomorrow(WALLET, |it: &mut Value| it["iat"] = it["exp"].clone(), 400)]
fn a_wallet_may_sign_its_request(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values(false, true)] required: bool,
    #[case] signer: u8,
    #[case] change: fn(&mut Value),
    #[case] status: u16,
) {
    let server = start(engine, &json!({ "require_authorization": required }));
    let parameters = [("account", &*Key::of(WALLET).address()), ("memo", "5")];

    let answered = server.ask(&parameters).token(&authorization(signer, change)).send();

    assert_eq!(answered.status, status, "{}", answered.text());
}

#[rstest]
#[case::nothing(None, 401)]
#[case::another_scheme(Some("Basic dTpw"), 400)]
#[case::no_token(Some("Bearer"), 400)]
#[case::nonsense(Some("Bearer nonsense"), 400)]
fn a_wallet_may_have_to_sign_its_request(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] header: Option<&str>,
    #[case] status: u16,
) {
    let server = start(engine, &json!({ "require_authorization": true }));
    let call = server.ask(&[("account", &Key::of(WALLET).address())]);
    let call = header.into_iter().fold(call, |call, header| call.header("authorization", header));

    call.send().refusal(status);
}
