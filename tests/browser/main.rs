//! What people use, against the real binary on both engines: the SDK of wallets, a certified provider, a browser.

mod bare_payto;
mod browser;
mod callbacks;
mod dev_mode;
mod identity_provider;
mod languages;
mod provider;
mod script;
mod server;
mod wallet;
mod wallet_sdk;

#[path = "../support/database.rs"]
mod database;
#[expect(dead_code, reason = "shared with tests that send what no client would")]
#[path = "../support/raw_http.rs"]
mod raw_http;
