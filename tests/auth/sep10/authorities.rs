//! What Horizon says about an account.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::http::StatusCode;
use kycd::auth::sep10::{Authority, Horizon, HorizonError};
use kycd::egress::{Configured, Limits};
use rstest::rstest;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::WALLET;
use crate::stellar::Key;

const LIMITS: Limits = Limits { connect: Duration::from_secs(5), total: Duration::from_secs(5), body: 10_000 };

/// Asks a Horizon of ours, which answers for the wallet's account alone.
async fn ask(status: u16, answer: Value) -> Result<Option<Authority>, HorizonError> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/horizon/", listener.local_addr().unwrap());
    let path = format!("/horizon/accounts/{}", Key::of(WALLET).address());
    let answering = async move || (StatusCode::from_u16(status).unwrap(), answer.to_string());
    let router = kycd::http::Router::new().route(&path, axum::routing::get(answering));
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    let horizon = Horizon::new(Configured::new(LIMITS, true).unwrap(), url.parse().unwrap());
    let answer = horizon.find_authority(Key::of(WALLET).public()).await;
    serving.abort();
    answer
}

fn signer(key: &str, weight: u16, kind: &str) -> Value {
    json!({ "key": key, "weight": weight, "type": kind })
}

fn account(signers: &[Value]) -> Value {
    json!({
        "account_id": Key::of(WALLET).address(),
        "thresholds": { "low_threshold": 1, "med_threshold": 20, "high_threshold": 30 },
        "signers": signers,
        "balances": [{ "balance": "1.0000000", "asset_type": "native" }],
    })
}

#[tokio::test]
async fn the_signers_and_the_medium_threshold_count() {
    let cosigner = Key::of(4);
    let answer = account(&[
        signer(&cosigner.address(), 10, "ed25519_public_key"),
        signer("XDRPF6NZRR7EEVO7ESIWUDXHAOMM2QSKIQQBJK6I2FB7YKDZES5UCLWD", 255, "sha256_hash"),
        signer("TBU2RRGLXH3E5CQHTD3ODLDF2BWDCYUSSBLLZ5GNW7JXHDIYKXZWHXL7", 255, "preauth_tx"),
        signer(&Key::of(WALLET).address(), 1, "ed25519_public_key"),
    ]);

    let found = ask(200, answer).await.unwrap();

    let signers = BTreeMap::from([(cosigner.public(), 10), (Key::of(WALLET).public(), 1)]);
    assert_eq!(found, Some(Authority { signers, threshold: 20 }));
}

#[tokio::test]
async fn an_account_that_is_not_found_does_not_exist() {
    assert_eq!(ask(404, json!({ "status": 404 })).await.unwrap(), None);
}

#[rstest]
#[case::a_failure(500, account(&[]))]
#[case::a_redirect(302, account(&[]))]
#[case::too_many_requests(429, json!({}))]
#[case::no_account(200, json!({ "status": "ok" }))]
#[case::no_json(200, Value::String("x".repeat(20)))]
#[case::a_broken_key(200, account(&[signer("GABC", 1, "ed25519_public_key")]))]
#[case::an_impossible_weight(200, account(&[signer("GABC", 256, "ed25519_public_key")]))]
#[case::too_much(200, json!({ "a": "x".repeat(20_000) }))]
#[tokio::test]
async fn anything_else_tells_nothing(#[case] status: u16, #[case] answer: Value) {
    assert!(ask(status, answer).await.is_err());
}
