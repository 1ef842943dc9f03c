//! Signing in by SEP-10, and the file by which wallets find everything (CHAL).

mod callers;
mod discovery;
mod signed_requests;
mod signers;

use std::thread;

use data_encoding::BASE64URL_NOPAD;
use rstest::rstest;
use serde_json::{Value, json};
use stellar_xdr::Memo;

use crate::client::Call;
use crate::database::Engine;
use crate::raw_http::Answer;
use crate::server::{HOME_DOMAIN, ISSUER, Server};
use crate::stellar::{Key, TESTNET, answer, open};

const WALLET: u8 = 21;
const COSIGNER: u8 = 22;
const STRANGER: u8 = 23;

/// A server that signs wallets in; `more` goes into its section.
fn start(engine: Engine, more: &Value) -> Server {
    let mut sep10 = json!({
        "enabled": true,
        "issuer": ISSUER,
        "home_domains": [HOME_DOMAIN],
        "network": "testnet",
        "requests_per_minute": 1000,
    });
    if let (Some(section), Some(more)) = (sep10.as_object_mut(), more.as_object()) {
        section.extend(more.clone());
    }
    let documentation = json!({ "org_name": "Example \"Anchor\"\nLtd", "org_url": "https://anchor.example.com" });
    let stellar_toml = json!({ "enabled": true, "accounts": [Key::of(9).address()], "documentation": documentation });
    Server::start_with(engine, json!({ "sep10": sep10, "stellar_toml": stellar_toml }))
}

impl Server {
    fn ask(&self, parameters: &[(&str, &str)]) -> Call<'_> {
        parameters.iter().fold(self.call("GET", "/auth"), |call, (name, value)| call.query(name, value))
    }

    /// Gets a challenge.
    #[track_caller]
    fn challenge(&self, parameters: &[(&str, &str)]) -> String {
        let answer = self.ask(parameters).send();
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["transaction"].as_str().expect("a text").to_owned()
    }

    fn hand_in(&self, transaction: &str) -> Call<'_> {
        self.call("POST", "/auth").json(&json!({ "transaction": transaction }))
    }

    /// Signs in and gives the token.
    #[track_caller]
    fn sign_in(&self, parameters: &[(&str, &str)]) -> String {
        token_in(&self.hand_in(&answer(&self.challenge(parameters), &[&Key::of(WALLET)])).send())
    }
}

#[track_caller]
fn token_in(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["token"].as_str().expect("a text").to_owned()
}

fn claims(token: &str) -> Value {
    let claims = token.split('.').nth(1).expect("three parts");
    serde_json::from_slice(&BASE64URL_NOPAD.decode(claims.as_bytes()).expect("base64url")).expect("JSON")
}

#[rstest]
fn a_signed_challenge_gives_a_token_that_opens_the_customer(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let server = start(engine, &json!({}));
    let wallet = Key::of(WALLET);

    let answered = server.ask(&[("account", &wallet.address())]).send();
    assert_eq!(answered.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answered.json()["network_passphrase"], json!(TESTNET));
    let transaction = answered.json()["transaction"].as_str().expect("a text").to_owned();
    assert_eq!(server.count("spent_challenges"), 0, "asking writes nothing");

    let token = token_in(&server.hand_in(&answer(&transaction, &[&wallet])).send());
    server.get(&token).send().customer();
    let claims = claims(&token);
    let lifetime = claims["exp"].as_i64().expect("a number") - claims["iat"].as_i64().expect("a number");
    assert_eq!(lifetime, 24 * 60 * 60);
    assert_eq!(claims["jti"].as_str().expect("a text").len(), 64);
    let expected = json!({
        "iss": ISSUER, "sub": wallet.address(), "iat": claims["iat"], "exp": claims["exp"], "jti": claims["jti"],
        "home_domain": HOME_DOMAIN,
    });
    assert_eq!(claims, expected);
}

#[rstest]
#[case::the_account(&[("account", "{G}")], "{G}", &Memo::None)]
#[case::a_memo(&[("account", "{G}"), ("memo", "5")], "{G}:5", &Memo::Id(5))]
#[case::the_smallest_memo(&[("account", "{G}"), ("memo", "0")], "{G}:0", &Memo::Id(0))]
#[case::the_largest_memo(
    &[("account", "{G}"), ("memo", "18446744073709551615")],
    "{G}:18446744073709551615",
    &Memo::Id(u64::MAX)
)]
#[case::a_muxed_account(&[("account", "{M}")], "{M}", &Memo::None)]
#[case::the_home_domain(&[("account", "{G}"), ("home_domain", HOME_DOMAIN)], "{G}", &Memo::None)]
#[case::the_home_domain_in_capitals(&[("account", "{G}"), ("home_domain", "ANCHOR.example.com")], "{G}", &Memo::None)]
fn the_token_is_for(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] parameters: &[(&str, &str)],
    #[case] subject: &str,
    #[case] memo: &Memo,
) {
    let server = start(engine, &json!({}));
    let fill = |text: &str| text.replace("{G}", &Key::of(WALLET).address()).replace("{M}", &Key::of(WALLET).muxed(7));
    let filled: Vec<_> = parameters.iter().map(|(name, value)| (*name, fill(value))).collect();
    let parameters: Vec<_> = filled.iter().map(|(name, value)| (*name, value.as_str())).collect();

    assert_eq!(open(&server.challenge(&parameters)).tx.memo, *memo);
    let token = server.sign_in(&parameters);

    assert_eq!(claims(&token)["sub"], json!(fill(subject)));
    server.get(&token).send().customer();
}

#[rstest]
#[case::a_form("application/x-www-form-urlencoded")]
#[case::json_in_utf8("application/json; charset=utf-8")]
fn a_challenge_is_handed_in_as(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine, #[case] content_type: &str) {
    let server = start(engine, &json!({}));
    let wallet = Key::of(WALLET);
    let signed = answer(&server.challenge(&[("account", &wallet.address())]), &[&wallet]);

    let call = match content_type {
        "application/x-www-form-urlencoded" => server.call("POST", "/auth").form(&[("transaction", &signed)]),
        _ => server.call("POST", "/auth").body(content_type, json!({ "transaction": signed }).to_string()),
    };

    token_in(&call.send());
}

/// CHAL-01.
#[rstest]
fn a_challenge_is_good_for_one_token(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = start(engine, &json!({}));
    let (wallet, replica) = (Key::of(WALLET), server.replica());
    let challenge = server.challenge(&[("account", &wallet.address())]);

    token_in(&server.hand_in(&answer(&challenge, &[&wallet])).send());

    server.hand_in(&answer(&challenge, &[&wallet])).send().refusal(400);
    replica.hand_in(&answer(&challenge, &[&wallet])).send().refusal(400);
}

/// CHAL-01, at once.
#[rstest]
fn a_challenge_handed_in_to_two_replicas_at_once_is_good_for_one_token(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let server = start(engine, &json!({}));
    let (wallet, replica) = (Key::of(WALLET), server.replica());
    for _ in 0..10 {
        let signed = answer(&server.challenge(&[("account", &wallet.address())]), &[&wallet]);
        let calls = [&server, &replica, &server, &replica].map(|server| server.hand_in(&signed));
        let statuses = thread::scope(|scope| {
            let sending = calls.map(|call| scope.spawn(move || call.send().status));
            sending.map(|call| call.join().expect("an answer"))
        });
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| [200, 400].contains(status)), "{statuses:?}");
    }
}

/// A challenge survives a restart: nothing of it is kept.
#[rstest]
fn a_challenge_of_one_replica_is_taken_by_another(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = start(engine, &json!({}));
    let wallet = Key::of(WALLET);
    let challenge = server.challenge(&[("account", &wallet.address())]);
    let other = server.replica();
    drop(server);

    token_in(&other.hand_in(&answer(&challenge, &[&wallet])).send());
}

/// CHAL-06, and whatever else is no account, memo or home domain.
#[rstest]
#[case::no_account(&[])]
#[case::an_empty_account(&[("account", "")])]
#[case::a_contract(&[("account", "CAAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQC526")])]
#[case::no_address(&[("account", "GABC")])]
#[case::a_muxed_account_with_a_memo(&[("account", "{M}"), ("memo", "7")])]
#[case::a_text_memo(&[("account", "{G}"), ("memo", "customer five")])]
#[case::a_hash_memo(&[("account", "{G}"), ("memo", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")])]
#[case::a_memo_beyond_64_bits(&[("account", "{G}"), ("memo", "18446744073709551616")])]
#[case::a_negative_memo(&[("account", "{G}"), ("memo", "-1")])]
#[case::a_memo_with_a_leading_zero(&[("account", "{G}"), ("memo", "05")])]
#[case::an_empty_memo(&[("account", "{G}"), ("memo", "")])]
#[case::another_home_domain(&[("account", "{G}"), ("home_domain", "bank.example.com")])]
#[case::an_empty_home_domain(&[("account", "{G}"), ("home_domain", "")])]
#[case::two_accounts(&[("account", "{G}"), ("account", "{G}")])]
#[case::an_empty_client_domain(&[("account", "{G}"), ("client_domain", "")])]
#[case::loopback(&[("account", "{G}"), ("client_domain", "localhost")])]
#[case::redis(&[("account", "{G}"), ("client_domain", "127.0.0.1:6379")])]
#[case::the_metadata_service(&[("account", "{G}"), ("client_domain", "169.254.169.254")])]
#[case::loopback_of_ipv6(&[("account", "{G}"), ("client_domain", "[::1]")])]
#[case::a_path(&[("account", "{G}"), ("client_domain", "x/y")])]
#[case::a_user(&[("account", "{G}"), ("client_domain", "a@b")])]
fn there_is_no_challenge_for(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] parameters: &[(&str, &str)],
) {
    let server = start(engine, &json!({}));
    let fill = |text: &str| text.replace("{G}", &Key::of(WALLET).address()).replace("{M}", &Key::of(WALLET).muxed(7));

    let filled: Vec<_> = parameters.iter().map(|(name, value)| (*name, fill(value))).collect();
    let parameters: Vec<_> = filled.iter().map(|(name, value)| (*name, value.as_str())).collect();

    server.ask(&parameters).send().refusal(400);
}

#[rstest]
#[case::nothing(json!({}), 400)]
#[case::a_number(json!({ "transaction": 5 }), 400)]
#[case::an_object(json!({ "transaction": {} }), 400)]
#[case::null(json!({ "transaction": null }), 400)]
#[case::no_base64(json!({ "transaction": "certainly not a transaction" }), 400)]
#[case::more_than_any_transaction(json!({ "transaction": "A".repeat(20_000) }), 413)]
#[case::a_list(json!([]), 400)]
fn there_is_no_token_for(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] body: Value,
    #[case] status: u16,
) {
    start(engine, &json!({})).call("POST", "/auth").json(&body).send().refusal(status);
}

#[rstest]
#[case::not_signed_by_the_wallet(&[])]
#[case::signed_by_a_stranger(&[STRANGER])]
#[case::signed_by_the_wallet_and_a_stranger(&[WALLET, STRANGER])]
fn there_is_no_token_for_a_challenge(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] signers: &[u8],
) {
    let server = start(engine, &json!({}));
    let keys: Vec<_> = signers.iter().copied().map(Key::of).collect();
    let challenge = server.challenge(&[("account", &Key::of(WALLET).address())]);

    server.hand_in(&answer(&challenge, &keys.iter().collect::<Vec<_>>())).send().refusal(400);

    token_in(&server.hand_in(&answer(&challenge, &[&Key::of(WALLET)])).send());
}
