//! What people use, against the real binary on both engines: the SDK of wallets, a certified provider, a browser.

mod bare_payto;
mod browser;
mod callbacks;
mod console;
mod dev_mode;
mod forms;
mod gallery;
mod identity_provider;
mod languages;
mod misbehaviour;
mod mishaps;
mod provider;
mod script;
mod server;
mod toolkit;
mod wallet;
mod wallet_sdk;

#[path = "../support/database.rs"]
mod database;
#[expect(dead_code, clippy::unwrap_used, reason = "other tests use more of it")]
#[path = "../support/provider.rs"]
mod kyc_provider;
#[path = "../support/mailbox.rs"]
#[expect(dead_code, reason = "other tests use more of it")]
mod mailbox;
#[path = "../support/ports.rs"]
mod ports;
#[expect(dead_code, reason = "shared with tests that send what no client would")]
#[path = "../support/raw_http.rs"]
mod raw_http;
#[expect(dead_code, reason = "other tests use more of it")]
#[path = "../support/samples.rs"]
mod samples;
#[path = "../support/sheets.rs"]
mod sheets;
