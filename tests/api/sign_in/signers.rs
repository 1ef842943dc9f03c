//! Who has to sign a challenge besides the server (CHAL-05, CHAL-09).

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::thread;

use rstest::rstest;
use serde_json::{Value, json};

use super::discovery::signing_key;
use super::{COSIGNER, STRANGER, WALLET, claims, start, token_in};
use crate::database::Engine;
use crate::horizon;
use crate::server::Server;
use crate::stellar::{Key, answer};

/// CHAL-05, with accounts as the network has them.
#[rstest]
#[case::two_of_two("shared", &[WALLET, COSIGNER], 200)]
#[case::one_of_two("shared", &[WALLET], 400)]
#[case::one_of_two_and_a_stranger("shared", &[WALLET, STRANGER], 400)]
#[case::a_master_key_of_weight_0("handed_over", &[WALLET], 400)]
#[case::the_key_that_took_over("handed_over", &[COSIGNER], 200)]
#[case::the_master_key_of_an_account_that_does_not_exist("missing", &[WALLET], 200)]
#[case::another_key_of_an_account_that_does_not_exist("missing", &[COSIGNER], 400)]
#[case::an_account_that_cannot_be_told("unknown", &[WALLET], 503)]
fn the_signers_of_an_account_decide(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] account: &str,
    #[case] signers: &[u8],
    #[case] status: u16,
) {
    let wallet = Key::of(WALLET).address();
    let signer = |key: u8, weight: u8| (Key::of(key).address(), weight);
    let accounts: BTreeMap<_, _> = match account {
        "shared" => [(wallet.clone(), horizon::account(&[signer(WALLET, 1), signer(COSIGNER, 1)], 2))].into(),
        "handed_over" => [(wallet.clone(), horizon::account(&[signer(WALLET, 0), signer(COSIGNER, 1)], 1))].into(),
        "unknown" => [(wallet.clone(), Value::Null)].into(),
        _ => BTreeMap::new(),
    };
    let server = start_beside_horizon(engine, accounts);
    let keys: Vec<_> = signers.iter().copied().map(Key::of).collect();
    let challenge = server.challenge(&[("account", &wallet)]);

    let answered = server.hand_in(&answer(&challenge, &keys.iter().collect::<Vec<_>>())).send();

    assert_eq!(answered.status, status, "{}", answered.text());
    assert_eq!(answered.header("retry-after").is_some(), status == 503);
}

/// A server that asks a Horizon with these accounts.
fn start_beside_horizon(engine: Engine, accounts: BTreeMap<String, Value>) -> Server {
    let (url, ready) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async move {
            url.send(horizon::serve(accounts).await).expect("somebody waits");
            std::future::pending::<()>().await;
        });
    });
    start(engine, &json!({ "horizon_url": ready.recv().expect("a URL") }))
}

/// CHAL-09.
#[rstest]
#[case::by_both(&[WALLET, COSIGNER], 200)]
#[case::not_by_the_domain(&[WALLET], 400)]
#[case::by_somebody_else(&[WALLET, STRANGER], 400)]
fn a_client_domain_is_in_the_token_when_it_signed(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] signers: &[u8],
    #[case] status: u16,
) {
    let server = start(engine, &json!({}));
    let domain = publish(&format!("SIGNING_KEY = \"{}\"\n", Key::of(COSIGNER).address()));
    let keys: Vec<_> = signers.iter().copied().map(Key::of).collect();
    let challenge = server.challenge(&[("account", &Key::of(WALLET).address()), ("client_domain", &domain)]);

    let answered = server.hand_in(&answer(&challenge, &keys.iter().collect::<Vec<_>>())).send();

    assert_eq!(answered.status, status, "{}", answered.text());
    if status == 200 {
        assert_eq!(claims(&token_in(&answered))["client_domain"], json!(domain));
    }
}

/// Our own signature is on every challenge, so it proves nobody's domain.
#[rstest]
fn a_client_domain_with_the_key_of_the_server_is_refused(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = start(engine, &json!({}));
    let domain = publish(&format!("SIGNING_KEY = \"{}\"\n", signing_key(&server)));

    server.ask(&[("account", &Key::of(WALLET).address()), ("client_domain", &domain)]).send().refusal(400);
}

/// Serves a `stellar.toml` for as long as the test runs; gives the domain.
fn publish(toml: &str) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{toml}", toml.len());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a caller");
            let mut head = [0; 1024];
            let read = stream.read(&mut head).expect("a request");
            assert!(head[..read].starts_with(b"GET /.well-known/stellar.toml HTTP/1.1\r\n"));
            stream.write_all(answer.as_bytes()).expect("it listens");
        }
    });
    format!("localhost:{port}")
}
