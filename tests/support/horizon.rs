//! A Horizon of ours: it knows the accounts it was told.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use kycd::http::Router;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Serves these accounts for as long as the runtime lives, and gives the URL. An account that is `null` cannot be told.
pub(crate) async fn serve(accounts: BTreeMap<String, Value>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let router = Router::new().route("/accounts/{id}", get(answer)).with_state(accounts);
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

async fn answer(State(accounts): State<BTreeMap<String, Value>>, Path(id): Path<String>) -> (StatusCode, String) {
    match accounts.get(&id) {
        Some(Value::Null) => (StatusCode::INTERNAL_SERVER_ERROR, String::new()),
        Some(account) => (StatusCode::OK, account.to_string()),
        None => (StatusCode::NOT_FOUND, json!({ "status": 404, "title": "Resource Missing" }).to_string()),
    }
}

/// An account with these signers and a medium threshold.
pub(crate) fn account(signers: &[(String, u8)], threshold: u8) -> Value {
    let signers: Vec<_> = signers
        .iter()
        .map(|(key, weight)| json!({ "key": key, "weight": weight, "type": "ed25519_public_key" }))
        .collect();
    json!({
        "thresholds": { "low_threshold": 0, "med_threshold": threshold, "high_threshold": threshold },
        "signers": signers,
    })
}
